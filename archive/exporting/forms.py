"""The formats of ``decisions export``: a table, so that a new one is a row and a module.

Heavy libraries are extras. They are looked for before anything is read, and a missing one is said
with the words that install it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import IO, Any

from archive.errors import ArchiveError
from archive.exporting.about import About
from archive.exporting.job import Job

StreamWriter = Callable[[IO[str], Job], int]
PathWriter = Callable[[Path, Job], int]


@dataclass(frozen=True, slots=True)
class Form:
    """One format: what it is, where its writer is, and what it can do.

    A text format is written to a stream, any other to a path. ``tables``: it holds rows of a table
    that is named; ``sheet`` is the table in a directory of files, for a format that is one;
    ``needs`` is a package that is not there by itself, ``extra`` what brings it. ``endings`` are
    those of further files that stand beside it, ``beside`` the module that makes them.
    """

    name: str
    module: str
    writer: str
    text: bool
    tables: bool = False
    sheet: str = ""
    needs: str = ""
    extra: str = ""
    endings: tuple[str, ...] = ()
    beside: str = ""

    def load(self) -> Any:
        """The writer. Raises ArchiveError when its package is missing."""
        if self.needs and find_spec(self.needs) is None:
            raise ArchiveError(
                f"{self.name} needs the package {self.needs}, which is not installed; install it "
                f"with: pip install 'decisions[{self.extra}]', or take csv or jsonl"
            )
        return getattr(import_module(f"archive.exporting.{self.module}"), self.writer)

    def further(self, about: About, name: str) -> dict[str, str]:
        """Texts of the files beside it, by ending."""
        if not self.beside:
            return {}
        made: dict[str, str] = import_module(f"archive.exporting.{self.beside}").beside(about, name)
        return made


FORMS: dict[str, Form] = {
    form.name: form
    for form in (
        Form("csv", "text_forms", "write_csv", text=True, tables=True),
        Form("jsonl", "text_forms", "write_jsonl", text=True, tables=True),
        Form("parquet", "parquet", "write", False, tables=True, needs="pyarrow", extra="parquet"),
        Form("xlsx", "workbook", "write", False, tables=True, needs="openpyxl", extra="xlsx"),
        Form(
            "sqlite",
            "research_copy",
            "write",
            False,
            endings=(".metadata.yaml", ".datasette.yaml"),
            beside="datasette",
        ),
        Form("warc", "web_archive", "write", False, needs="warcio", extra="warc"),
        Form("bibtex", "references", "write_bibtex", text=True),
        Form("ris", "references", "write_ris", text=True),
        Form("nvivo", "nvivo", "write_directory", text=False, sheet="classification.csv"),
    )
}
"""Formats by name, in the order of the help."""

"""What Datasette shows beside a research copy: titles, terms, the meaning of every column. Pure.

``metadata.yaml`` says what things mean (all versions), ``datasette.yaml`` how tables behave (1.0;
0.65 reads the same keys from the metadata). YAML is written as its subset that JSON strings are.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import PurePath

from archive.dictionary import entries
from archive.exporting.about import About
from archive.full_text import TABLE

_SEARCHED = {"v_paragraph": {"fts_table": TABLE, "fts_pk": "id"}}


def beside(about: About, name: str) -> dict[str, str]:
    """The files beside a copy of this name: ending → text."""
    database = PurePath(name).stem
    tables: dict[str, dict[str, object]] = {}
    for entry in entries():
        meaning = f"{entry.meaning} [{entry.origin}]" + (f" ({entry.unit})" if entry.unit else "")
        told = tables.setdefault(entry.table_name, {"columns": {}})
        columns = told["columns"]
        if isinstance(columns, dict):
            columns[entry.column_name] = meaning
    for view, options in _SEARCHED.items():
        tables[view] |= options
    said = "\n".join(f"{head}: {line}" for head, line in about.lines())
    metadata: dict[str, object] = {
        "title": f"Ombudsman decisions: {about.asked}",
        "description": said,
        "license": " ".join(info.licence for info in about.sources),
        "source": " ".join(info.attribution for info in about.sources),
        "source_url": next((info.base_url for info in about.sources), ""),
        "databases": {database: {"description": said, "tables": tables}},
    }
    config: dict[str, object] = {"databases": {database: {"tables": _SEARCHED}}}
    made = {".metadata.yaml": metadata, ".datasette.yaml": config}
    return {ending: "\n".join(yaml(values)) + "\n" for ending, values in made.items()}


def yaml(values: Mapping[str, object], depth: int = 0) -> Iterator[str]:
    """A mapping of mappings and strings as lines of YAML."""
    for name, value in values.items():
        head = f"{'  ' * depth}{json.dumps(str(name), ensure_ascii=False)}:"
        if isinstance(value, Mapping):
            yield head
            yield from yaml(value, depth + 1)
        else:
            yield f"{head} {json.dumps(str(value), ensure_ascii=False)}"

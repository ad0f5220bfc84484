"""Any search as a file: CSV, CSV for a spreadsheet, JSON Lines, in the columns of the command.

The question is asked like every other, with its limit of time; the rows are then read and sent a
few at a time, so that neither memory nor waiting grows with their number. There is a most of them,
which the headers and the file's name tell: a whole archive is what ``decisions export`` is for.
Finding the best passage of each decision is a hundred times the work of a row, so it is done only
where it was asked for, and for fewer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from flask import Flask, Response, request

from archive.reader import open_texts
from archive.records import Status
from search.outlets import COLUMNS, OF_SNIPPET, chosen_columns, csv_lines, jsonl_lines
from search.outlets import spreadsheet_lines as for_spreadsheet
from search.query import Hit, Listing, hits_listed
from search.request import SearchRequest
from search.web.asking import request_of, taken, truth
from search.web.site import Site
from search.words import fold_name

MOST_ROWS = 25_000
"""Rows of one file: as many as the server can take over from us at once (waitress holds 16 MB), so
that a client who takes them slowly keeps nobody waiting."""

MOST_PASSAGES = 500
"""Rows of a file with the best passage of each decision."""

CHUNK = 64 * 1024
"""Characters sent at a time, about."""

OPTIONS = {"excel": ("excel", truth), "passages": ("passages", truth)}
"""Parameters besides those of a search, as ``search.web.asking`` reads them. ``limit``, ``offset``
and ``facet`` mean nothing here: a file is of the whole search, from whichever of its pages."""

Lines = Callable[[Iterable[Hit], Sequence[str]], Iterator[str]]


@dataclass(frozen=True, slots=True)
class Form:
    """How a file is written, what it is, and how its name ends."""

    lines: Lines
    media_type: str
    ending: str


CSV = Form(csv_lines, "text/csv; charset=utf-8; header=present", "csv")
SPREADSHEET = replace(CSV, lines=for_spreadsheet)
JSONL = Form(jsonl_lines, "application/x-ndjson", "jsonl")


def register(app: Flask, site: Site) -> None:
    """``/search.csv`` and ``/search.jsonl``."""

    @app.get("/search.csv")
    def search_csv() -> Response:
        options = _options(OPTIONS)
        return _file(site, SPREADSHEET if options.get("excel") else CSV, options)

    @app.get("/search.jsonl")
    def search_jsonl() -> Response:
        return _file(site, JSONL, _options({"passages": OPTIONS["passages"]}))

    def _options(known: Mapping[str, tuple[str, Callable[[str], bool]]]) -> dict[str, bool]:
        request_of(request.args, others=tuple(known))
        return taken(request.args, known, others=tuple(request.args))


def _file(site: Site, form: Form, options: Mapping[str, bool]) -> Response:
    passages = options.get("passages", False)
    asked = request_of(request.args, others=tuple(OPTIONS))
    asked = replace(asked, facets=(), offset=0, snippets=1 if passages else 0)
    columns = chosen_columns(None) if passages else PLAIN_COLUMNS
    most = MOST_PASSAGES if passages else MOST_ROWS
    withdrawn = site.choices.include_withdrawn
    listed: Listing = site.answering.ask("listing", asked, withdrawn, most)
    given = len(listed.found)
    lines = form.lines(_hits(site, listed, asked), columns)
    response = Response(_chunks(lines), content_type=form.media_type)
    first = f"-first-{given}" if given < listed.total else ""
    day = site.now().date().isoformat()
    name = f"decisions{_slug(asked)}-{day}{first}.{form.ending}"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Decisions-Total"] = str(listed.total)
    response.headers["Decisions-Given"] = str(given)
    response.headers["Link"] = '</about>; rel="license"'
    return response


PLAIN_COLUMNS = tuple(name for name in COLUMNS if name not in OF_SNIPPET)
"""Columns that need no text to be read."""


def _hits(site: Site, listed: Listing, asked: SearchRequest) -> Iterator[Hit]:
    """The rows as they are read. What has come to be withheld meanwhile is left out."""
    withdrawn = site.choices.include_withdrawn
    with open_texts(site.config.database_url) as texts:
        # What was withdrawn is seen by each hit itself: to ask for them all each time is slow.
        for hit in hits_listed(listed, texts, asked):
            if withdrawn or hit.status != Status.WITHDRAWN:
                yield hit


def _chunks(lines: Iterator[str]) -> Iterator[bytes]:
    """Lines put together: a chunk for each would be a system call for each."""
    held: list[str] = []
    size = 0
    for line in lines:
        held.append(line)
        size += len(line)
        if size >= CHUNK:
            yield _bytes(held)
            held, size = [], 0
    if held:
        yield _bytes(held)


def _bytes(held: Sequence[str]) -> bytes:
    return "".join(held).encode("utf-8", "replace")


def _slug(asked: SearchRequest) -> str:
    """What was searched for, as far as a file's name anywhere can hold it."""
    words = fold_name(" ".join((asked.query, *asked.phrases, *asked.bodies, *asked.categories)))
    kept = "".join(
        sign for sign in words[:60] if sign.isascii() and (sign.isalnum() or sign == "-")
    )
    return f"-{kept[:40].strip('-')}" if kept.strip("-") else ""

"""The engines that the search benchmark compares, each behind the same three calls.

``build`` makes an index of decisions, ``add`` puts more in, ``ask`` answers a question of a kind
with the ten first hits and the exact number of all, and gives that number (None where the engine
has no such question). None of them stores the texts. What each is given is what a person who knows
it would take, not what makes it look best or worst:

``ours``      ``search.index`` and ``search.query`` as the reading room uses them, the index kept
              open, without the texts of the hits
``ours2``     the same index built by two processes (only its building is measured)
``fts5``      SQLite's FTS5, ``porter unicode61``, contentless, optimised after the build, with an
              ordinary table beside it for filters, order and counts
``tantivy``   the Python package ``tantivy``: English stemmer, one writing thread, fast fields
``whoosh``    stock Whoosh: ``TEXT`` fields with its stemming analyser, its parser, its collectors
"""

from __future__ import annotations

import importlib.util
import sqlite3
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Protocol

from benchmarks.search_corpus import COMMON, MID, RARE, Made, texts, title


@dataclass(frozen=True)
class Question:
    """One kind of question. ``words`` in our language, ``agree`` where all must find as many."""

    words: str
    kind: str = "words"
    filters: bool = False
    agree: bool = True


QUESTIONS: Mapping[str, Question] = {
    "term": Question("delay"),
    "AND": Question("tuition transport", "all"),
    "OR": Question("tuition OR transport", "any"),
    "phrase, common": Question(COMMON, "phrase"),
    "phrase, mid": Question(MID, "phrase"),
    "phrase, rare": Question(RARE, "phrase"),
    "phrase + 3 filters": Question(COMMON, "phrase", filters=True),
    "prefix": Question("kam", "prefix"),
    "fuzzy": Question("hampshir", "fuzzy", agree=False),
    "facets": Question("delay", "facets"),
    "sort by date": Question("delay", "newest"),
    "count": Question("delay", "count"),
}

FILTER_OUTCOME, FILTER_CATEGORY = "upheld", "Education"
FILTER_DAYS = (date(2018, 1, 1), date(2021, 12, 31))
FACETS = ("outcome", "category", "year")


class Engine(Protocol):
    """What is measured."""

    def build(self, made: Iterable[Made]) -> None: ...
    def add(self, made: Iterable[Made]) -> None: ...
    def open(self) -> None: ...
    def ask(self, question: Question) -> int | None: ...
    def close(self) -> None: ...


# --- SQLite -----------------------------------------------------------------------------------


class Fts5:
    """FTS5 with a table of headers beside it."""

    def __init__(self, folder: Path, count: int) -> None:
        self._path = folder / "fts5.db"
        self._connection: sqlite3.Connection | None = None

    def build(self, made: Iterable[Made]) -> None:
        with sqlite3.connect(self._path) as db:
            db.execute(
                "CREATE VIRTUAL TABLE t USING fts5(title, summary, text, content='', "
                "tokenize='porter unicode61')"
            )
            db.execute(
                "CREATE TABLE head (id INTEGER PRIMARY KEY, outcome TEXT, category TEXT, "
                "day TEXT, year TEXT)"
            )
            self._insert(db, made)
            db.execute("INSERT INTO t(t) VALUES ('optimize')")
        db.close()

    def add(self, made: Iterable[Made]) -> None:
        with sqlite3.connect(self._path) as db:
            self._insert(db, made)
        db.close()

    def _insert(self, db: sqlite3.Connection, made: Iterable[Made]) -> None:
        for one in made:
            db.execute(
                "INSERT INTO t(rowid, title, summary, text) VALUES (?, ?, ?, ?)",
                (one["id"], title(one), one["summary"], "\n".join(texts(one))),
            )
            db.execute(
                "INSERT INTO head VALUES (?, ?, ?, ?, ?)",
                (one["id"], one["outcome"], one["category"], one["day"], one["day"][:4]),
            )

    def open(self) -> None:
        self._connection = sqlite3.connect(self._path)

    def ask(self, question: Question) -> int | None:
        match question.kind:
            case "fuzzy":
                return None
            case "phrase":
                words = f'"{question.words}"'
            case "prefix":
                words = f"{question.words}*"
            case _:
                words = question.words
        if question.filters:
            narrowed = (
                "FROM t JOIN head h ON h.id = t.rowid WHERE t MATCH ? AND h.outcome = ? "
                "AND h.category = ? AND h.day BETWEEN ? AND ?"
            )
            days = [day.isoformat() for day in FILTER_DAYS]
            values = [words, FILTER_OUTCOME, FILTER_CATEGORY, *days]
            self._rows(f"SELECT t.rowid {narrowed} ORDER BY t.rank LIMIT 10", values)
            return self._number(f"SELECT COUNT(*) {narrowed}", values)
        if question.kind == "newest":
            self._rows(
                "SELECT t.rowid FROM t JOIN head h ON h.id = t.rowid WHERE t MATCH ? "
                "ORDER BY h.day DESC LIMIT 10",
                [words],
            )
        elif question.kind != "count":
            self._rows("SELECT rowid FROM t WHERE t MATCH ? ORDER BY rank LIMIT 10", [words])
        if question.kind == "facets":
            for name in FACETS:
                self._rows(
                    f"SELECT h.{name}, COUNT(*) FROM t JOIN head h ON h.id = t.rowid "  # noqa: S608 - our own names
                    "WHERE t MATCH ? GROUP BY 1",
                    [words],
                )
        return self._number("SELECT COUNT(*) FROM t WHERE t MATCH ?", [words])

    def _rows(self, statement: str, values: Sequence[str]) -> list[Any]:
        if self._connection is None:
            raise RuntimeError("not open")
        return self._connection.execute(statement, values).fetchall()

    def _number(self, statement: str, values: Sequence[str]) -> int:
        return int(self._rows(statement, values)[0][0])

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()


# --- tantivy ----------------------------------------------------------------------------------


class Tantivy:
    """tantivy by its Python package."""

    def __init__(self, folder: Path, count: int) -> None:
        self._tantivy: Any = importlib.import_module("tantivy")
        builder = self._tantivy.SchemaBuilder()
        for name in ("title", "summary", "text"):
            builder.add_text_field(name, tokenizer_name="en_stem")
        for name in ("outcome", "category"):
            builder.add_text_field(name, tokenizer_name="raw", fast=True)
        builder.add_integer_field("day", indexed=True, fast=True)
        builder.add_integer_field("year", indexed=True, fast=True)
        builder.add_integer_field("id", stored=True)
        self._schema = builder.build()
        folder.mkdir(parents=True, exist_ok=True)
        self._index = self._tantivy.Index(self._schema, path=str(folder))
        self._searcher: Any = None

    def build(self, made: Iterable[Made]) -> None:
        writer = self._index.writer(heap_size=128_000_000, num_threads=1)
        for one in made:
            document = self._tantivy.Document()
            document.add_text("title", title(one))
            document.add_text("summary", one["summary"])
            document.add_text("text", "\n".join(texts(one)))
            document.add_text("outcome", one["outcome"])
            document.add_text("category", one["category"])
            document.add_integer("day", int(one["day"].replace("-", "")))
            document.add_integer("year", int(one["day"][:4]))
            document.add_integer("id", one["id"])
            writer.add_document(document)
        writer.commit()
        writer.wait_merging_threads()

    def add(self, made: Iterable[Made]) -> None:
        self.build(made)

    def open(self) -> None:
        self._index.reload()
        self._searcher = self._index.searcher()

    def ask(self, question: Question) -> int | None:
        query_kind = self._tantivy.Query
        match question.kind:
            case "phrase":
                words = f'"{question.words}"'
            case "all":
                words = " ".join(f"+{word}" for word in question.words.split())
            case _:
                words = question.words
        if question.filters:
            first, last = (day.strftime("%Y%m%d") for day in FILTER_DAYS)
            words = (
                f"+{words} +outcome:{FILTER_OUTCOME} +category:{FILTER_CATEGORY} "
                f"+day:[{first} TO {last}]"
            )
        if question.kind == "prefix":
            query = query_kind.regex_query(self._schema, "text", f"{question.words}.*")
            summary = query_kind.regex_query(self._schema, "summary", f"{question.words}.*")
            occur = self._tantivy.Occur.Should
            query = query_kind.boolean_query([(occur, query), (occur, summary)])
        elif question.kind == "fuzzy":
            query = query_kind.fuzzy_term_query(self._schema, "text", question.words, distance=2)
        else:
            query = self._index.parse_query(words, ["title", "summary", "text"])
        order = {"order_by_field": "day"} if question.kind == "newest" else {}
        limit = 1 if question.kind == "count" else 10
        found = self._searcher.search(query, limit=limit, **order)
        if question.kind == "facets":
            self._searcher.aggregate(
                query, {name: {"terms": {"field": name, "size": 100}} for name in FACETS}
            )
        return int(found.count)

    def close(self) -> None:
        self._searcher = None


# --- stock Whoosh -----------------------------------------------------------------------------


class StockWhoosh:
    """Whoosh as its own documentation shows it."""

    def __init__(self, folder: Path, count: int) -> None:
        from whoosh import analysis, fields

        stemming = analysis.StemmingAnalyzer()
        self._folder = folder
        self._schema = fields.Schema(
            id=fields.NUMERIC(stored=True, unique=True),
            title=fields.TEXT(analyzer=stemming),
            summary=fields.TEXT(analyzer=stemming),
            text=fields.TEXT(analyzer=stemming),
            outcome=fields.ID(sortable=True),
            category=fields.ID(sortable=True),
            day=fields.NUMERIC(sortable=True),
            year=fields.ID(sortable=True),
        )
        self._searcher: Any = None

    def build(self, made: Iterable[Made]) -> None:
        from whoosh import index

        self._folder.mkdir(parents=True, exist_ok=True)
        self._write(index.create_in(self._folder, self._schema), made)

    def add(self, made: Iterable[Made]) -> None:
        from whoosh import index

        self._write(index.open_dir(self._folder), made)

    def _write(self, index: Any, made: Iterable[Made]) -> None:
        writer = index.writer()
        for one in made:
            writer.add_document(
                id=one["id"],
                title=title(one),
                summary=one["summary"],
                text="\n".join(texts(one)),
                outcome=one["outcome"],
                category=one["category"],
                day=int(one["day"].replace("-", "")),
                year=one["day"][:4],
            )
        writer.commit()
        index.close()

    def open(self) -> None:
        from whoosh import index

        self._searcher = index.open_dir(self._folder).searcher()

    def ask(self, question: Question) -> int | None:
        from whoosh import qparser, query

        parser = qparser.MultifieldParser(["title", "summary", "text"], self._schema)
        parser.add_plugin(qparser.FuzzyTermPlugin())
        words = {
            "phrase": f'"{question.words}"',
            "prefix": f"{question.words}*",
            "fuzzy": f"{question.words}~2/1",
        }.get(question.kind, question.words)
        options: dict[str, Any] = {"limit": 1 if question.kind == "count" else 10}
        if question.filters:
            first, last = (int(day.strftime("%Y%m%d")) for day in FILTER_DAYS)
            options["filter"] = query.And(
                [
                    query.Term("outcome", FILTER_OUTCOME),
                    query.Term("category", FILTER_CATEGORY),
                    query.NumericRange("day", first, last),
                ]
            )
        if question.kind == "newest":
            options |= {"sortedby": "day", "reverse": True}
        if question.kind == "facets":
            options["groupedby"] = list(FACETS)
        return len(self._searcher.search(parser.parse(words), **options))

    def close(self) -> None:
        if self._searcher is not None:
            self._searcher.close()


def _ours(folder: Path, count: int) -> Engine:
    from benchmarks.search_ours import Ours

    return Ours(folder, count)


def _ours_by_two(folder: Path, count: int) -> Engine:
    from benchmarks.search_ours import Ours

    return Ours(folder, count, jobs=2)


ENGINES: Mapping[str, Callable[[Path, int], Engine]] = {
    "ours": _ours,
    "ours2": _ours_by_two,
    "fts5": Fts5,
    "tantivy": Tantivy,
    "whoosh": StockWhoosh,
}

ONLY_BUILT = frozenset({"ours2"})
"""Built to the very same files as another; not asked anything."""


def available(names: Sequence[str]) -> tuple[list[str], dict[str, str]]:
    """The engines that can run here, and why others cannot."""
    there, missing = list(names), {}
    if "tantivy" in there and importlib.util.find_spec("tantivy") is None:
        there.remove("tantivy")
        missing["tantivy"] = "the package tantivy is not installed (pip install tantivy)"
    if "fts5" in there:
        with sqlite3.connect(":memory:") as db:
            try:
                db.execute("CREATE VIRTUAL TABLE t USING fts5(a)")
            except sqlite3.OperationalError as error:
                there.remove("fts5")
                missing["fts5"] = f"this SQLite has no FTS5 ({error})"
        db.close()
    return there, missing

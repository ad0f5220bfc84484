"""Parquet, workbook, research copy and web archive: read back by the libraries that people use."""

from __future__ import annotations

import hashlib
import io
import json
import sqlite3
import sys
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from archive import full_text
from archive.config import Config, sqlite_url
from archive.database import writing_engine
from archive.errors import ArchiveError, UsageError
from archive.exporting.spreadsheet import CELL_LIMIT
from archive.exporting.workbook import held, written
from archive.views import VIEWS
from tests.exporting import HOSTILE, LONG, WITHDRAWN, exported, fill, run, settings, specimens

COUNT = len(specimens())
WORDS_OF_IT = "Somebody could be"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    there = tmp_path_factory.mktemp("heavy")
    fill(there)
    return there


# --- Parquet ---------------------------------------------------------------------------------


def test_parquet_has_typed_columns_that_say_what_they_are(home: Path, tmp_path: Path) -> None:
    pq = pytest.importorskip("pyarrow.parquet")
    target = tmp_path / "all.parquet"
    exported(home, "parquet", "--output", str(target))
    table = pq.read_table(target)
    rows = {row["reference"]: row for row in table.to_pylist()}
    assert len(rows) == COUNT
    for number, text in enumerate(HOSTILE):
        assert rows[f"24 005 00{number}"]["title"] == text
    assert rows["24 001 234"]["decided_on"] == date(2025, 6, 9)
    assert rows["24 001 234"]["first_seen_at"] == datetime(2026, 3, 2, 12, tzinfo=UTC)
    assert len(rows[LONG]["summary"]) > CELL_LIMIT
    told = table.schema.field("outcome").metadata
    assert told[b"origin"] == b"derived"
    assert table.schema.field("summary").metadata[b"origin"] == b"verbatim"
    about = dict(json.loads(table.schema.metadata[b"decisions"]))
    assert "Ombudsman" in about["Attribution"]
    assert "not the caseload" in about["Mind"]
    assert WORDS_OF_IT not in str(rows)


def test_parquet_of_money_is_whole_pence(home: Path, tmp_path: Path) -> None:
    duckdb = pytest.importorskip("duckdb")
    pandas = pytest.importorskip("pandas")
    target = tmp_path / "remedies.parquet"
    exported(home, "parquet", "--table", "remedy", "--output", str(target))
    frame = pandas.read_parquet(target)
    assert str(frame["amount_pence"].dtype) == "int64"
    assert bool(frame["per_person"].all())
    asked = duckdb.read_parquet(str(target)).project("amount_pence, decided_on").limit(1)
    assert asked.fetchall()[0][0] == 25_000


def test_duckdb_reads_instants_of_a_file_as_utc(home: Path, tmp_path: Path) -> None:
    """As docs/exports.md says: without another package, whatever the session's zone is."""
    duckdb = pytest.importorskip("duckdb")
    noon = datetime(2026, 3, 2, 12)  # noqa: DTZ001 - UTC without a zone is what is asked for
    for form in ("parquet", "csv"):
        target = tmp_path / f"all.{form}"
        exported(home, form, "--output", str(target))
        with duckdb.connect() as connection:
            connection.execute("SET TimeZone = 'Asia/Tokyo'")
            asked = f"FROM '{target.as_posix()}' WHERE reference = '24 001 234'"
            bare = connection.sql(f"SELECT first_seen_at AT TIME ZONE 'UTC' {asked}")
            assert bare.fetchall() == [(noon,)]


def test_an_empty_table_is_a_file_with_columns(home: Path, tmp_path: Path) -> None:
    pq = pytest.importorskip("pyarrow.parquet")
    target = tmp_path / "none.parquet"
    exported(home, "parquet", "--body", "nobody", "--output", str(target))
    assert pq.read_table(target).num_rows == 0


# --- workbook --------------------------------------------------------------------------------


def sheets(path: Path) -> Any:
    openpyxl = pytest.importorskip("openpyxl")
    return openpyxl.load_workbook(path)


def test_a_workbook_holds_text_as_text(home: Path, tmp_path: Path) -> None:
    target = tmp_path / "all.xlsx"
    exported(home, "xlsx", "--output", str(target))
    book = sheets(target)
    assert book.sheetnames == ["decision", "About"]
    sheet = book["decision"]
    names = [cell.value for cell in sheet[1]]
    assert "verbatim" in sheet.cell(1, names.index("summary") + 1).comment.text
    rows = {row[1].value: dict(zip(names, row, strict=True)) for row in sheet.iter_rows(min_row=2)}
    assert len(rows) == COUNT
    for number, text in enumerate(HOSTILE):
        cell = rows[f"24 005 00{number}"]["title"]
        assert (cell.data_type, cell.value) == ("s", text)
    assert not [c for row in sheet.iter_rows() for c in row if c.data_type in ("f", "e")]
    assert rows["24 001 234"]["decided_on"].value == datetime(2025, 6, 9)  # noqa: DTZ001 - a sheet's day
    long = rows[LONG]
    assert long["cells_changed"].value == "title summary"
    assert len(long["summary"].value) == CELL_LIMIT
    assert "cut here: 40,000 characters" in long["summary"].value
    said = "\n".join(str(row[1].value) for row in book["About"].iter_rows(max_col=2))
    assert "Ombudsman" in said
    assert WORDS_OF_IT not in said + str([c.value for row in sheet.iter_rows() for c in row])


def test_what_a_cell_cannot_hold_is_shown() -> None:
    assert held("a\x00b\x1bc\ud800") == ("a\u2400b\u241bc\ufffd", True)
    assert held("a\tb\nc\rd") == ("a\tb\nc\rd", False)
    assert written("_x0041_\r") == "_x005F_x0041__x000D_"
    text, changed = held("😀" * CELL_LIMIT)
    assert changed
    assert len(text.encode("utf-16-le")) // 2 <= CELL_LIMIT


def test_more_rows_than_a_sheet_holds_go_on_in_the_next(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from archive.exporting import workbook

    monkeypatch.setattr(workbook, "ROW_LIMIT", 5)
    exported(home, "xlsx", "--output", str(tmp_path / "all.xlsx"))
    book = sheets(tmp_path / "all.xlsx")
    assert book.sheetnames[:2] == ["decision", "decision 2"]
    rows = sum(book[name].max_row - 1 for name in book.sheetnames if name != "About")
    assert rows == COUNT


# --- research copy ---------------------------------------------------------------------------


@pytest.fixture(scope="module")
def copy(home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("copy") / "research.db"
    exported(home, "sqlite", "--output", str(target))
    return target


def test_a_research_copy_answers_like_the_archive(home: Path, copy: Path) -> None:
    path = settings(home).sqlite_path
    assert path is not None
    with closing(sqlite3.connect(path)) as archive, closing(sqlite3.connect(copy)) as own:
        for view in VIEWS:
            asked = f"SELECT * FROM {view} WHERE 1"  # noqa: S608 - our own names
            if "reference" in [row[1] for row in archive.execute(f"PRAGMA table_info({view})")]:
                asked += f" AND reference <> '{WITHDRAWN}'"
            found = [sorted(map(repr, each.execute(asked))) for each in (own, archive)]
            assert found[0] == found[1], view
        assert own.execute("PRAGMA foreign_key_check").fetchall() == []
        assert own.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert own.execute("SELECT COUNT(*) FROM page").fetchone() == (0,)
        assert own.execute("PRAGMA freelist_count").fetchone() == (0,)
        about = dict(own.execute("SELECT name, said FROM about"))
    assert "Ombudsman" in about["Attribution"]


def test_a_withdrawn_text_never_was_in_the_copy(copy: Path) -> None:
    assert WORDS_OF_IT.encode() not in copy.read_bytes()
    with closing(sqlite3.connect(copy)) as own:
        asked = f"SELECT title, summary, status FROM decision WHERE reference = '{WITHDRAWN}'"  # noqa: S608 - our own name
        assert own.execute(asked).fetchone() == ("", None, "withdrawn")
        asked = "SELECT COUNT(*) FROM restriction UNION ALL SELECT COUNT(*) FROM erased"
        assert own.execute(asked).fetchall() == [(0,), (0,)]


def test_words_are_found_and_leave_with_their_paragraph(copy: Path, tmp_path: Path) -> None:
    mine = tmp_path / "mine.db"
    mine.write_bytes(copy.read_bytes())
    asked = (
        "SELECT p.reference FROM v_paragraph p JOIN paragraph_fts f ON f.rowid = p.id "
        "WHERE paragraph_fts MATCH 'gnihtemos'"
    )
    with closing(sqlite3.connect(mine)) as own:
        assert own.execute(asked).fetchall() == [("24 005 005",)]
    config = Config(home=tmp_path, database_url=sqlite_url(mine))
    with writing_engine(config.database_url).begin() as connection:
        connection.exec_driver_sql("DELETE FROM decision WHERE reference = '24 005 005'")
        assert full_text.rebuild(connection)
    with closing(sqlite3.connect(mine)) as own:
        assert own.execute(asked).fetchall() == []
        own.execute("INSERT INTO paragraph_fts(paragraph_fts) VALUES ('integrity-check')")
        own.commit()
        own.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    assert b"gnihtemos" not in mine.read_bytes()


def test_our_own_commands_read_the_copy(copy: Path, tmp_path: Path) -> None:
    there = ("--database", f"sqlite:///{copy}")
    assert "Northmoor" in run(tmp_path, *there, "show", "24 001 234").stdout
    again = run(tmp_path, *there, "export", "csv", "--table", "paragraph")
    assert again.exception is None
    assert "The Council had a duty to answer" in again.stdout


def test_datasette_finds_the_full_text_by_its_declaration(copy: Path) -> None:
    """Its own query (datasette.utils.detect_fts_sql), so that it need not be there."""
    with closing(sqlite3.connect(copy)) as own:
        found = own.execute(
            "SELECT name FROM sqlite_master WHERE rootpage = 0 AND sql LIKE "
            """'%VIRTUAL TABLE%USING FTS%content="paragraph"%'"""
        ).fetchall()
    assert found == [("paragraph_fts",)]


def test_what_stands_beside_the_copy(copy: Path) -> None:
    assert sorted(item.name for item in copy.parent.iterdir()) == [
        "research.db",
        "research.db.datapackage.json",
        "research.db.datasette.yaml",
        "research.db.metadata.yaml",
    ]
    metadata = copy.with_name("research.db.metadata.yaml").read_text(encoding="utf-8")
    assert '        "fts_table": "paragraph_fts"' in metadata
    assert '"text": "The text, verbatim, white space folded [verbatim]"' in metadata


# --- web archive -----------------------------------------------------------------------------


def records(path: Path) -> list[dict[str, Any]]:
    """What warcio reads, every digest checked."""
    warcio = pytest.importorskip("warcio.archiveiterator")
    found = []
    with path.open("rb") as file:
        for record in warcio.ArchiveIterator(file, check_digests="raise"):
            http = record.http_headers
            body = record.content_stream().read()
            assert record.digest_checker.passed is not False
            found.append(
                {
                    "type": record.rec_type,
                    "url": record.rec_headers.get_header("WARC-Target-URI"),
                    "date": record.rec_headers.get_header("WARC-Date"),
                    "payload": record.rec_headers.get_header("WARC-Payload-Digest"),
                    "http": None if http is None else http.headers,
                    "status": None if http is None else http.get_statuscode(),
                    "body": body,
                }
            )
    return found


def test_a_web_archive_holds_the_very_bytes(home: Path, tmp_path: Path) -> None:
    target = tmp_path / "pages.warc.gz"
    exported(home, "warc", "--output", str(target))
    info, *rest = records(target)
    assert info["type"] == "warcinfo"
    assert b"Ombudsman" in info["body"]
    responses = [record for record in rest if record["type"] == "response"]
    notes = [record for record in rest if record["type"] == "metadata"]
    assert len(responses) == len(notes) == COUNT - 1
    for response, note in zip(responses, notes, strict=True):
        digest = hashlib.sha256(response["body"]).hexdigest()
        assert f"sha256: {digest}" in note["body"].decode()
        assert response["payload"].startswith("sha1:")
        assert response["status"] == "200"
        assert response["date"] == "2026-03-02T12:00:00.000000Z"
        assert ("x-archive-orig-content-encoding", "gzip") in response["http"]
        assert ("content-type", "text/html; charset=utf-8") in response["http"]
    assert "decision-key: 24-001-234@1" in notes[0]["body"].decode()
    assert not [r for r in rest if WITHDRAWN.encode() in r["body"]]


def test_refused_pages_only_when_asked_for(tmp_path: Path) -> None:
    from archive.opening import open_to_write
    from tests.specimens import NOON, page

    fill(tmp_path, specimens()[:1])
    with open_to_write(settings(tmp_path), now=NOON, tell=lambda _: None) as archive:
        body = b"<html>prove that you are human</html>"
        archive.refuse_page([archive.save_page(page("24 009 999", body))], "captcha")
    target = tmp_path / "pages.warc.gz"
    for words, count in (((), 1), (("--include-refused",), 2)):
        exported(tmp_path, "warc", "--output", str(target), "--force", *words)
        assert len([r for r in records(target) if r["type"] == "response"]) == count


# --- what is missing, and where it may not go ------------------------------------------------


@pytest.mark.parametrize(
    ("form", "package", "extra"),
    [("parquet", "pyarrow", "parquet"), ("xlsx", "openpyxl", "xlsx"), ("warc", "warcio", "warc")],
)
def test_a_missing_package_is_named_with_what_installs_it(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, form: str, package: str, extra: str
) -> None:
    monkeypatch.setitem(sys.modules, package, None)
    done = run(home, "export", form, "--output", str(tmp_path / "file"))
    assert isinstance(done.exception, ArchiveError)
    assert package in str(done.exception)
    assert f"decisions[{extra}]" in str(done.exception)
    assert list(tmp_path.iterdir()) == []


def test_bytes_do_not_go_to_a_terminal(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import decisions

    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    monkeypatch.setattr(sys, "stdout", Terminal())
    with pytest.raises(UsageError, match="not for a terminal"):
        decisions.group.main(["--home", str(home), "export", "sqlite"], standalone_mode=False)


def test_an_export_is_remembered_for_an_erasure(home: Path, tmp_path: Path) -> None:
    from archive.copies import known

    target = tmp_path / "kept.csv"
    exported(home, "csv", "--output", str(target))
    assert ("export", target) in [(copy.kind, copy.path) for copy in known(settings(home))]

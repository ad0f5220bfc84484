"""``decisions brief``: a council's year, escaped, with what was agreed by when, and its limits."""

from __future__ import annotations

import io
from datetime import date
from html.parser import HTMLParser
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import decisions
from archive.briefing.deadlines import deadline_words, due
from archive.errors import NotFound, UsageError
from archive.figures.caveats import NOT_ALL
from archive.records import Outcome, Status
from tests.counted import Story, Sum, archive_of, invented

HOSTILE = "<script>alert(1)</script> & \"Wold\" 'County' Council"
STORIES = [
    *invented(60),
    Story("24 900 001", body="Wold County Council", day=date(2025, 6, 9),
          sums=(Sum(pence=25_000), Sum("apology", deadline="P4W"))),
    Story("24 900 002", body="Wold County Council", day=date(2025, 7, 9),
          outcome=Outcome.NOT_UPHELD, shared="<img src=x onerror=alert(1)>"),
    Story("24 900 003", body="Wold County Council", day=date(2025, 8, 9),
          status=Status.WITHDRAWN, shared="Secret words.", sums=(Sum(pence=999_900),)),
    Story("24 900 004", body=HOSTILE, day=date(2025, 8, 9)),
    Story("24 900 005", body="=HYPERLINK(1) Council", day=date(2025, 8, 9)),
]  # fmt: skip


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("brief")
    with archive_of(directory, STORIES):
        return directory


def run(home: Path, *words: str) -> Result:
    return CliRunner().invoke(decisions.group, ["--home", str(home), "brief", *words])


class Reader(HTMLParser):
    """Tags that were opened and not closed, and all that were seen."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: set[str] = set()
        self.attributes: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.add(tag)
        self.attributes += [name for name, _ in attrs]
        if tag not in ("meta", "br"):
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.add(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def page(home: Path, directory: Path, council: str) -> str:
    done = run(home, council, "--year", "2025-26", "--output", str(directory / "b.html"))
    assert done.exit_code == 0, (done.output, done.exception)
    return (directory / "b.html").read_text(encoding="utf-8")


def test_it_tells_the_decisions_and_what_was_agreed_by_when(home: Path, tmp_path: Path) -> None:
    text = page(home, tmp_path, "wold county council")
    assert "pay Ms B £250.00" in text
    assert "within 1 month (9 July 2025)" in text
    assert "within 4 weeks (7 July 2025)" in text
    assert "24-900-001@1#p2" in text
    assert NOT_ALL.replace("'", "&#x27;") in text
    assert "© Local Government and Social Care Ombudsman" in text
    assert "no ranking" in text


def test_a_withdrawn_decision_stands_without_its_words(home: Path, tmp_path: Path) -> None:
    text = page(home, tmp_path, "Wold County Council")
    assert "24 900 003" in text
    assert "Secret words" not in text
    assert "9,999" not in text


@pytest.mark.parametrize("council", ["Wold County Council", HOSTILE])
def test_nothing_from_a_page_becomes_markup(home: Path, tmp_path: Path, council: str) -> None:
    text = page(home, tmp_path, council)
    reader = Reader()
    reader.feed(text)
    reader.close()
    assert reader.open == []
    assert not {"script", "img", "iframe", "object"} & reader.seen
    assert not any(name.startswith("on") for name in reader.attributes)


def test_the_same_in_a_workbook_with_text_as_text(home: Path, tmp_path: Path) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    for council in ("Wold County Council", "=HYPERLINK(1) Council"):
        file = tmp_path / "b.xlsx"
        done = run(home, council, "--year", "2025-26", "--output", str(file))
        assert done.exit_code == 0, (done.output, done.exception)
        book = openpyxl.load_workbook(io.BytesIO(file.read_bytes()))
        assert book.sheetnames == ["Read first", "Comparison", "Years", "Decisions", "Agreed"]
        cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
        assert all(cell.data_type != "f" for cell in cells)
        values = [str(cell.value) for cell in cells]
        assert NOT_ALL in values
        assert not any("Secret" in value for value in values)


def test_a_council_that_is_not_known_is_told_the_near_ones(home: Path, tmp_path: Path) -> None:
    done = run(
        home, "Wald County Council", "--year", "2025-26", "--output", str(tmp_path / "b.html")
    )
    assert isinstance(done.exception, NotFound)
    assert "Wold County Council" in str(done.exception)
    assert not (tmp_path / "b.html").exists()
    done = run(home, "Wold County Council", "--year", "2025", "--output", "b.pdf")
    assert isinstance(done.exception, UsageError)


def test_a_year_without_a_decision_is_said(home: Path, tmp_path: Path) -> None:
    done = run(home, "Wold County Council", "--year", "2001", "--output", str(tmp_path / "b.html"))
    assert done.exit_code == 0, done.exception
    assert "No decision about this council" in (tmp_path / "b.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("deadline", "words", "day"),
    [
        ("P1M", "within 1 month", "2024-02-29"),
        ("P4W", "within 4 weeks", "2024-02-28"),
        ("P28D", "within 28 days", "2024-02-28"),
        ("P1Y", "within 1 year", "2025-01-31"),
        ("PT24H", "within 24 hours", "2024-02-01"),
        ("PT5H", "within 5 hours", None),
        ("2024-03-31", "by 31 March 2024", "2024-03-31"),
        ("20 working days", "within 20 working days", None),
        (None, "", None),
    ],
)
def test_deadlines_in_words_and_days(deadline: str | None, words: str, day: str | None) -> None:
    assert deadline_words(deadline) == words
    found = due(deadline, date(2024, 1, 31))
    assert (None if found is None else found.isoformat()) == day


def test_an_erasure_can_name_the_briefs_that_were_written(home: Path, tmp_path: Path) -> None:
    page(home, tmp_path, "Wold County Council")
    assert '"brief"' in (home / "copies.jsonl").read_text(encoding="utf-8")

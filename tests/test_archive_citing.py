"""A citation finds the decision again, says when it was captured, and breaks no bibliography."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.bibliography import bibtex, ris
from archive.citing import Cited, Wanted, wanted
from archive.errors import Ambiguous, NotFound, UsageError
from archive.opening import open_to_write
from archive.records import Paragraph, Section, SectionKind, Status, StoredDecision
from tests.exporting import HOSTILE, WITHDRAWN, exported, fill, run, settings, specimens
from tests.specimens import NOON, SOURCE, decision, later, page

AUTHOR = "Local Government and Social Care Ombudsman"
URL = "http://127.0.0.1:8000/decisions/housing/allocations/24-001-234"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    there = tmp_path_factory.mktemp("citing")
    fill(there)
    return there


@pytest.fixture
def amended(tmp_path: Path) -> Path:
    """A home with one decision in two versions."""
    with open_to_write(settings(tmp_path), now=NOON, tell=lambda _: None) as archive:
        source_id = archive.register(SOURCE)
        first = decision()
        archive.save_decision(source_id, first, [archive.save_page(page())], at=NOON)
        second = replace(first, summary="The Council will pay £300.")
        body = archive.save_page(page(body=b"<html>second</html>", fetched_at=later(60 * 48)))
        at = later(60 * 48)
        archive.save_decision(source_id, second, [body], at=at, previous=first)
    return tmp_path


def cited(home: Path, *words: str) -> str:
    """What ``decisions cite`` prints."""
    done = run(home, "cite", *words)
    if done.exception is not None:
        raise done.exception
    return done.stdout


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (
            ["24 001 234", "--paragraph", "2"],
            (
                f"{AUTHOR}, ‘Northmoor District Council (24 001 234)’ (Decision statement, "
                f"9 June 2025) para 2 <{URL}> accessed 2 March 2026"
            ),
        ),
        (
            ["24-001-234", "--style", "apa"],
            (
                f"{AUTHOR}. (2025, June 9). Northmoor District Council (24 001 234) "
                f"[Decision statement]. Retrieved March 2, 2026, from {URL}"
            ),
        ),
        (
            ["24-001-234@1#p3", "--style", "plain"],
            (
                f"{AUTHOR}, Northmoor District Council (24 001 234), decision statement of 9 June "
                f"2025, paragraph 3, {URL}, as captured on 2 March 2026 [24-001-234@1#p3]"
            ),
        ),
        (
            [f"{URL}#o3", "--style", "plain"],
            (
                f"{AUTHOR}, Northmoor District Council (24 001 234), decision statement of 9 June "
                f"2025, paragraph [3, unnumbered], {URL}, as captured on 2 March 2026 "
                "[24-001-234@1#o3]"
            ),
        ),
    ],
)
def test_a_citation_in_each_style(home: Path, words: list[str], said: str) -> None:
    assert cited(home, *words) == said + "\n"


def test_apa_names_the_paragraph_in_the_text(home: Path) -> None:
    said = cited(home, "24001234", "--paragraph", "3", "--style", "apa").splitlines()
    assert said[1] == f"In the text: ({AUTHOR}, 2025, para. 3)"


def test_what_has_left_the_site_says_since_when(home: Path) -> None:
    since = "no longer on the Ombudsman's site since 2 March 2026"
    for style in ("oscola", "apa", "plain", "bibtex", "ris"):
        said = cited(home, WITHDRAWN, "--style", style)
        assert since in said, style
    shape = json.loads(cited(home, WITHDRAWN, "--json"))
    assert (shape["status"], shape["captured_on"]) == ("withdrawn", "2026-03-02")


@pytest.mark.parametrize("style", ["oscola", "apa", "plain", "bibtex", "ris"])
def test_a_restricted_one_is_cited_without_a_word_of_it(tmp_path: Path, style: str) -> None:
    """Council, reference, date and address say which it is; the title is the publisher's text."""
    told = "Aunt Petunia and the drains"
    fill(tmp_path, [decision("24 001 234", title=told, summary=f"{told}, again.")])
    assert told in cited(tmp_path, "24 001 234", "--style", style)
    done = run(tmp_path, "restrict", "24 001 234", "--reason", "a question", "--by", "me")
    assert done.exit_code == 0, done.output
    for words in (("--style", style), ("--style", style, "--json")):
        said = cited(tmp_path, "24-001-234#p2", *words)
        assert "Petunia" not in said
        assert "24 001 234" in said
        assert "question" not in said


def test_an_erased_one_cannot_be_cited(tmp_path: Path) -> None:
    fill(tmp_path, [decision("24 001 234"), decision("24 002 345")])
    done = run(tmp_path, "erase", "24 001 234", "--reason", "a request", "--yes")
    assert done.exit_code == 0, done.output
    with pytest.raises(NotFound, match="24 001 234"):
        cited(tmp_path, "24 001 234")
    assert "24 002 345" in cited(tmp_path, "24 002 345")


def test_an_earlier_version_is_cited_as_what_it_is(amended: Path) -> None:
    old = run(amended, "cite", "24-001-234@1#p2", "--style", "plain")
    assert "version 1 of 2, since amended [24-001-234@1#p2]" in old.stdout
    assert "as captured on 2 March 2026" in old.stdout
    assert "decisions diff" in old.stderr
    new = cited(amended, "24-001-234", "--style", "plain")
    assert "as captured on 4 March 2026; version 2 [24-001-234@2]" in new
    with pytest.raises(NotFound, match="no version 3; the versions held are: 1, 2"):
        cited(amended, "24-001-234@3")


def test_a_paragraph_that_is_not_there_is_not_cited(home: Path) -> None:
    with pytest.raises(NotFound, match="no paragraph 9; it has 1 to 3"):
        cited(home, "24 001 234", "--paragraph", "9")
    with pytest.raises(UsageError, match="two places"):
        cited(home, "24-001-234#p2", "--paragraph", "3")


def test_a_number_that_stands_twice_is_not_guessed(tmp_path: Path) -> None:
    twice = tuple(Paragraph(n, 1, None, 0, f"Text {n}.") for n in (1, 2))
    section = Section(SectionKind.FINDINGS, "What I found", 1, None, twice)
    one = decision(sections=(section,), citations=(), remedies=(), cross_references=())
    fill(tmp_path, [one])
    with pytest.raises(Ambiguous, match="#o1, #o2"):
        cited(tmp_path, "24 001 234", "--paragraph", "1")
    assert cited(tmp_path, "24-001-234#o2", "--style", "plain").endswith("@1#o2]\n")


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("20 011 198", Wanted("20 011 198")),
        ("20-011-198@2", Wanted("20-011-198", 2)),
        ("20-011-198@2#p7", Wanted("20-011-198", 2, "p7")),
        ("20-011-198#o12", Wanted("20-011-198", None, "o12")),
        (
            "https://127.0.0.1/decisions/x/y/20-011-198?chapter=0#p7",
            Wanted("20-011-198", None, "p7"),
        ),
    ],
)
def test_keys_are_read(text: str, meant: Wanted) -> None:
    assert wanted(text) == meant


@pytest.mark.parametrize(
    "text",
    [
        "",
        "@2",
        "20-011-198@two",
        "20-011-198@0",
        "20-011-198@\uff12",
        "20-011-198#p\uff17",
        "20-011-198#x7",
        "a#p1#p2",
    ],
)
def test_what_is_no_key_is_refused(text: str) -> None:
    with pytest.raises(UsageError):
        wanted(text)


# --- bibliographies ---------------------------------------------------------------------------


def entries(text: str) -> Iterator[dict[str, str]]:
    """Entries as BibTeX reads them: braces counted, backslashed or not."""
    place = text.find("@")
    while place >= 0:
        depth, end = 0, text.index("{", place)
        while True:
            depth += {"{": 1, "}": -1}.get(text[end], 0)
            end += 1
            if depth == 0:
                break
        body = text[place:end]
        yield dict(re.findall(r"^  (\w+) = \{(.*)\},$", body, re.MULTILINE)) | {
            "key": body.partition("{")[2].partition(",")[0]
        }
        place = text.find("@", end)


def test_a_bibliography_has_an_entry_a_decision(home: Path) -> None:
    found = list(entries(exported(home, "bibtex").stdout))
    assert [one["number"] for one in found] == [one.reference for one in specimens()]
    assert len({one["key"] for one in found}) == len(found)
    first = found[0]
    assert first["author"] == f"{{{AUTHOR}}}"
    assert (first["date"], first["urldate"]) == ("2025-06-09", "2026-03-02")
    assert "£250" in first["abstract"]
    (gone,) = [one for one in found if one["number"] == WITHDRAWN]
    assert "abstract" not in gone
    assert gone["title"] == f"{{Northmoor District Council ({WITHDRAWN})}}"
    assert "Ombudsman" in exported(home, "bibtex").stdout.partition("@techreport")[0]


def test_records_of_ris_keep_their_fields(home: Path, tmp_path: Path) -> None:
    target = tmp_path / "all.ris"
    exported(home, "ris", "--output", str(target))
    raw = target.read_bytes().decode("utf-8")
    lines = raw.split("\r\n")
    assert all(re.fullmatch(r"[A-Z][A-Z0-9]  - .*|", line) for line in lines)
    assert lines.count("TY  - RPRT") == lines.count("ER  - ") == len(specimens())
    assert f"TI  - {' '.join(HOSTILE[4].split())}" in lines


def one(text: str) -> Cited:
    stored = StoredDecision(
        id=1,
        decision=decision(title=text, summary=text, url="http://127.0.0.1/{x}?a=1%20&b=}"),
        content_sha256="",
        status=Status.LIVE,
        status_since=None,
        first_seen_at=datetime(2026, 3, 2, tzinfo=UTC),
        last_seen_at=datetime(2026, 3, 2, tzinfo=UTC),
        revision=1,
    )
    return Cited(stored, AUTHOR, 1, date(2026, 3, 2))


_UNTEX = {
    r"\textbackslash{}": "\\",
    r"\textbraceleft{}": "{",
    r"\textbraceright{}": "}",
    r"\textasciitilde{}": "~",
    r"\textasciicircum{}": "^",
} | {f"\\{character}": character for character in "&%$#_"}


@given(st.text(max_size=60) | st.text("{}\\%@\"',=\n#^~_$&", max_size=20))
def test_no_text_breaks_an_entry_or_a_record(text: str) -> None:
    (entry,) = entries(bibtex(one(text)))
    pattern = "|".join(map(re.escape, sorted(_UNTEX, key=len, reverse=True)))
    read = re.sub(pattern, lambda found: _UNTEX[found[0]], entry.get("abstract", ""))
    folded = " ".join(re.sub(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]", " ", text).split())
    assert read == folded
    assert entry["url"] == "http://127.0.0.1/%7Bx%7D?a=1%20&b=%7D"
    tags = [line[:2] for line in ris(one(text)).split("\r\n") if line]
    assert (tags[0], tags[-1], tags.count("TY"), tags.count("ER")) == ("TY", "ER", 1, 1)
    assert tags.count("AB") == bool(folded)

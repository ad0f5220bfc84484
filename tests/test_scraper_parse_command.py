"""``decisions parse``: one object a page, a reason for each that is none, honest exit codes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from decisions import group
from scraper.html import MAX_BYTES
from scraper.parse_command import explained
from scraper.reading import FileRead, read_file
from scraper.sources.lgsco import Lgsco
from tests.golden import PAGES
from tests.site.cases import expected_json
from tests.site.invention import invent
from tests.site.markups import MARKUPS, render

CASE = invent(1, seed=5)[0]
URL = f"https://www.lgo.org.uk{CASE.path}"


def run(*arguments: object) -> Result:
    return CliRunner().invoke(group, ["parse", *map(str, arguments)])


def objects(result: Result) -> list[dict[str, Any]]:
    return [json.loads(line) for line in result.stdout.splitlines()]


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    path = tmp_path / "a page.html"
    path.write_text(render(CASE, MARKUPS["article"]), encoding="utf-8")
    return path


def test_a_saved_page_prints_the_documented_object(saved: Path) -> None:
    result = run(saved, "--json")
    assert result.exit_code == 0
    (printed,) = objects(result)
    expected = expected_json(CASE)
    assert {key: printed[key] for key in expected} == expected
    assert isinstance(printed["citations"], list)
    assert isinstance(printed["remedies"], list)
    assert printed["cross_references"] == []


def test_citations_have_a_kind_and_references_a_target(tmp_path: Path) -> None:
    page = PAGES / "cross-references.html"
    (printed,) = objects(run(page, "--json"))
    assert {
        "kind": "guidance",
        "act": None,
        "raw": "Working Together to Safeguard Children",
    }.items() <= printed["citations"][1].items()
    ordinals = {
        each["number"]: each["ordinal"]
        for section in printed["sections"]
        for each in section["paragraphs"]
    }
    assert len(printed["cross_references"]) == 9
    assert all(each["target"] == ordinals[each["number"]] for each in printed["cross_references"])
    assert all("per_person" in each for each in printed["remedies"])


def test_the_same_decision_prints_the_same_object_in_every_markup(tmp_path: Path) -> None:
    alike = [markup for markup in MARKUPS.values() if markup.keeps_depth and not markup.straight]
    for markup in alike:
        (tmp_path / f"{markup.name}.html").write_text(render(CASE, markup), encoding="utf-8")
    result = run("--json", *sorted(tmp_path.iterdir()))
    printed = objects(result)
    assert len(printed) == len(alike)
    assert all(one == printed[0] for one in printed)


def test_an_address_is_checked_against_the_page_and_printed(saved: Path) -> None:
    result = run(
        saved, "--url", URL.replace("https://www.", "http://") + "?displaypref=1", "--json"
    )
    assert result.exit_code == 0
    assert objects(result)[0]["url"] == URL
    other = run(saved, "--url", URL[:-3] + "999", "--json")
    assert other.exit_code == 4
    assert objects(other)[0]["refused"] == "wrong_reference"


def test_a_page_that_is_no_decision_is_named_and_the_others_go_on(saved: Path) -> None:
    folder = saved.parent
    files = {
        "binary.html": (b"%PDF-1.4", "binary"),
        "captcha.html": (b"<html><body>Solve the captcha</body></html>", "captcha"),
        "empty.html": (b"", "empty"),
        "huge.html": (b"<p>" * (MAX_BYTES // 3 + 2), "too_large"),
        "utf16.html": ("<p>x".encode("utf-16"), "unparsed"),
    }
    for name, (body, _) in files.items():
        (folder / name).write_bytes(body)
    result = run("--json", *(folder / name for name in files), saved)
    assert result.exit_code == 4
    *refused, read = objects(result)
    assert [one["refused"] for one in refused] == [reason for _, reason in files.values()]
    assert [Path(one["file"]).name for one in refused] == list(files)
    assert read["reference"] == CASE.reference


def test_a_missing_file_is_named_and_the_others_go_on(saved: Path) -> None:
    result = run(saved.parent / "nowhere.html", saved.parent, saved, "--json")
    assert result.exit_code == 1
    assert "nowhere.html: cannot be read" in result.stderr
    assert [one["reference"] for one in objects(result)] == [CASE.reference]


def test_no_file_and_no_such_source_are_mistakes_of_the_call(saved: Path) -> None:
    assert run().exit_code == 2
    assert run(saved, "--source", "nobody").exit_code != 0


def test_the_readable_form_shows_sections_and_their_numbers(saved: Path) -> None:
    result = run(saved)
    assert result.exit_code == 0
    assert result.stdout.startswith(CASE.title)
    for section in CASE.sections():
        assert f"{section.position}. {section.heading} [{section.kind.value}]" in result.stdout


def test_explain_shows_every_piece_with_what_it_was_taken_for(saved: Path) -> None:
    result = run(saved, "--explain")
    for what in ("title ", "header ", "document title ", "1 heading ", "signature "):
        assert f"\n{what}" in result.stdout
    pieces = objects(run(saved, "--explain", "--json"))[0]["pieces"]
    assert {"what": "heading", "section": 1, "text": CASE.parts[0].heading} in pieces


def test_explain_names_paragraphs_by_section_and_printed_number(saved: Path) -> None:
    shown = run(saved, "--explain").stdout
    for section in CASE.sections():
        for paragraph in section.paragraphs:
            mark = paragraph.label if paragraph.number is None else paragraph.number
            words = " ".join(paragraph.text.split()[:3])
            what = f"{section.position} paragraph{'' if mark is None else f' {mark}'}"
            assert f"\n{what:<16}  {words}" in shown


@pytest.mark.parametrize("columns", [20, 60, 80, 300])
def test_explain_keeps_to_the_terminal_and_loses_no_word(saved: Path, columns: int) -> None:
    read = read_file(saved, Lgsco.at())
    assert isinstance(read, FileRead)
    _, _, *lines = explained(read, columns)
    assert max(map(len, lines)) <= max(40, min(columns, 100))
    told = " ".join(line[18:] if "warning" not in line else line for line in lines).split()
    assert told == " ".join(piece.text for piece in read.pieces).split()


def test_control_characters_of_a_page_never_reach_the_terminal(saved: Path) -> None:
    html = saved.read_text(encoding="utf-8")
    saved.write_text(html.replace("<h3", "<h3>\x1b]0;x\x07\u202e</h3><h3"), encoding="utf-8")
    for option in ((), ("--explain",)):
        shown = run(saved, *option).stdout
        assert not set("\x1b\x07\u202e") & set(shown)

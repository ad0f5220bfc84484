"""``decisions search`` and ``decisions index`` as a person types them."""

from __future__ import annotations

import csv
import io
import json
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from archive.records import Citation, DecisionKind, Outcome, Remedy, SectionKind
from search.errors import IndexUnusable, QueryError
from search.facets import FACETS
from search.index import Index
from search.outlets import write
from search.present import plain, show_on_terminal
from search.query import Hit, search
from search.query import answer as search_for
from search.request import SearchRequest
from tests.search_app import FakeApp
from tests.search_fakes import FakeArchive, decision

K = SectionKind


@pytest.fixture
def archive() -> FakeArchive:
    return FakeArchive(
        decision(
            "20 011 198",
            body="Hampleshire County Council",
            summary="We will not investigate Mr X’s complaint about data sharing.",
            outcome=Outcome.CLOSED,
            category="Children's care services",
            subcategory="Other",
            decided_on=date(2021, 3, 11),
            sections={
                K.COMPLAINT: ["Mr X says the Council shared information."],
                K.POWERS: ["We expect complaints about data protection to go elsewhere."],
                K.FINDINGS: ["The Council saw this as a data protection complaint."],
            },
            headings={K.FINDINGS: "What I found"},
        ),
        decision(
            "24 002 002",
            decided_on=date(2024, 6, 30),
            sections={K.COMPLAINT: ["Protection of her data, says Ms Y."], K.REMEDY: ["Pay £300."]},
        ),
        decision(
            "24 002 003",
            kind=DecisionKind.REPORT,
            decided_on=date(2024, 7, 1),
            sections={K.FINDINGS: ["Late tuition.", "An -odd word."]},
        ),
    )


@pytest.fixture
def app(tmp_path: Path, archive: FakeArchive) -> FakeApp:
    app = FakeApp(tmp_path, archive)
    assert app.run("index").exit_code == 0
    return app


def answer(app: FakeApp, *args: str) -> dict[str, Any]:
    result = app.run("search", "--json", *args)
    assert result.exit_code == 0, result.output
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def references(app: FakeApp, *args: str) -> list[str]:
    return [hit["reference"] for hit in answer(app, *args)["hits"]]


def test_the_json_has_the_promised_shape(app: FakeApp) -> None:
    found = answer(app, "data", "protection")
    assert list(found)[:6] == ["schema", "query", "understood", "total", "exact_total", "took_ms"]
    assert found["schema"] == 1
    assert found["query"] == "data protection"
    assert found["understood"] == "data AND protection"
    assert (found["total"], found["exact_total"]) == (2, 1)
    hit = found["hits"][0]
    assert {
        "source": "lgsco",
        "reference": "20 011 198",
        "title": "Hampleshire County Council (20 011 198)",
        "body": "Hampleshire County Council",
        "category": "Children's care services",
        "subcategory": "Other",
        "outcome": "closed",
        "decided_on": "2021-03-11",
        "kind": "statement",
        "status": "live",
        "url": "https://example.org/decisions/education/alternative-provision/20-011-198",
    }.items() <= hit.items()
    assert isinstance(hit["score"], float)
    snippet = hit["snippets"][0]
    assert {
        "section": "findings",
        "position": 3,
        "ordinal": 3,
        "paragraph": 3,
        "text": "The Council saw this as a data protection complaint.",
    }.items() <= snippet.items()
    assert [snippet["text"][a:b] for a, b in snippet["marks"]] == ["data protection"]


def test_words_phrases_and_flags_ask_the_same(app: FakeApp) -> None:
    assert references(app, "data protection") == ["20 011 198", "24 002 002"]
    assert references(app, '"data protection"') == ["20 011 198"]
    assert references(app, "--phrase", "data protection") == ["20 011 198"]
    assert references(app, "complaint", "--phrase", "data protection") == ["20 011 198"]
    assert references(app, "--phrase", "Mr Y says") == []


@pytest.mark.parametrize("spelling", [["20", "011", "198"], ["20-011-198"], ["20011198"]])
def test_a_reference_in_any_spelling_finds_its_decision(app: FakeApp, spelling: list[str]) -> None:
    assert references(app, *spelling) == ["20 011 198"]


@pytest.mark.parametrize(
    ("args", "expected"),
    [
        (["data", "-hampleshire"], ["24 002 002"]),
        (["-data"], ["24 002 003"]),
        (["-data", "-n", "5"], ["24 002 003"]),
        (["-n5", "-data"], ["24 002 003"]),
        (["--", "-data"], ["24 002 003"]),
        (["-nothing"], ["24 002 003", "24 002 002", "20 011 198"]),
        (["-odd"], ["24 002 002", "20 011 198"]),
        (["--section=findings", "-n", "1", "data"], ["20 011 198"]),
        (["--body", "hampleshire council"], ["20 011 198"]),
        (["--category", "children’s care services"], ["20 011 198"]),
        (["--outcome", "not-upheld"], []),
        (["--outcome", "Upheld"], ["24 002 003", "24 002 002"]),
        (["--kind", "report"], ["24 002 003"]),
        (["--from", "2024"], ["24 002 003", "24 002 002"]),
        (["--from", "2024-07"], ["24 002 003"]),
        (["--to", "2024-06"], ["24 002 002", "20 011 198"]),
        (["--from", "2021-03-11", "--to", "2021-03-11"], ["20 011 198"]),
        (["--sort", "oldest"], ["20 011 198", "24 002 002", "24 002 003"]),
        (["--sort", "body"], ["24 002 003", "24 002 002", "20 011 198"]),
        (["--section", "final decision", "data"], []),
        (["--section", "remedy"], ["24 002 002"]),
    ],
)
def test_arguments_mean_what_they_say(app: FakeApp, args: list[str], expected: list[str]) -> None:
    assert references(app, *args) == expected


def test_an_unknown_long_option_is_a_word_and_that_is_said(app: FakeApp) -> None:
    result = app.run("search", "--odd")
    assert result.exit_code == 0
    assert "no option" in result.stderr
    assert "24 002 003" in result.stdout


@pytest.mark.parametrize(
    "args",
    [
        ["--from", "2024-13"],
        ["--from", "24"],
        ["--to", "2023-02-30"],
        ["--to", "yesterday"],
        ["--from", "2024-1-1"],
        ["--from", "２０２４"],
        ["--outcome", "lost"],
        ["--section", "nowhere"],
        ["--sort", "best"],
        ["-n", "0"],
        ["-n"],
        ["-n", "many"],
    ],
)
def test_a_wrong_value_is_a_usage_error(app: FakeApp, args: list[str]) -> None:
    result = app.run("search", "data", *args)
    assert result.exit_code == 2
    assert result.stdout == ""


@pytest.mark.parametrize("start", ["da", "two words", "", "d*ta"])
def test_what_begins_no_word_is_refused(app: FakeApp, start: str) -> None:
    assert getattr(app.run("search", "--begins", start).exception, "exit_code", None) == 2


@pytest.mark.parametrize("option", ["--body", "-n", "--phrase"])
def test_an_option_at_the_end_wants_its_value(app: FakeApp, option: str) -> None:
    result = app.run("search", "data", option)
    assert result.exit_code == 2
    assert f"{option} needs a value" in result.output


def test_a_range_that_ends_before_it_begins_is_refused(app: FakeApp) -> None:
    result = app.run("search", "--from", "2024", "--to", "2023")
    assert getattr(result.exception, "exit_code", None) == 2


def test_a_query_that_does_not_parse_shows_where(app: FakeApp) -> None:
    result = app.run("search", 'late "tuition')
    assert isinstance(result.exception, QueryError)
    assert result.exception.exit_code == 2
    _, query, caret = str(result.exception).split("\n")
    assert query[caret.index("^")] == '"'


@pytest.mark.parametrize(
    ("query", "sign", "instead"),
    [
        ("data | protection", "|", "OR"),
        ("data && protection", "&&", "all words"),
        ("data or protection", "or", "OR"),
        ("data not protection", "not", "NOT"),
        ("+data", "+", "all words"),
        ("d?ta", "?", "educat*"),
        ("dat!", "!", "educat*"),
        ("data~2", "~2", "hampshir~"),
        ("data^2", "^2", "weights"),
        ("data NEAR protection", "NEAR", "/5"),
        ("/dat[ae]/", "/dat[ae]/", "regular"),
        ("body: hampleshire", "body:", "no blank"),
        ("‘data protection’", "‘data protection’", "double quotation marks"),
    ],
)
def test_signs_of_other_search_engines_are_not_passed_over_in_silence(
    app: FakeApp, query: str, sign: str, instead: str
) -> None:
    (line, *_) = app.run("search", query).stderr.splitlines()
    assert line.startswith(f"{sign} has no meaning")
    assert instead in line


@pytest.mark.parametrize(
    "query",
    [
        'act:"care act" s.42',
        "data OR protection",
        '"data or protection"',
        "at 18:30",
        "Council: data",
        "R & Co",
        "what?",
    ],
)
def test_nothing_is_said_of_a_plain_query(app: FakeApp, query: str) -> None:
    assert app.run("search", query).stderr == ""


def test_plain_output_can_be_grepped(app: FakeApp) -> None:
    result = app.run("search", "data", "protection")
    lines = result.stdout.splitlines()
    assert lines[0] == "2 decisions, 1 with the exact phrase"
    assert lines[1] == "understood as: data AND protection"
    assert "1. 20 011 198  Hampleshire County Council" in lines
    assert (
        "   What I found ¶3 [the Ombudsman's finding]: "
        "The Council saw this as a data protection complaint." in lines
    )
    assert "\x1b" not in result.stdout


def test_no_hits_is_said_with_a_hint_and_is_no_error(app: FakeApp) -> None:
    result = app.run("search", "zebra")
    assert result.exit_code == 0
    assert result.stdout.startswith("0 decisions\n")
    assert "Nothing found" in result.stdout


def test_without_an_index_the_command_is_named_and_nothing_is_made(
    tmp_path: Path, archive: FakeArchive
) -> None:
    result = FakeApp(tmp_path, archive).run("search", "data")
    assert isinstance(result.exception, IndexUnusable)
    assert result.exception.exit_code == 1
    assert "decisions index" in str(result.exception)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("indexed", [True, False])
def test_an_empty_archive_says_how_to_fill_it(tmp_path: Path, indexed: bool) -> None:
    app = FakeApp(tmp_path, FakeArchive())
    if indexed:
        assert "decisions crawl" in app.run("index").stdout
    result = app.run("search", "data")
    assert result.exit_code == 0
    assert "decisions crawl" in result.stdout
    assert result.output.count("decisions crawl") == 1, "once is enough"
    assert "decisions crawl" in app.run("search", "data", "--csv").stderr
    assert answer(app, "data")["total"] == 0


def test_an_index_behind_the_archive_answers_and_says_so(app: FakeApp) -> None:
    app.archive.add(decision("24 002 009", summary="More data."))
    result = app.run("search", "data")
    assert result.exit_code == 0
    assert "decisions index" in result.stderr
    assert result.stdout.startswith("2 decisions")


def test_what_is_no_longer_on_the_site_is_marked(app: FakeApp) -> None:
    app.archive.withdraw(3)
    app.run("index")
    assert "withdrawn from the Ombudsman's site" in app.run("search", "tuition").stdout


def test_hostile_text_never_reaches_the_screen_raw(tmp_path: Path) -> None:
    archive = FakeArchive(
        decision(
            body="Evil\x1b[2J Council\u202e",
            sections={K.FINDINGS: ["A \x1b]0;title\x07 word\r\n2. fake hit \u200btuition"]},
            headings={K.FINDINGS: "What\x1b[1m\nI found"},
        )
    )
    app = FakeApp(tmp_path, archive)
    app.run("index")
    result = app.run("search", "tuition", "-\x1b[2J")
    assert result.exit_code == 0
    assert not set(result.output) & {"\x1b", "\x07", "\r", "\u202e", "\u200b"}
    assert not any(line.startswith("2. fake") for line in result.stdout.splitlines())
    found = answer(app, "tuition")
    text = found["hits"][0]["snippets"][0]["text"]
    assert text == "A \x1b]0;title\x07 word\r\n2. fake hit \u200btuition", "JSON is verbatim"
    assert [text[a:b] for a, b in found["hits"][0]["snippets"][0]["marks"]] == ["tuition"]


@pytest.mark.parametrize("width", [20, 40, 200])
def test_a_terminal_gets_marks_and_lines_that_fit(app: FakeApp, width: int) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    results = search(Index(app.config.index_dir), SearchRequest("data protection"), app.archive)
    stream = Terminal()
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("COLUMNS", str(width))
        patched.setenv("TERM", "xterm-256color")
        patched.delenv("NO_COLOR", raising=False)
        show_on_terminal(results, results.hits, stream)
        coloured = stream.getvalue()
        stream.seek(0)
        stream.truncate()
        patched.setenv("NO_COLOR", "1")
        show_on_terminal(results, results.hits, stream)
    assert "\x1b[" in coloured
    plain = re.sub(r"\x1b\[[0-9;]*m", "", coloured)
    fitting = [line for line in plain.splitlines() if "https://" not in line]
    assert max(map(len, fitting)) <= width
    assert " ".join(plain.split()).count("data protection") == 1
    assert not re.search(r"\x1b\[[0-9;]*3[0-7]", stream.getvalue()), "no colour with NO_COLOR"


def test_facets_count_all_hits_and_their_values_filter_to_as_many(app: FakeApp) -> None:
    found = answer(app, "--facet", "all", "-n", "1")
    assert list(found["facets"]) == list(FACETS)
    assert found["facets"]["body"] == [
        {"value": "ambleford-borough-council", "label": "Ambleford Borough Council", "count": 2},
        {"value": "hampleshire-county-council", "label": "Hampleshire County Council", "count": 1},
    ]
    assert {(one["label"], one["count"]) for one in found["facets"]["year"]} == {
        ("2024", 2),
        ("2021", 1),
    }
    flags = {"year": "--from", "subcategory": "--category"}
    for query in ([], ["data"]):
        for name, values in answer(app, *query, "--facet", "all")["facets"].items():
            for one in values:
                args = [flags.get(name, f"--{name}"), one["value"]]
                if name == "year":
                    args += ["--to", one["value"]]
                assert answer(app, *query, *args)["total"] == one["count"], (name, one)


def test_a_council_counted_is_that_one_whatever_its_name_is_made_of(tmp_path: Path) -> None:
    names = ["St Osbert’s Council", "Wold Council", "Wold District Council", "Late & Son, t/a 24-7"]
    app = FakeApp(
        tmp_path, FakeArchive(*(decision(f"24 00{n} 001", body=b) for n, b in enumerate(names)))
    )
    assert app.run("index").exit_code == 0
    counted = answer(app, "--facet", "body")["facets"]["body"]
    assert sorted(one["label"] for one in counted) == sorted(names)
    for one in counted:
        found = answer(app, "--body", one["value"])
        assert [hit["body"] for hit in found["hits"]] == [one["label"]], one
        again = answer(app, found["understood"])
        assert [hit["body"] for hit in again["hits"]] == [one["label"]], one
    assert answer(app, "--body", "wold council")["total"] == 2, "words may be anywhere in a name"
    assert answer(app, "--body", "council-wold")["total"] == 2, "no such name, so its words"
    assert answer(app, "--body", "24-7")["total"] == 1


def test_facets_on_screen(app: FakeApp) -> None:
    lines = app.run(
        "search", "data", "--facet", "outcome", "--facet", "section"
    ).stdout.splitlines()
    assert "outcome: closed 1 · upheld 1" in lines
    assert "section: complaint 1 · findings 1 · powers 1" in lines


def test_explain_says_where_words_stand_and_why_a_hit_ranks(app: FakeApp) -> None:
    found = answer(app, "data", "protection", "--explain")
    assert found["terms"] == [
        {"term": "data", "decisions": 2, "words": [{"word": "data", "decisions": 2}]},
        {"term": "protection", "decisions": 2, "words": [{"word": "protection", "decisions": 2}]},
        {"term": '"data protection"', "decisions": 1, "words": []},
    ]
    for hit in found["hits"]:
        assert sum(part["score"] for part in hit["why"]) == pytest.approx(hit["score"], abs=1e-3)
    lines = app.run("search", "data", "protection", "--explain").stdout.splitlines()
    assert "in 2 of 3 decisions: data" in lines
    assert any(line.startswith("   score ") and '"data protection"' in line for line in lines)
    lines = app.run("search", "dat*", "OR", "hampleshir~", "--explain").stdout.splitlines()
    assert "in 2 of 3 decisions: dat* (data 2)" in lines
    assert any(line.startswith("in 1 of 3 decisions: hampleshir~ (hampleshire 1") for line in lines)


def test_explain_says_how_much_is_standard_wording(app: FakeApp) -> None:
    (hit,) = answer(app, "protection", "body:hampleshire", "--explain")["hits"]
    (part,) = hit["why"]
    assert (part["term"], part["times"], part["little"]) == ("protection", 2, 1)
    lines = app.run("search", "protection", "body:hampleshire", "--explain").stdout.splitlines()
    assert any(
        "(2 times, 1 of them in standard wording, which counts little)" in li for li in lines
    )


@pytest.fixture
def many(tmp_path: Path) -> FakeApp:
    archive = FakeArchive(
        *(decision(f"24 {n // 1000:03} {n % 1000:03}", summary="Late, tuition") for n in range(450))
    )
    app = FakeApp(tmp_path / "many", archive)
    app.run("index")
    return app


def test_all_hits_come_out_in_every_form(many: FakeApp) -> None:
    expected = [stored.decision.reference for stored in many.archive.kept.values()]
    assert references(many, "tuition", "--all") == expected
    assert many.run("search", "tuition", "--all", "--refs").stdout.splitlines() == expected
    rows = list(csv.DictReader(io.StringIO(many.run("search", "late", "--all", "--csv").stdout)))
    assert [row["reference"] for row in rows] == expected
    assert rows[0]["snippet"] == "Late, tuition"
    assert rows[0]["attribution"] == "© An Ombudsman"
    lines = many.run("search", "late", "--all", "--jsonl").stdout.splitlines()
    assert [json.loads(line)["reference"] for line in lines] == expected
    assert len(references(many, "tuition")) == 10


def test_texts_of_all_hits_are_read_a_few_at_a_time(
    many: FakeApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []
    read = many.archive.paragraphs

    def counting(ids: Sequence[int]) -> Any:
        asked.append(len(ids))
        return read(ids)

    monkeypatch.setattr(many.archive, "paragraphs", counting)
    many.run("search", "tuition", "--all", "--csv")
    assert sum(asked) == 450
    assert max(asked) <= 200


@pytest.mark.parametrize("form", ["csv", "jsonl", "json", "refs", "plain"])
def test_each_hit_is_written_before_the_next_is_taken(many: FakeApp, form: str) -> None:
    """Nothing builds the list: at no time is more than one hit taken and not yet written."""
    results, hits = search_for(
        Index(many.config.index_dir), SearchRequest("late", limit=None), many.archive
    )
    stream = io.StringIO()
    unwritten: list[int] = []

    def watched() -> Iterator[Hit]:
        for number, hit in enumerate(hits):
            unwritten.append(number - stream.getvalue().count("24 000 "))
            yield replace(hit, title="", url="", reference=f"24 000 {number:03}")

    if form == "plain":
        for line in plain(results, watched()):
            stream.write(line)
    else:
        write(form, results, watched(), ("reference",), stream)
    assert len(unwritten) == 450
    assert max(unwritten) == 0


def test_the_first_hit_comes_before_the_second_lot_is_read(
    many: FakeApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[int] = []
    decisions = many.archive.decisions

    def counting(ids: Sequence[int]) -> Any:
        read.append(len(ids))
        return decisions(ids)

    monkeypatch.setattr(many.archive, "decisions", counting)
    request = SearchRequest("late", limit=None)
    _, hits = search_for(Index(many.config.index_dir), request, many.archive)
    assert read == []
    assert isinstance(hits, Iterator)
    next(hits)
    assert read == [200]


def test_csv_is_as_the_standard_says(tmp_path: Path) -> None:
    text = 'A "quoted", =1+1\nline with tuition'
    app = FakeApp(tmp_path, FakeArchive(decision(sections={K.FINDINGS: [text]})))
    app.run("index")
    result = app.run("search", "tuition", "--csv", "--fields", "reference, paragraph,snippet")
    assert result.stdout_bytes == (
        b'reference,paragraph,snippet\r\n24 001 001,1,"A ""quoted"", =1+1\nline with tuition"\r\n'
    )


def test_context_is_shown_and_goes_out(tmp_path: Path) -> None:
    sections = {K.FINDINGS: ["One.", "Two about tuition.", "Three."]}
    app = FakeApp(tmp_path, FakeArchive(decision(sections=sections)))
    app.run("index")
    lines = app.run("search", "tuition", "--context", "1").stdout.splitlines()
    first, last = (
        f"   | Findings ¶{n} [the Ombudsman's finding]: {t}"
        for n, t in ((1, "One."), (3, "Three."))
    )
    assert lines.index(first) + 2 == lines.index(last)
    (hit,) = answer(app, "tuition", "--context", "1")["hits"]
    assert [one["paragraph"] for one in hit["snippets"][0]["leading"]] == [1]
    assert [one["text"] for one in hit["snippets"][0]["following"]] == ["Three."]
    (row,) = csv.DictReader(
        io.StringIO(app.run("search", "tuition", "--context", "1", "--csv").stdout)
    )
    assert (row["context_before"], row["snippet"]) == ("One.", "Two about tuition.")
    assert "context_before" not in app.run("search", "tuition", "--csv").stdout


def test_a_withdrawn_text_is_not_passed_on(app: FakeApp) -> None:
    app.archive.withdraw(3)
    app.run("index")
    for form in ("--csv", "--jsonl"):
        output = app.run("search", "tuition", form).stdout
        assert "24 002 003" in output
        assert "Late tuition" not in output
        assert "took it down" in output


@pytest.mark.parametrize(
    "args", [["--fields", "reference"], ["--csv", "--fields", "nothing"], ["--csv", "--fields", ""]]
)
def test_columns_that_cannot_be_are_refused(app: FakeApp, args: list[str]) -> None:
    assert getattr(app.run("search", "data", *args).exception, "exit_code", None) == 2


def test_no_hits_in_other_forms(app: FakeApp) -> None:
    assert app.run("search", "zebra", "--refs").stdout == ""
    assert app.run("search", "zebra", "--jsonl").stdout == ""
    assert app.run("search", "zebra", "--csv", "--fields", "url").stdout_bytes == b"url\r\n"
    assert answer(app, "zebra")["hits"] == []


@pytest.mark.parametrize(
    ("args", "expected"),
    [
        (["data", "--not", "hampleshire"], ["24 002 002"]),
        (["--not", "data protection", "data"], ["24 002 002"]),
        (["--begins", "protec*", "--begins", "dat"], ["20 011 198", "24 002 002"]),
        (["data", "/s", "protection"], ["20 011 198", "24 002 002"]),
        (['"protection data"~3'], ["20 011 198", "24 002 002"]),
        (["hamplshire~"], ["20 011 198"]),
        (["findings:data"], ["20 011 198"]),
        (["body:hampleshire", "OR", "kind:report"], ["24 002 003", "20 011 198"]),
        (["year:2024", "-kind:report"], ["24 002 002"]),
    ],
)
def test_the_language_reaches_the_command(
    app: FakeApp, args: list[str], expected: list[str]
) -> None:
    assert sorted(references(app, *args)) == sorted(expected)


def test_remedies_and_acts_can_be_asked_for(tmp_path: Path) -> None:
    def remedy(amount: int, *, total: bool = False) -> Remedy:
        return Remedy(
            section=1, paragraph=1, char_start=0, char_end=4, kind="payment",
            amount_pence=amount, rate_pence=None, rate_period=None, share_percent=None,
            payee=None, is_total=total, deadline=None, raw="", rule="",
        )  # fmt: skip

    def cited(act: str) -> Citation:
        return Citation(1, 1, 0, 4, act, None, None, act, None)

    parts = (remedy(30000), remedy(165000))
    archive = FakeArchive(
        replace(decision("24 001 001"), remedies=parts, citations=(cited("Care Act 2014"),)),
        replace(decision("24 001 002"), remedies=(*parts, remedy(195000, total=True))),
        replace(decision("24 001 003"), citations=(cited("Children Act 1989"),)),
        replace(decision("24 001 004"), remedies=(remedy(0),)),
    )
    app = FakeApp(tmp_path, archive)
    app.run("index")
    assert references(app, "remedy:>=1700") == ["24 001 002"]
    assert references(app, "remedy:1650") == ["24 001 001"]
    assert references(app, "--remedy-min", "1,650") == ["24 001 001", "24 001 002"]
    assert references(app, "--remedy-max", "1") == ["24 001 004"]
    assert references(app, "--sort", "remedy") == [
        "24 001 002",
        "24 001 001",
        "24 001 004",
        "24 001 003",
    ]
    assert references(app, 'act:"care act"') == ["24 001 001"]
    assert references(app, "act:act") == ["24 001 001", "24 001 003"]
    assert references(app, 'act:"care 1989"') == []


def test_an_index_without_the_first_decisions_does_not_call_the_archive_empty(
    tmp_path: Path,
) -> None:
    app = FakeApp(tmp_path, FakeArchive())
    app.run("index")
    app.archive.add(decision())
    result = app.run("search", "ambleford")
    assert "empty" not in result.output
    assert "decisions index" in result.stderr


def test_the_index_command_reports_what_it_did(app: FakeApp) -> None:
    assert "Index in step already: 3 decisions" in app.run("index").stdout
    app.archive.erase(2)
    report = json.loads(app.run("index", "--json").stdout)
    assert report["schema"] == 1
    assert (report["removed"], report["documents"], report["rebuilt"]) == (1, 2, False)
    assert "made anew: 2 decisions" in app.run("index", "--rebuild").stdout
    assert app.opened_to_write == 4


def test_a_cold_search_imports_only_what_it_needs(app: FakeApp) -> None:
    script = """
import json, sys
from pathlib import Path
from tests.search_app import FakeApp
from tests.search_fakes import FakeArchive, decision
from archive.records import SectionKind
archive = FakeArchive(decision(summary="Late tuition."))
app = FakeApp(Path(sys.argv[1]), archive)
app.run("index")
assert "1 decision" in app.run("search", "tuition").output
unwanted = ["sqlalchemy", "alembic", "httpx", "selectolax", "rich", "scraper", "hypothesis"]
print(json.dumps([name for name in unwanted if name in sys.modules]))
"""
    done = subprocess.run(
        [sys.executable, "-c", script, str(app.config.home / "cold")],
        capture_output=True,
        text=True,
        cwd=Path(__file__).resolve().parents[1],
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == []


def test_a_field_without_a_value_at_the_end_is_said(app: FakeApp) -> None:
    assert "body: has no meaning" in app.run("search", "data body:").stderr


def test_an_item_of_a_list_names_the_paragraph_to_quote(tmp_path: Path) -> None:
    whole = decision(sections={K.REMEDY: ["It will:", "apologise", "Now.", "Also sorry"]})
    (section,) = whole.sections
    lead, *rest = section.paragraphs
    listed = [
        rest[0]._replace(number=None, label="•", level=1),
        rest[1]._replace(number=None, label="b", level=1, text="pay Mrs Y £20"),
        rest[2]._replace(number=None, text="An aside about rent."),
        rest[2]._replace(ordinal=5, number=None, label="•", level=1, text="mend the fence"),
    ]
    whole = replace(whole, sections=(replace(section, paragraphs=(lead, *listed)),))
    app = FakeApp(tmp_path, FakeArchive(whole))
    app.run("index")
    assert "   Remedy in ¶1 [agreed action]: apologise" in app.run("search", "apologise").output
    assert "   Remedy ¶1(b) [agreed action]: pay Mrs Y £20" in app.run("search", "pay").output
    assert "   Remedy [agreed action]: An aside about rent." in app.run("search", "rent").output
    # After text of its own without a number nobody knows what the list hangs on.
    assert "   Remedy [agreed action]: mend the fence" in app.run("search", "fence").output
    (snippet,) = answer(app, "apologise")["hits"][0]["snippets"]
    assert (snippet["paragraph"], snippet["within"]) == (None, 1)


def test_csv_keeps_its_letters_in_a_narrow_locale(tmp_path: Path) -> None:
    app = FakeApp(tmp_path, FakeArchive(decision(body="St Bride’s", sections={K.FINDINGS: ["A"]})))
    app.run("index")
    results, hits = search_for(Index(app.config.index_dir), SearchRequest(), app.archive)
    raw = io.BytesIO()
    narrow = io.TextIOWrapper(raw, encoding="ascii", errors="replace")
    write("csv", results, hits, ("body", "attribution"), narrow)
    narrow.flush()
    assert raw.getvalue().decode() == "body,attribution\r\nSt Bride’s,© An Ombudsman\r\n"


def test_an_offset_behind_the_last_hit_is_said(app: FakeApp) -> None:
    result = app.run("search", "data", "--offset", "40")
    assert "none shown: there are 2, and --offset passes over all of them" in result.output


def test_sums_the_wrong_way_round_are_refused(app: FakeApp) -> None:
    result = app.run("search", "--remedy-min", "600", "--remedy-max", "500")
    assert getattr(result.exception, "exit_code", None) == 2
    assert "--remedy-min £600 is more than --remedy-max £500" in str(result.exception)
    assert app.run("search", "--remedy-min", "500", "--remedy-max", "500").exit_code == 0

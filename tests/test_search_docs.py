"""Every example in docs/search.md does what the page says, and finds what it should."""

from __future__ import annotations

import csv
import io
import json
import re
import shlex
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from archive.records import Citation, DecisionKind, Outcome, Remedy, SectionKind
from tests.search_app import FakeApp
from tests.search_fakes import FakeArchive, decision

K = SectionKind
PAGE = Path(__file__).resolve().parents[1] / "docs" / "search.md"


def examples(sign: str) -> list[str]:
    lines = PAGE.read_text(encoding="utf-8").splitlines()
    return [line.removeprefix(f"{sign} decisions ") for line in lines if line.startswith(sign)]


def _paid(pence: int, *, total: bool = False) -> Remedy:
    return Remedy(
        section=1, paragraph=1, char_start=0, char_end=4, kind="payment",
        amount_pence=pence, rate_pence=None, rate_period=None, share_percent=None,
        payee=None, is_total=total, deadline=None, raw="", rule="",
    )  # fmt: skip


def _archive() -> FakeArchive:
    cited = Citation(1, 1, 0, 4, "Care Act 2014", 2014, None, "Care Act 2014", None)
    text = "Late tuition came from the school."
    return FakeArchive(
        replace(
            decision(
                "24 001 001",
                body="Hampleshire County Council",
                sections={
                    K.COMPLAINT: [
                        "The drop-in at A&E. The Council's reply said educational noise."
                    ],
                    K.POWERS: ["We may stop (section 24A(6), as amended)."],
                    K.FINDINGS: [text],
                    K.ANALYSIS: [text],
                    K.REMEDY: ["Pay £1,950."],
                },
            ),
            remedies=(_paid(100000), _paid(195000, total=True)),
            citations=(cited,),
        ),
        decision("24 001 002", summary="Tuition. It was not late."),
        replace(
            decision(
                "24 001 003",
                outcome=Outcome.CLOSED,
                category="Housing",
                subcategory="Homelessness",
                decided_on=date(2021, 5, 6),
                sections={
                    K.POWERS: [
                        "We may stop (sections 24A, 26 and 27; Schedule 5, paragraph 5(b))."
                    ],
                    K.FINDINGS: ["Noise from the college. See 24 001 001."],
                },
            ),
            remedies=(_paid(50000),),
        ),
        decision(
            "24 001 004",
            kind=DecisionKind.REPORT,
            decided_on=date(2022, 7, 8),
            sections={K.FINDINGS: ["Her EHCP was late, and s42(1) of the Care Act was met."]},
        ),
        decision(
            "24 001 005",
            body="Hampleshire Care Limited",
            decided_on=date(2023, 9, 10),
            sections={K.FINDINGS: ["The EHC plan.", "Section 42. It was late.", "The Care Act."]},
        ),
    )


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> FakeApp:
    app = FakeApp(tmp_path_factory.mktemp("docs"), _archive())
    app.run("index")
    return app


FOUND: dict[str, str] = {
    "search tuition": "12",
    "search late tuition": "12",
    'search "late tuition"': "12",
    "search '\"late tuition\"'": "1",
    'search --phrase "late tuition"': "1",
    'search school --phrase "late tuition"': "1",
    "search drop-in": "1",
    "search '24A(6)'": "1",
    "search 'A&E'": "1",
    'search "the Council’s reply"': "1",
    "search '£1,950'": "1",
    "search tuition -school": "2",
    "search tuition --not school": "2",
    "search tuition NOT school": "2",
    "search noise OR tuition": "123",
    "search '(noise OR tuition) AND late'": "12",
    "search 'tuition -\"late tuition\"'": "2",
    "search 'educat*'": "1",
    "search --begins educat": "1",
    "search 'hampleshir~'": "15",
    "search '\"tuition late\"~8'": "12",
    "search tuition /8 late": "12",
    "search tuition /p school": "1",
    "search tuition /s late": "1",
    "search '\"late tuition\" /p (school OR college)'": "1",
    "search analysis:tuition": "1",
    "search 'analysis:\"late tuition\"'": "1",
    "search 'findings:(late tuition)'": "1",
    "search section:analysis late tuition": "1",
    "search section:analysis,findings late tuition": "1",
    "search late tuition --section analysis --section findings": "1",
    "search has:remedy": "1",
    "search s.42": "45",
    "search 'section 24A(6)'": "1",
    "search s24A": "13",
    "search ss. 26 and 27": "3",
    "search 'Sch 5 para 5(b)'": "3",
    "search 's.42 /s \"care act\"'": "4",
    "search powers:s24A": "13",
    "search stop section:powers": "13",
    "search tuition body:hampleshire": "1",
    "search tuition 'body:\"hampleshire county\"'": "1",
    'search tuition --body "hampleshire county"': "1",
    "search category:education": "1245",
    "search 'category:\"alternative provision\"'": "1245",
    "search subcategory:homelessness": "3",
    "search outcome:upheld kind:statement status:live source:lgsco": "125",
    "search tuition year:2024": "12",
    "search tuition year:2021..2024": "12",
    "search tuition 'date:>2023-06'": "12",
    "search tuition date:2024-03-04": "12",
    "search tuition --from 2023-06 --to 2024": "12",
    "search 'remedy:>=500'": "13",
    "search --remedy-min 500 --remedy-max 2,000": "13",
    "search 'act:\"care act\"'": "1",
    "search ref:24-001-001": "1",
    "search 24 001 001": "13",
    "search 24-001-001": "13",
    "search 24001001": "13",
    "search late 24 001 001": "1",
    "search https://example.org/decisions/education/24-001-001#p7": "13",
    "search late --sort newest": "1254",
    "search late --sort remedy": "1254",
    "search tuition -n 50 --offset 0": "12",
    "search tuition --facet outcome --facet year": "12",
    "search late tuition --explain": "12",
    "search tuition --json": "12",
    "search tuition --all --csv": "12",
    "search tuition --all --jsonl --fields reference,body,decided_on,paragraph,snippet": "12",
    "search tuition --all --refs": "12",
    "search tuition --context 1": "12",
    "search tuition --context 2 --json": "12",
    "search EHCP": "4",
    "search EHCP --expand": "45",
    "search late EHC plan --expand": "45",
    "similar 24-001-001": "23",
    "similar 24 001 001 outcome:upheld": "2",
}
"""What each example finds, by the last figure of the references, in the order where it is asked."""

OFFERED: dict[str, list[str]] = {
    "search tution": ["tuition: 2"],
    "search late tution": ["late tuition: 2"],
    "search noise or smell": ["noise OR smell: 2"],
    "search '\"school late\"'": ["school late: 1"],
    "search body:hamplshire late": ["body:hampleshire late: 2"],
    "search 's.42(9)'": ["section 42: 2"],
}
"""What is offered where nothing is found."""


def references(line: str, output: str) -> list[str]:
    if re.search(r" --json\b", line):
        return [hit["reference"] for hit in json.loads(output)["hits"]]
    if " --csv" in line:
        return [row["reference"] for row in csv.DictReader(io.StringIO(output))]
    if " --jsonl" in line:
        return [json.loads(row)["reference"] for row in output.splitlines()]
    if " --refs" in line:
        return output.splitlines()
    return re.findall(r"^\d+\. (24 001 00\d)  ", output, re.MULTILINE)


def test_every_example_has_what_it_should_find() -> None:
    asked = [line for line in examples("$") if not line.startswith("terms")]
    assert set(asked) == set(FOUND)
    assert set(examples("?")) == set(OFFERED)


@pytest.mark.parametrize("line", FOUND)
def test_each_example_finds_just_that(app: FakeApp, line: str) -> None:
    result = app.run(*shlex.split(line))
    assert result.exit_code == 0, result.output
    assert ("--expand" in result.stderr) == (line == "search EHCP")
    found = [reference[-1] for reference in references(line, result.stdout)]
    if "--sort" not in line:
        found.sort()
    assert "".join(found) == FOUND[line]
    if line.startswith("search") and not re.search(" --(json|csv|refs)", line):
        many = f"{len(found)} decision{'' if len(found) == 1 else 's'}"
        assert result.stdout.splitlines()[0].split(",")[0] == many


@pytest.mark.parametrize("line", OFFERED)
def test_each_example_that_finds_nothing_offers_what_does(app: FakeApp, line: str) -> None:
    result = app.run(*shlex.split(line))
    assert result.exit_code == 0, result.output
    assert result.stdout.startswith("0 decisions\n")
    offered = re.findall(r"^  (.+?)  \((\d+) decisions?; ", result.stdout, re.MULTILINE)
    assert [f"{query}: {count}" for query, count in offered] == OFFERED[line]


def test_words_are_listed(app: FakeApp) -> None:
    lines = [shlex.split(line) for line in examples("$") if line.startswith("terms")]
    assert len(lines) == 2
    assert app.run(*lines[0]).stdout.splitlines()[1:] == ["      2  tuition"]
    assert [one["word"] for one in json.loads(app.run(*lines[1]).stdout)["terms"]] == [
        "educational"
    ]


@pytest.mark.parametrize("line", examples("!"))
def test_each_refusal_is_a_usage_error(app: FakeApp, line: str) -> None:
    result = app.run(*shlex.split(line))
    code = getattr(result.exception, "exit_code", result.exit_code)
    assert code == 2
    assert result.stdout == ""


def test_the_page_has_the_examples_it_had() -> None:
    assert len(examples("$")) >= 75
    assert len(examples("?")) >= 6
    assert len(examples("!")) >= 9


def test_the_page_and_the_help_name_every_option(app: FakeApp) -> None:
    page = PAGE.read_text(encoding="utf-8")
    options = set(re.findall(r"--[a-z][a-z-]+", app.run("search", "--help").stdout))
    shown_as_fields = {"--category", "--kind", "--outcome", "--status", "--source"}
    assert len(options) > 20
    for option in options - shown_as_fields - {"--help"}:
        assert option in page, option

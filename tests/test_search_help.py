"""Help for who has mistyped, uses another name, or wants more of the same."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from whoosh import writing

from archive.errors import ConfigError, NotFound
from archive.records import Remedy, SectionKind
from search import manifest as manifests
from search.index import Index
from search.parse import parse
from search.query import search
from search.request import SearchRequest
from search.suggest import MOST_TRIED, brief
from search.synonyms import GROUPS, NAME, expanded, load
from search.tree import understood
from tests.search_app import FakeApp
from tests.search_fakes import FakeArchive, decision

K = SectionKind


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> FakeApp:
    archive = FakeArchive(
        decision(
            "24 001 001",
            body="Castleholme Council",
            sections={
                K.POWERS: ["We may stop when a school is closed. Remarkable."],
                K.FINDINGS: ["Late tuition. The home care was noise.", "An EHC plan. S42(1)."],
            },
        ),
        decision(
            "24 001 002",
            category="Housing",
            subcategory="Homelessness",
            sections={K.FINDINGS: ["Tuition or school transport.", "Ombudsman noise and dogs."]},
        ),
        decision("24 001 003", sections={K.FINDINGS: ["The EHCPs of tuition. Late."]}),
        decision(
            "24 001 004",
            sections={
                K.POWERS: ["We may stop when a school is closed. Remarkable."],
                K.FINDINGS: ["Bins were missed at the school by its transport."],
            },
        ),
    )
    app = FakeApp(tmp_path_factory.mktemp("help"), archive)
    app.run("index")
    return app


def meant(app: FakeApp, query: str) -> list[tuple[str, int]]:
    index = Index(app.config.index_dir)
    results = search(index, SearchRequest(query), app.archive)
    return [(one.query, one.total) for one in results.suggestions]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("tution", [("tuition", 3)]),
        ("utition", [("tuition", 3)]),
        ("late tution", [("late tuition", 2)]),
        ('"late tution"', [('"late tuition"', 1)]),
        ("findings:tution -zebra", [("findings:tuition NOT zebra", 3)]),
        ("tution year:2024", [("tuition date:2024-01-01..2024-12-31", 3)]),
        ("late /3 tution", [("late /3 tuition", 2)]),
        ("homecare", [('"home care"', 1)]),
        ("body:castlehome tuition", [("body:castleholme tuition", 1)]),
        ("category:homelesness", [("category:homelessness", 1)]),
        ("noise or smell", [("noise OR smell", 2)]),
        ("tuition noise not zebra", [("tuition noise NOT zebra", 2)]),
        ('"tuition late school transport"', [("tuition late school transport", 0)][:0]),
        ('"transport school"', [("transport school", 2)]),
        ("s.42(7)", [("section 42", 1)]),
        ("late tuition zzzzzz", [("late tuition", 2)]),
        ("zzzzzz", []),
        ("tuition", []),
        ("tuition damp", [("tuition", 3)]),
        ("bisn", [("bins", 1)]),
        ("tins", []),
        ("-tuition -late", []),
        ("999 999", []),
    ],
)
def test_what_else_may_have_been_meant(
    app: FakeApp, query: str, expected: list[tuple[str, int]]
) -> None:
    assert meant(app, query)[: len(expected) or None] == expected


def test_every_query_offered_finds_what_it_says(app: FakeApp) -> None:
    index = Index(app.config.index_dir)
    for query in ("tution lat", "scool transprt noise", '"home cares"', "body:ambelford schol"):
        found = search(index, SearchRequest(query), app.archive)
        assert not found.total
        assert found.suggestions, query
        for one in found.suggestions:
            assert one.total > 0
            assert search(index, SearchRequest(one.query), app.archive).total == one.total


def test_the_work_is_bounded(app: FakeApp, monkeypatch: pytest.MonkeyPatch) -> None:
    from search.arrays.evaluation import Arrays

    counted = 0
    scores = Arrays.scores

    def counting(self: Arrays, *args: object, **named: object) -> object:
        nonlocal counted
        counted += 1
        return scores(self, *args, **named)  # type: ignore[arg-type]  # passed through

    monkeypatch.setattr(Arrays, "scores", counting)
    meant(app, " ".join(f"tutio{letter}{letter}" for letter in "abcdefghijklmnopqrstuvwxyz"))
    # Each query tried is one evaluation with at most as many parts as it has words.
    assert 0 < counted <= (MOST_TRIED + 2) * 30


def test_a_short_form_means_what_was_asked() -> None:
    for query in ("late tuition", "late (a OR b)", '"a b" c -d', "body:x section:analysis y"):
        assert parse(brief(parse(query))) == parse(query)
    assert brief(parse('section "42"')) != "section 42"


def test_the_command_shows_them(app: FakeApp) -> None:
    result = app.run("search", "late", "tution")
    assert "Did you mean:\n  late tuition  (2 decisions; tuition for tution)" in result.stdout
    shape = json.loads(app.run("search", "tution", "--json").stdout)
    assert shape["suggestions"] == [{"query": "tuition", "total": 3, "why": "tuition for tution"}]
    piped = app.run("search", "tution", "--refs")
    assert (piped.stdout, piped.stderr.splitlines()[1][:9]) == ("", "  tuition")
    assert "--facet body" in app.run("search", "body:kent").stdout
    assert "no decision of this reference" in app.run("search", "99-999-999").stdout


# Other names


def test_other_names_are_offered_and_looked_for_only_when_asked(app: FakeApp) -> None:
    plain = app.run("search", "EHCP")
    assert "1 decision\n" in plain.stdout
    assert "EHCP is also written: EHC plan" in plain.stderr
    assert "1 more with these names too: --expand" in plain.stderr
    wide = app.run("search", "EHCP", "--expand")
    assert "2 decisions\n" in wide.stdout
    assert "understood as: ehcp OR (ehc /1 plan) OR (" in wide.stdout
    assert wide.stderr == ""
    assert json.loads(app.run("search", "EHCP", "--expand", "--json").stdout)["query"] == "EHCP"


def test_names_too_many_to_look_for_are_no_trouble_of_the_query(app: FakeApp) -> None:
    many = " OR ".join(["tuition", *(row[0] for row in GROUPS if "." not in row[0])][:26])
    plain = app.run("search", many)
    assert plain.exit_code == 0, plain.exception
    assert "--expand" not in plain.stderr
    refused = app.run("search", many, "--expand").exception
    assert getattr(refused, "exit_code", None) == 2
    assert "--expand" in str(refused)


def test_names_that_find_no_more_are_not_offered(app: FakeApp) -> None:
    assert app.run("search", "LADO", "OR", "tuition").stderr == ""


def test_expanding_what_has_no_other_name_says_so(app: FakeApp) -> None:
    result = app.run("search", "tuition", "--expand")
    assert NAME in result.stderr
    assert "3 decisions" in result.stdout


@pytest.mark.parametrize(
    ("query", "understood_as"),
    [
        ("DFG", "dfg OR (disabled /2 facilities /2 grant)"),
        ("-dfg", "NOT (dfg OR (disabled /2 facilities /2 grant))"),
        ("late DFGs", "late AND (dfgs OR (disabled /2 facilities /2 grant))"),
        ("disabled facilities grants", "(disabled AND facilities AND grants) OR dfg"),
        ('"disabled facilities grant"', '"disabled facilities grant" OR dfg'),
        ("analysis:dfg", "analysis:(dfg OR (disabled /2 facilities /2 grant))"),
        ("late /p dfg", 'late /p (dfg OR "disabled facilities grant")'),
        ("s.117", "section 117 OR aftercare"),
        ("aftercare", "aftercare OR section 117"),
    ],
)
def test_what_a_name_is_expanded_to(query: str, understood_as: str) -> None:
    request, offers = expanded(SearchRequest(query), GROUPS)
    assert len(offers) == 1
    assert understood(parse(request.query)) == understood_as


def test_each_row_of_the_table_can_be_asked_for() -> None:
    for group in GROUPS:
        for name in group:
            _, offers = expanded(SearchRequest(name), GROUPS)
            assert set(group) - {name} <= set(offers[0].others), name


def test_a_person_adds_rows(app: FakeApp, tmp_path: Path) -> None:
    (tmp_path / NAME).write_text('groups = [["PA", "personal assistant"]]', encoding="utf-8")
    request, offers = expanded(SearchRequest("PA late"), load(tmp_path))
    assert [offer.others for offer in offers] == [("personal assistant",)]
    assert request.query == "(pa OR (personal /1 assistant)) AND late"
    assert expanded(SearchRequest("DFG"), load(tmp_path))[1]


@pytest.mark.parametrize(
    "content",
    [
        "groups = 1",
        'groups = [["one"]]',
        "groups = [",
        'other = [["a", "b"]]',
        'groups = [["a", "b OR c"]]',
        'groups = [["a", "(b"]]',
        "\udcff",
    ],
)
def test_a_table_that_makes_no_sense_is_named(tmp_path: Path, content: str) -> None:
    (tmp_path / NAME).write_bytes(content.encode("utf-8", "surrogateescape"))
    with pytest.raises(ConfigError, match=NAME):
        load(tmp_path)


# Words of the index


def test_words_that_begin_so_are_counted(app: FakeApp) -> None:
    lines = app.run("terms", "tu").stdout.splitlines()
    assert lines == ["1 word begins with tu, in 4 decisions", "      3  tuition"]
    shape = json.loads(app.run("terms", "EHC*", "--json").stdout)
    assert [(one["word"], one["decisions"]) for one in shape["terms"]] == [("ehc", 1), ("ehcps", 1)]
    assert "0 words" in app.run("terms", "zz").stdout


def test_a_words_count_is_what_a_search_for_it_finds(app: FakeApp) -> None:
    app_terms = json.loads(app.run("terms", "no", "--json", "--all").stdout)["terms"]
    assert app_terms
    index = Index(app.config.index_dir)
    for one in app_terms:
        assert search(index, SearchRequest(one["word"]), app.archive).total == one["decisions"]


@pytest.mark.parametrize(("codec", "part"), [("arrays", "inv"), ("stock", "trm")])
def test_no_words_is_no_answer_of_a_spoilt_or_foreign_index(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, codec: str, part: str
) -> None:
    monkeypatch.setattr(manifests, "_EDGE", 16)  # as in a large file, whose middle is not looked at
    archive = FakeArchive(decision(summary="zebra antelope"))
    app = FakeApp(tmp_path, archive)
    assert app.run("index", "--rebuild", "--codec", codec).exit_code == 0
    (path,) = app.config.index_dir.glob(f"gen-*/*.{part}")
    path.write_bytes(path.read_bytes().replace(b"zebra", b"qebra"))
    if codec == "stock":
        assert app.run("terms", "antel").exit_code == 0, "what is whole is counted"
    assert "damaged" in str(app.run("terms", "zebra").exception)
    app.run("index", "--rebuild")
    assert app.run("terms", "zebra").exit_code == 0
    archive.epoch = "another"
    assert "decisions index" in str(app.run("terms", "zebra").exception)


def test_replaced_decisions_are_not_counted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writing, "MERGE_SMALL", writing.NO_MERGE)
    app = FakeApp(
        tmp_path, FakeArchive(*(decision(f"24 001 00{n}", summary="x") for n in range(4)))
    )
    app.archive.add(decision("24 001 009", summary="zebra zebras"))
    app.run("index")
    app.archive.amend(5, summary="zebras")
    app.run("index")
    assert app.run("terms", "zeb").stdout.splitlines()[1:] == ["      1  zebras"]


@pytest.mark.parametrize("prefix", ["a", "*", "two words", "¶."])
def test_what_begins_no_word_is_refused(app: FakeApp, prefix: str) -> None:
    assert getattr(app.run("terms", prefix).exception, "exit_code", None) == 2


# More like this


def test_decisions_about_the_same_are_found_and_standard_wording_is_not(app: FakeApp) -> None:
    shape = json.loads(app.run("similar", "24-001-001", "--json").stdout)
    assert shape["reference"] == "24 001 001"
    references = [hit["reference"] for hit in shape["hits"]]
    assert references[0] in ("24 001 002", "24 001 003")
    assert "24 001 001" not in references
    assert "24 001 004" not in references, "it shares standard wording only"
    assert not {"remarkable", "castleholme"} & set(shape["words"])
    assert set(shape["hits"][0]["shared"]) <= set(shape["words"])


def test_the_month_is_not_what_a_case_is_about_and_sums_are_told(tmp_path: Path) -> None:
    paid = Remedy(
        section=1, paragraph=1, char_start=0, char_end=4, kind="payment",
        amount_pence=30000, rate_pence=None, rate_period=None, share_percent=None,
        payee=None, is_total=False, deadline=None, raw="", rule="",
    )  # fmt: skip
    finding = {K.FINDINGS: ["In October the bins were missed; the October bins again."]}
    app = FakeApp(
        tmp_path,
        FakeArchive(
            decision("24 001 001", sections=finding),
            replace(decision("24 001 002", sections=finding), remedies=(paid,)),
            decision("24 001 003", sections={K.FINDINGS: ["Noise in October."]}),
            *(decision(f"24 002 00{n}", sections={K.FINDINGS: ["Dogs."]}) for n in range(5)),
        ),
    )
    app.run("index")
    shape = json.loads(app.run("similar", "24-001-001", "--json").stdout)
    assert "bins" in shape["words"]
    assert "october" not in shape["words"]
    sums = {hit["reference"]: hit["largest_sum_pence"] for hit in shape["hits"]}
    assert sums["24 001 002"] == 30000
    assert "largest sum £300" in app.run("similar", "24-001-001").stdout


def test_a_query_limits_what_may_be_similar(app: FakeApp) -> None:
    for words in (["24-001-001"], ["24", "001", "001"], ["24001001"]):
        found = app.run("similar", *words, "category:housing", "--refs")
        assert found.stdout.split("\n") == ["24 001 002", ""]
    assert "among category:housing" in app.run("similar", "24001001", "category:housing").stdout


def test_no_such_decision_is_said(app: FakeApp) -> None:
    assert isinstance(app.run("similar", "99-999-999").exception, NotFound)
    assert getattr(app.run("similar").exception, "exit_code", None) == 2


@pytest.mark.parametrize("command", [["terms", "tu"], ["similar", "24-001-001"], ["search", "tut"]])
def test_help_imports_only_what_it_needs(tmp_path: Path, command: list[str]) -> None:
    script = """
import json, sys
from pathlib import Path
from tests.search_app import FakeApp
from tests.search_fakes import FakeArchive, decision
app = FakeApp(Path(sys.argv[1]), FakeArchive(decision(summary="Late tuition.")))
app.run("index")
assert app.run(*sys.argv[2:]).exception is None
unwanted = ["sqlalchemy", "alembic", "httpx", "selectolax", "rich", "scraper", "hypothesis"]
print(json.dumps([name for name in unwanted if name in sys.modules]))
"""
    done = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path), *command],
        capture_output=True,
        text=True,
        cwd=Path(__file__).resolve().parents[1],
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == []

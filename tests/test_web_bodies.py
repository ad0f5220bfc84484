"""Pages about councils and categories: the command's figures, and nothing of what is withheld."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from flask.testing import FlaskClient
from selectolax.lexbor import LexborHTMLParser

from archive.config import Config
from archive.opening import open_to_write
from archive.records import DecisionKind, Outcome, Status
from archive.restrictions import restrict
from search.web import addresses
from search.web.jobs import JOBS
from search.web.keeping import Keeping
from search.web.portraits import REMEDY_WORDS
from tests.counted import Story, Sum, archive_of, invented, noon
from tests.exporting import HOSTILE, run, settings
from tests.specimens import NOON
from tests.web import over
from tests.web_structure import faults, words
from tests.web_tables import attribute, number, one, percent, pounds, room, span, table, told

SHARED = "Words of one report under two references."
STORIES = [
    *(replace(story, status=Status.LIVE) for story in invented(300)),
    Story("24 900 001", "Ashfordshire County Council", kind=DecisionKind.REPORT, shared=SHARED),
    Story(
        "24 900 002", "Ashfordshire County Council", "Planning", "Enforcement",
        Outcome.NOT_UPHELD, DecisionKind.REPORT, shared=SHARED,
    ),
    Story("24 900 003", "Ashfordshire County Council", None, None, Outcome.UNKNOWN),
    Story("24 900 004", "Ashfordshire County Council", "Housing", None),
]  # fmt: skip
BODY = "Ashfordshire County Council"
HERE = "/body/ashfordshire-county-council"

NASTY = (
    *HOSTILE,
    "<script>alert(1)</script> Council",
    '"><img src=x onerror=alert(1)> Council',
    "{{ 7*7 }} {% raw %} Council",
    "</title><svg onload=alert(1)>",
)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("bodies")
    proven = (date(2019, 1, 1), date(2026, 3, 31))
    with archive_of(
        directory, STORIES, proven=proven, began=noon(2023, 2, 2), first_day=date(2019, 1, 1)
    ):
        pass
    return directory


@pytest.fixture(scope="module")
def pages(home: Path) -> FlaskClient:
    return room(home)


def page(room_: FlaskClient, path: str, status: int = 200) -> str:
    response = room_.get(path)
    assert response.status_code == status, response.text
    assert faults(response.text) == []
    return response.text


def archive_with(directory: Path, *stories: Story) -> Path:
    with archive_of(directory, stories):
        pass
    return directory


# --- the figures are those of the command -------------------------------------------------------


@pytest.mark.parametrize("by", ["financial-year", "year"])
def test_the_outcomes_over_time_are_those_of_stats(home: Path, pages: FlaskClient, by: str) -> None:
    shape = told(home, "stats", "--by", by, "--body", BODY)
    rows = table(page(pages, f"{HERE}?by={by}"), "periods-caption")
    assert len(rows) == len(shape["rows"]) > 5
    for row, wanted in zip(rows, shape["rows"], strict=True):
        assert row["Period"] == wanted["key"][by]
        assert number(row["Decisions"]) == wanted["decisions"]
        assert number(row["Upheld"]) == wanted["upheld"]
        assert number(row["Not upheld"]) == wanted["not_upheld"]
        assert number(row["Closed"]) == wanted["closed"]
        assert number(row["Not recognised"]) == wanted["unknown"]
        assert row["Upheld of investigated"] == percent(wanted["uphold_rate"])
        assert row["95% interval"] == span(wanted["uphold_rate"])
        assert row["Upheld of all"] == percent(wanted["upheld_of_all"])
        remarks = [word for word in row["Remarks"].split(", ") if word]
        assert [word for word in remarks if word not in ("small", "break within")] == wanted[
            "not_whole_because"
        ]
        small = wanted["uphold_rate"] is not None and wanted["uphold_rate"]["small"]
        assert ("small" in remarks) == small


def test_every_kind_of_gap_is_explained_on_the_page(home: Path, pages: FlaskClient) -> None:
    html = page(pages, HERE)
    notes = words(LexborHTMLParser(html).css_first("ul.notes"))
    for note in told(home, "stats", "--by", "financial-year", "--body", BODY)["notes"]:
        assert " ".join(note.split()) in notes
    assert "not the Ombudsman's caseload" in notes


def test_breaks_stand_between_the_periods_that_do_not_compare(pages: FlaskClient) -> None:
    tree = LexborHTMLParser(page(pages, HERE))
    around = [words(row) for row in tree.css("table")[0].css("tbody tr")]
    place = next(at for at, text in enumerate(around) if text.startswith("2022-23"))
    assert "series breaks" in around[place - 1]
    assert "series breaks" in around[place + 1]
    by_year = table(page(pages, f"{HERE}?by=year"), "periods-caption")
    assert "break within" in next(row for row in by_year if row["Period"] == "2022")["Remarks"]


def test_categories_of_a_council_are_those_of_stats(home: Path, pages: FlaskClient) -> None:
    wanted = told(home, "stats", "--by", "category", "--body", BODY)["rows"]
    rows = table(page(pages, HERE), "parts-caption")
    assert {(row["Category"], number(row["Decisions"]), number(row["Upheld"])) for row in rows} == {
        (row["key"]["category"], row["decisions"], row["upheld"]) for row in wanted
    }
    assert "Housing" in page(pages, f"{HERE}?by=year")


def test_remedies_are_counted_and_summed_as_stats_does(home: Path, pages: FlaskClient) -> None:
    wanted = {
        REMEDY_WORDS[row["key"]["remedy"]]: row
        for row in told(home, "stats", "--by", "remedy", "--body", BODY)["rows"]
    }
    rows = table(page(pages, HERE), "remedies-caption")
    assert {row["Remedy"] for row in rows} == set(wanted)
    for row in rows:
        shape = wanted[row["Remedy"]]
        assert number(row["Decisions with it"]) == shape["decisions"]
        assert number(row["Times"]) == shape["remedies"]
        paid = shape["payments_pence"]
        if paid is None:
            assert row["Median sum"] == "–"
        else:
            assert number(row["With a sum"]) == paid["count"]
            assert row["Median sum"] == pounds(paid["median"])
            assert row["Middle half of the sums"] == (
                f"{pounds(paid['quarter'])}–{pounds(paid['three_quarters'])}"
            )


def test_nowhere_stands_what_all_payments_come_to(home: Path, pages: FlaskClient) -> None:
    total = told(home, "stats", "--body", BODY)["total"]["payments_pence"]["total"]
    assert total > 100_000
    assert pounds(total) not in page(pages, HERE)


def test_the_list_counts_as_stats_by_body_does(home: Path, pages: FlaskClient) -> None:
    wanted = {row["key"]["body"]: row for row in told(home, "stats", "--by", "body")["rows"]}
    items = LexborHTMLParser(page(pages, "/bodies")).css("ul.names li")
    assert {words(item.css_first("a")) for item in items} == set(wanted)
    for item in items:
        row = wanted[words(item.css_first("a"))]
        said = words(item.css_first(".facts"))
        noun = "decision" if row["decisions"] == 1 else "decisions"
        assert f"{row['decisions']} {noun}: {row['upheld']} upheld, " in said
        assert f"{row['not_upheld']} not upheld, {row['closed']} closed" in said


def test_the_list_of_categories_counts_as_stats_does(home: Path, pages: FlaskClient) -> None:
    html = page(pages, "/categories")
    tops = {
        words(card.css_first("h2")): words(card.css_first(".facts"))
        for card in LexborHTMLParser(html).css(".categories section")
    }
    wanted = told(home, "stats", "--by", "category")["rows"]
    assert set(tops) == {
        row["key"]["category"] for row in wanted if row["key"]["category"] != "(not told)"
    }
    for row in wanted:
        if row["key"]["category"] in tops:
            assert tops[row["key"]["category"]].startswith(f"{row['decisions']} decision")
    assert "1 decision without a category on the page." in words(LexborHTMLParser(html).body)
    parts = {
        words(item.css_first("a")): words(item.css_first(".facts"))
        for item in LexborHTMLParser(html).css(".categories li")
    }
    for row in told(home, "stats", "--by", "subcategory")["rows"]:
        name = row["key"]["subcategory"].partition(" > ")[2]
        if name != "(not told)":
            assert parts[name] == str(row["decisions"])


def test_a_category_and_a_part_of_it_have_pages(home: Path, pages: FlaskClient) -> None:
    html = page(pages, "/category/housing")
    parts = told(home, "stats", "--by", "subcategory", "--category", "Housing")["rows"]
    shown = table(html, "parts-caption")
    assert {(row["Sub-category"], number(row["Decisions"])) for row in shown} == {
        (row["key"]["subcategory"].removeprefix("Housing > "), row["decisions"]) for row in parts
    }
    councils = {row["Council or provider"]: row for row in table(html, "councils-caption")}
    for row in told(home, "stats", "--by", "body", "--category", "Housing")["rows"]:
        if row["key"]["body"] in councils:
            assert number(councils[row["key"]["body"]]["Decisions"]) == row["decisions"]
    assert len(councils) == 15
    one = page(pages, "/category/housing/homelessness")
    wanted = next(row for row in parts if row["key"]["subcategory"].endswith("Homelessness"))
    tree = LexborHTMLParser(one)
    assert words(tree.css_first("h1")) == "Homelessness"
    assert number(words(tree.css_first(".figures dd"))) == wanted["decisions"]


def test_a_report_under_two_references_is_one_decision(home: Path, tmp_path: Path) -> None:
    two = [story for story in STORIES if story.shared]
    there = archive_with(tmp_path, *two)
    tree = LexborHTMLParser(page(room(there), HERE))
    assert words(tree.css_first(".figures dd")) == "1"
    assert "1 decision:" in page(room(there), "/bodies")
    assert [words(node) for node in tree.css(".decisions h3")] == [
        f"{BODY} (24 900 002)",
        f"{BODY} (24 900 001)",
    ]


def test_the_newest_decisions_come_first_with_their_links(pages: FlaskClient) -> None:
    own = sorted((s for s in STORIES if s.body == BODY), key=lambda story: story.day, reverse=True)
    tree = LexborHTMLParser(page(pages, HERE))
    shown = tree.css(".decisions li")
    assert [attribute(one(node, "time"), "datetime") for node in shown] == [
        story.day.isoformat() for story in own[:10]
    ]
    hrefs = [attribute(one(node, "h3 a"), "href") for node in shown]
    assert hrefs[0] == addresses.decision("lgsco", own[0].reference)


# --- finding one --------------------------------------------------------------------------------


def listed(html: str) -> list[str]:
    return [words(node) for node in LexborHTMLParser(html).css("ul.names a")]


def test_the_list_is_filtered_and_has_letters_without_any_script(pages: FlaskClient) -> None:
    assert len(listed(page(pages, "/bodies"))) == 18
    assert listed(page(pages, "/bodies?q=moor")) == [
        "Larkmoor County Council",
        "Northmoor District Council",
    ]
    assert listed(page(pages, "/bodies?q=moor&type=district")) == ["Northmoor District Council"]
    assert listed(page(pages, "/bodies?letter=n")) == ["Northmoor District Council"]
    assert listed(page(pages, "/bodies?q=nobody")) == []
    letters = LexborHTMLParser(page(pages, "/bodies?q=moor")).css(".letters a")
    assert [words(node) for node in letters] == ["L", "N"]


@pytest.mark.parametrize(
    "query", ["letter=ab", "letter=%C3%A9", "type=castle", "page=0", "page=x", "nonsense=1"]
)
def test_what_cannot_be_meant_is_said(pages: FlaskClient, query: str) -> None:
    page(pages, f"/bodies?{query}", 400)


def test_a_long_list_has_pages(tmp_path: Path) -> None:
    names = [f"Council {number:03}" for number in range(130)]
    there = archive_with(
        tmp_path, *(Story(f"24 001 {n:03}", body=name) for n, name in enumerate(names))
    )
    first = page(room(there), "/bodies")
    assert listed(first) == names[:100]
    after = attribute(one(first, '.pager a[rel="next"]'), "href")
    assert listed(page(room(there), after)) == names[100:]
    assert listed(page(room(there), "/bodies?page=99")) == names[100:]


def test_an_unknown_name_is_not_found_and_near_ones_are_offered(pages: FlaskClient) -> None:
    html = page(pages, "/body/ashfordshire-council", 404)
    assert HERE in html
    assert page(pages, "/category/husing", 404).count('href="/category/housing"') == 1
    assert "/category/housing/allocations" in page(pages, "/category/housing/alocations", 404)
    page(pages, "/body/" + "x" * 3000, 404)


def test_two_names_with_one_slug_are_both_offered(tmp_path: Path) -> None:
    there = archive_with(
        tmp_path,
        Story("24 001 001", "A+ Care Home"),
        Story("24 001 002", "A Care Home"),
        Story("24 001 003", "A Care Home", "Children’s services", "Other"),
        Story("24 001 004", "A Care Home", "Children's services", "Other"),
    )
    rooms = room(there)
    both = LexborHTMLParser(page(rooms, "/body/a-care-home"))
    links = {words(node): node.attributes["href"] for node in both.css("main ul a")}
    assert set(links) == {"A+ Care Home", "A Care Home"}
    for name, href in links.items():
        assert href is not None
        html = page(rooms, href)
        assert words(one(html, "h1")) == name
        for path in ("/search", "/changes"):
            asked = LexborHTMLParser(html).css("p.facts a[href]")
            own = next(n for n in asked if attribute(n, "href").startswith(f"{path}?body="))
            assert parse_qs(urlsplit(attribute(own, "href")).query)["body"] == [name]
    both = LexborHTMLParser(page(rooms, "/category/children-s-services/other"))
    found = [node.attributes["href"] or "" for node in both.css("main ul a")]
    assert len(found) == 2
    for href in found:
        assert words(LexborHTMLParser(page(rooms, href)).css_first(".figures dd")) == "1"


def test_another_spelling_leads_to_the_one_name_and_is_shown_there(tmp_path: Path) -> None:
    there = archive_with(
        tmp_path,
        Story("24 001 001", "Smith & Sons Limited"),
        Story("24 001 002", "Smith & Sons Limited"),
        Story("24 001 003", "Smith and Sons Ltd"),
    )
    rooms = room(there)
    response = rooms.get("/body/smith-and-sons-ltd?by=year")
    assert response.status_code == 302
    assert response.headers["Location"] == "/body/smith-and-sons-limited?by=year"
    html = page(rooms, "/body/smith-and-sons-limited")
    assert "Smith and Sons Ltd" in words(LexborHTMLParser(html).css_first("#names + ul"))
    assert words(LexborHTMLParser(html).css_first(".figures dd")) == "3"
    assert rooms.get("/body/Smith%20and%20Sons%20LIMITED").status_code == 302
    assert listed(page(rooms, "/bodies?q=ltd")) == ["Smith & Sons Limited"]


# --- what is withheld tells nothing -------------------------------------------------------------

HIDDEN = "Quibblethorpe"
WITHHELD = Story(
    "24 777 777", f"{HIDDEN} Care Home", f"{HIDDEN} category", f"{HIDDEN} part",
    Outcome.NOT_UPHELD, day=date(2001, 2, 3), sums=(Sum(pence=98_765),),
)  # fmt: skip
SPELT = replace(WITHHELD, reference="24 777 778", body="NORTHMOOR  DISTRICT COUNCIL Quibblethorpe")
ALL_PAGES = (
    "/bodies", "/bodies?q=quibblethorpe", "/bodies?letter=q", "/categories", "/coverage",
    "/changes", "/changes?kind=withdrawn", "/body/northmoor-district-council",
    "/body/northmoor-district-council?by=year", "/category/housing",
)  # fmt: skip


@pytest.fixture(params=["withdrawn", "restricted"])
def withheld(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    status = Status.WITHDRAWN if request.param == "withdrawn" else Status.LIVE
    own = [replace(story, status=status) for story in (WITHHELD, SPELT)]
    there = archive_with(tmp_path, Story("24 001 001"), *own)
    if request.param == "restricted":
        _restrict(there, *(story.reference for story in own))
    return there


def _restrict(home: Path, *references: str) -> None:
    with open_to_write(settings(home), now=NOON, tell=lambda _: None) as archive:
        for reference in references:
            found = archive.find(reference)
            restrict(archive.engine, found.id, "a question", by=None, at=NOON)


def test_no_page_tells_about_whom_or_what_a_withheld_text_is(withheld: Path) -> None:
    rooms = room(withheld)
    for path in ALL_PAGES:
        html = rooms.get(path).text
        shown = html.replace(path, "").replace("quibblethorpe", "")
        assert HIDDEN.casefold() not in shown.casefold(), path
        assert "£987" not in html
        assert "2001" not in html or path.startswith(("/changes", "/coverage"))
    for path in ("/body/quibblethorpe-care-home", "/category/quibblethorpe-category"):
        html = page(rooms, path, 404)
        assert HIDDEN not in html.replace(path.rpartition("/")[2], "")
    near = rooms.get("/body/quibblethorpe-care-hom").text
    assert "Care Home" not in near


def test_the_figures_are_those_of_what_is_shown(withheld: Path) -> None:
    shape = told(withheld, "stats", "--by", "body", "--as-shown")
    assert [row["key"]["body"] for row in shape["rows"]] == ["Northmoor District Council"]
    assert listed(page(room(withheld), "/bodies")) == ["Northmoor District Council"]
    html = page(room(withheld), "/body/northmoor-district-council")
    assert words(LexborHTMLParser(html).css_first(".figures dd")) == "1"
    assert "24 777 77" not in html


def test_the_local_operator_sees_withdrawn_ones_and_never_restricted_ones(withheld: Path) -> None:
    rooms = room(withheld, include_withdrawn=True)
    restricted = bool(told(withheld, "restrict", "--list")["restrictions"])
    assert (f"{HIDDEN} Care Home" in rooms.get("/bodies").text) is not restricted
    status = rooms.get("/body/quibblethorpe-care-home").status_code
    assert status == (404 if restricted else 200)


def test_a_restriction_is_seen_at_once_though_answers_are_kept(tmp_path: Path) -> None:
    there = archive_with(tmp_path, Story("24 001 001"), WITHHELD)
    rooms = room(there)
    assert HIDDEN in rooms.get("/bodies").text
    assert rooms.get("/body/quibblethorpe-care-home").status_code == 200
    _restrict(there, WITHHELD.reference)
    assert HIDDEN not in rooms.get("/bodies").text
    assert rooms.get("/body/quibblethorpe-care-home").status_code == 404


def test_what_was_erased_is_nowhere(tmp_path: Path) -> None:
    there = archive_with(tmp_path, Story("24 001 001"), WITHHELD)
    rooms = room(there)
    assert HIDDEN in rooms.get("/bodies").text
    done = run(there, "erase", WITHHELD.reference, "--reason", "asked", "--yes")
    assert done.exit_code == 0, done.output
    for path in ALL_PAGES:
        assert f"{HIDDEN} c" not in rooms.get(path).text


# --- hostile names, small archives --------------------------------------------------------------


def test_hostile_names_are_shown_as_text(tmp_path: Path) -> None:
    there = archive_with(
        tmp_path,
        *(
            Story(f"24 001 {n:03}", body=text, category=text, subcategory=text)
            for n, text in enumerate(NASTY)
        ),
    )
    rooms = room(there)
    assert len(listed(page(rooms, "/bodies"))) == len(NASTY)
    page(rooms, "/categories")
    for text in NASTY:
        for path in (
            addresses.body(text),
            addresses.category(text),
            addresses.category(text, text),
        ):
            html = page(rooms, path)
            tree = LexborHTMLParser(html)
            assert words(tree.css_first("h1")) == " ".join(text.split()), path
            assert not tree.css("script:not([src]), img, iframe, [onerror], [onload]")
            assert text.split()[0] in words(tree.css_first("title"))


def test_an_empty_archive_says_so(tmp_path: Path) -> None:
    with open_to_write(settings(tmp_path), now=NOON, tell=lambda _: None):
        pass
    rooms = room(tmp_path)
    for path in ("/bodies", "/categories", "/coverage", "/changes"):
        assert "Nothing" in page(rooms, path)
    page(rooms, "/body/anybody", 404)
    page(rooms, "/category/anything", 404)
    page(rooms, "/changes?body=anybody", 404)


def test_one_decision_makes_a_page_with_its_caveats(tmp_path: Path) -> None:
    there = archive_with(tmp_path, Story("24 001 001", sums=(Sum(pence=25_050),)))
    html = page(room(there), "/body/northmoor-district-council")
    tree = LexborHTMLParser(html)
    assert "These are too few to tell much." in words(tree.css_first("main"))
    assert table(html, "remedies-caption")[0]["Median sum"] == "£250.50"
    assert not tree.css("#panels")


def test_years_without_a_decision_stand_there_with_nothing_in_them(tmp_path: Path) -> None:
    there = archive_with(
        tmp_path,
        Story("24 001 001", day=date(2019, 6, 1)),
        Story("24 001 002", day=date(2023, 6, 1)),
    )
    rows = table(page(room(there), "/body/northmoor-district-council?by=year"), "periods-caption")
    assert [(row["Period"], row["Decisions"]) for row in rows] == [
        ("2019", "1"), ("2020", "0"), ("2021", "0"), ("2022", "0"), ("2023", "1"),
    ]  # fmt: skip
    assert rows[1]["Upheld of investigated"] == "–"


def test_every_page_names_whose_texts_these_are(pages: FlaskClient) -> None:
    for path in ("/bodies", "/categories", HERE, "/category/housing", "/coverage", "/changes"):
        assert "© Local Government and Social Care Ombudsman" in page(pages, path)


def test_only_known_ombudsmen_are_answered_for(pages: FlaskClient) -> None:
    for path in ("/bodies", "/categories", HERE, "/category/housing", "/coverage"):
        page(pages, f"{path}?source=lgsco")
        page(pages, f"{path}?source=phso", 404)


# --- what is kept -------------------------------------------------------------------------------


class Counting:
    """Answers here, and counts the questions."""

    def __init__(self, config: Config) -> None:
        self.config, self.asked = config, 0

    def ask(self, job: str, *arguments: Any) -> Any:
        self.asked += 1
        return JOBS[job].work(self.config, *arguments)


def test_an_answer_is_kept_until_the_archive_changes(tmp_path: Path) -> None:
    there = archive_with(tmp_path, Story("24 001 001"), WITHHELD)
    answering = Counting(settings(there))
    keeping = Keeping(replace(over(settings(there)), answering=answering), most=2)
    for _ in range(3):
        keeping.ask("catalogue", "lgsco", False)
    assert answering.asked == 1
    keeping.ask("catalogue", "lgsco", True)
    assert answering.asked == 2
    _restrict(there, WITHHELD.reference)
    assert len(keeping.ask("catalogue", "lgsco", False).bodies) == 1
    assert answering.asked == 3


def test_no_more_is_kept_than_was_said(tmp_path: Path) -> None:
    there = archive_with(tmp_path, Story("24 001 001"))
    answering = Counting(settings(there))
    keeping = Keeping(replace(over(settings(there)), answering=answering), most=2)
    today = datetime.now(UTC).date()
    questions = [("catalogue", "lgsco", False), ("catalogue", "lgsco", True)]
    for job, *arguments in [*questions, ("coverage", "lgsco", today), questions[0]]:
        keeping.ask(str(job), *arguments)
    assert answering.asked == 4

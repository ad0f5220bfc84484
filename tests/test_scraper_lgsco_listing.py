"""The listing and the addresses: what is listed is found, and a missing count is never zero."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from archive.records import DecisionKind, Enumeration, ListingPage, Page
from scraper.errors import CrawlSetupError, Refused
from scraper.sources import DateWindowSource, registry
from scraper.sources.lgsco import Lgsco
from scraper.sources.lgsco_header import read_title

SITE = "https://www.lgo.org.uk"
BARE = f"{SITE}/decisions/health/care-and-treatment/19-018-519c"


def listing(html: str, *, page: int = 1, body: str | None = None) -> ListingPage:
    source = Lgsco.at(None)
    url = source.listing_url(date(2026, 1, 1), date(2026, 1, 31), page, body)
    return source.parse_listing(
        Page.capture(url=url, body=html.encode(), fetched_at=datetime(2026, 3, 1, tzinfo=UTC))
    )


def framed(words: str) -> str:
    return (
        "<!DOCTYPE html><html><body><header><a href='/decisions'>Decisions</a></header>"
        f"<main>{words}</main><footer>Privacy</footer></body></html>"
    )


PLAIN = """<li><h2><a href="/decisions/housing/homelessness/20-011-001">Northmoor District Council
(20 011 001)</a></h2><p>Statement  Not upheld  Homelessness  06-Jan-2026</p>
<p>Summary: We found no fault in how the <em>Council</em>’s officers decided.</p></li>"""
SPANS = """<div><a
 href="http://lgo.org.uk/Decisions/Transport-and-Highways/Public-Rights/20-011-002/?chapter=0#x">
<span>Rose, Thorne &amp; Daughters Limited (20 011 002)</span></a><div><span>Report</span>
<span>Upheld</span><span>Public rights</span><span>07 Jan 2026</span></div>
<div><b>Summary</b></div><div>There was fault.</div></div>"""
NEW = """<div><a href="/decisions/housing/allocations/20-011-003">Ashe Council (20 011 003)</a><br>
Statement | Partly upheld | Allocations | 08-Jan-2026<br>
<strong>Summary:</strong> Some fault.</div>"""
PAGER = '<p><a href="?page=1">1</a> <a href="?page=2">2</a> <a href="?page=2">Next</a></p>'


def test_a_page_of_results_in_three_markups() -> None:
    read = listing(framed(f"<p>Your search has 1,234 results</p>{PLAIN}{SPANS}{NEW}{PAGER}"))
    assert read.stated == 1234
    assert read.has_next is True
    first, second, third = read.entries
    assert first.reference == "20 011 001"
    assert first.url == f"{SITE}/decisions/housing/homelessness/20-011-001"
    assert first.title == "Northmoor District Council (20 011 001)"
    assert (first.kind, first.outcome_raw) == (DecisionKind.STATEMENT, "Not upheld")
    assert (first.subcategory, first.decided_on) == ("Homelessness", date(2026, 1, 6))
    assert first.decided_on_raw == "06-Jan-2026"
    assert first.summary is not None
    assert first.summary.startswith("We found no fault in how the Council")
    assert second.url == f"{SITE}/decisions/transport-and-highways/public-rights/20-011-002"
    assert second.title == "Rose, Thorne & Daughters Limited (20 011 002)"
    assert (second.kind, second.outcome_raw) == (DecisionKind.REPORT, "Upheld")
    assert second.subcategory == "Public rights"
    assert (second.decided_on, second.summary) == (date(2026, 1, 7), "There was fault.")
    assert (third.outcome_raw, third.subcategory) == ("Partly upheld", "Allocations")
    assert third.summary == "Some fault."


def test_what_an_entry_does_not_say_is_none_and_never_a_guess() -> None:
    bare = '<a href="/decisions/housing/other/20-011-004">Ashe Council (20 011 004)</a>'
    odd = (
        '<p><a href="/decisions/housing/x/20-011-005">Ashe Council (20 011 005)</a></p>'
        "<p>Statement Something unheard of 31-Feb-2026</p>"
    )
    first, second = listing(framed(f"Your search has 2 results<div>{bare}</div>{odd}")).entries
    assert (first.kind, first.outcome_raw, first.subcategory) == (None, None, None)
    assert (first.decided_on, first.summary) == (None, None)
    assert (second.outcome_raw, second.subcategory) == (None, None)
    assert (second.decided_on, second.decided_on_raw) == (None, "31-Feb-2026")


def test_the_subject_in_the_address_tells_outcome_and_subcategory_apart() -> None:
    entry = PLAIN.replace("Not upheld", "Discontinued by consent")
    (read,) = listing(framed(f"Your search has 1 result {entry}")).entries
    assert (read.outcome_raw, read.subcategory) == ("Discontinued by consent", "Homelessness")


def test_the_same_decision_twice_on_a_page_is_one_entry_under_one_address() -> None:
    twice = PLAIN.replace(
        "</li>", '<a href="/decisions/housing/homelessness/20-011-001">more</a></li>'
    )
    assert len(listing(framed(f"Your search has 1 result {twice}")).entries) == 1


def test_the_same_reference_under_two_categories_is_two_entries() -> None:
    other = PLAIN.replace("/housing/homelessness/", "/education/other/")
    entries = listing(framed(f"Your search has 2 results {PLAIN}{other}")).entries
    assert len({entry.url for entry in entries}) == 2
    assert {entry.reference for entry in entries} == {"20 011 001"}


def test_links_in_navigation_are_no_results() -> None:
    nav = '<nav><a href="/decisions/housing/other/20-011-009">Latest (20 011 009)</a></nav>'
    assert len(listing(framed(f"{nav}Your search has 1 result {PLAIN}")).entries) == 1


@pytest.mark.parametrize(
    ("words", "count"),
    [
        ("Your search has 0 results", 0),
        ("Your search has no results.", 0),
        ("No results", 0),
        ("<p>Your search has <strong>0</strong> results</p>", 0),
    ],
)
def test_zero_is_believed_only_when_the_site_says_so(words: str, count: int) -> None:
    read = listing(framed(words))
    assert (read.stated, read.entries, read.has_next) == (count, (), False)


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ("", "shell"),
        ("<h1>Search results</h1>", "shell"),
        (PLAIN, "shell"),
        ("Complete the captcha", "captcha"),
        ("We are down for maintenance", "maintenance"),
        ("Your search has 12 results", "no_entries"),
        ("Your search has 0 results" + PLAIN, "no_entries"),
        ("<p>Your search has 3 results</p><p>Your search has 4 results</p>" + PLAIN, "shell"),
    ],
)
def test_a_listing_without_its_count_or_without_its_entries_is_a_failure(
    words: str, reason: str
) -> None:
    with pytest.raises(Refused) as caught:
        listing(framed(words))
    assert caught.value.reason == reason


def test_a_page_beyond_the_last_is_empty_and_no_failure() -> None:
    read = listing(framed("Your search has 12 results"), page=3)
    assert (read.stated, read.entries, read.has_next) == (12, (), False)


@pytest.mark.parametrize(
    ("stated", "page", "more"), [(10, 1, False), (11, 1, True), (11, 2, False)]
)
def test_there_is_a_next_page_when_the_count_says_so(stated: int, page: int, more: bool) -> None:
    assert listing(framed(f"Your search has {stated} results {PLAIN}"), page=page).has_next is more


# -- addresses -------------------------------------------------------------------------------------


def test_the_source_is_registered_and_listed_by_date_windows() -> None:
    source = registry()["lgsco"](None)
    assert isinstance(source, DateWindowSource)
    info = source.info
    assert (info.key, info.base_url, info.enumeration) == ("lgsco", SITE, Enumeration.DATE_WINDOWS)
    assert dict(info.retention_years) == {DecisionKind.STATEMENT: 5, DecisionKind.REPORT: 10}
    assert info.attribution == "© Local Government and Social Care Ombudsman"
    assert source.page_size == 10


def test_the_listing_address_names_the_window_the_page_and_the_body() -> None:
    source = Lgsco.at("http://127.0.0.1:8000/")
    url = source.listing_url(date(2026, 1, 1), date(2026, 1, 31), 2, "Ashe & Kelby")
    assert url.startswith("http://127.0.0.1:8000/Decisions/SearchResults?")
    for part in ("fd=2026-01-01", "td=2026-01-31", "page=2", "aname=Ashe+%26+Kelby", "t=both"):
        assert part in url.split("?")[1].split("&")
    assert source.canonical_url(url)  # it is on the site


@pytest.mark.parametrize(
    "url",
    [
        BARE,
        BARE + "/",
        BARE + "#p7",
        BARE + "?displaypref=3",
        BARE + "?chapter=0&displaypref=0#top",
        BARE.replace("https", "http"),
        BARE.replace("www.", ""),
        BARE.replace("www.lgo.org.uk", "LGO.org.uk:443"),
        BARE.replace("/decisions/health", "/Decisions/Health").replace("519c", "519C"),
        BARE.replace("/health", "//health"),
    ],
)
def test_every_variant_of_a_decisions_address_is_one_address(url: str) -> None:
    source = Lgsco.at(None)
    assert source.canonical_url(url) == BARE
    assert source.reference_of(url) == "19 018 519c"


def test_a_chapter_is_a_page_of_its_own() -> None:
    assert Lgsco.at(None).canonical_url(f"{BARE}?displaypref=1&chapter=2") == f"{BARE}?chapter=2"


@pytest.mark.parametrize(
    "url",
    [
        "https://lgo.org.uk.example.com/decisions/a/b/20-011-198",
        "https://www.lgo.org.uk@evil.example/decisions/a/b/20-011-198",
        "https://user@www.lgo.org.uk/decisions/a/b/20-011-198",
        "https://www.lgo.org.uk:8080/decisions/a/b/20-011-198",
        "ftp://www.lgo.org.uk/decisions/a/b/20-011-198",
        "http://127.0.0.1/decisions/a/b/20-011-198",
        "file:///decisions/a/b/20-011-198",
        "https://[bad/decisions/a/b/20-011-198",
        "/decisions/a/b/20-011-198",
    ],
)
def test_an_address_on_another_site_is_refused_and_names_no_reference(url: str) -> None:
    source = Lgsco.at(None)
    with pytest.raises(CrawlSetupError):
        source.canonical_url(url)
    assert source.reference_of(url) is None


def test_a_look_alike_answers_only_for_its_own_port() -> None:
    source = Lgsco.at("http://127.0.0.1:8000")
    assert source.reference_of("http://127.0.0.1:8000/decisions/a/b/20-011-198") == "20 011 198"
    assert source.reference_of("http://127.0.0.1:8001/decisions/a/b/20-011-198") is None
    assert source.reference_of(BARE) is None


@pytest.mark.parametrize(
    "path",
    ["/", "/decisions", "/decisions/housing?page=2", "/decisions/a/b/c", "/x/a/b/20-011-198"],
)
def test_other_addresses_name_no_reference(path: str) -> None:
    assert Lgsco.at(None).reference_of(SITE + path) is None


def test_an_old_reference_is_written_with_slashes() -> None:
    assert Lgsco.at(None).reference_of(f"{SITE}/decisions/a/b/05-c-13158") == "05/c/13158"


def test_the_other_chapters_of_a_report_in_order() -> None:
    links = "".join(
        f'<a href="{href}">x</a>'
        for href in ("?chapter=3", "?chapter=2", "/decisions/other/x/22-010-785?chapter=4",
                     "?chapter=0", "?chapter=2#p", "https://example.com/?chapter=5", "?chapter=x")
    )  # fmt: skip
    url = f"{SITE}/decisions/housing/other/22-010-785"
    made = Page.capture(
        url=url,
        body=framed(f"<p>Text</p>{links}").encode(),
        fetched_at=datetime(2026, 3, 1, tzinfo=UTC),
    )
    assert list(Lgsco.at(None).chapter_urls(made)) == [f"{url}?chapter=2", f"{url}?chapter=3"]


@pytest.mark.parametrize(
    ("title", "body", "reference"),
    [
        ("Hampshire County Council (20 011 198)", "Hampshire County Council", "20 011 198"),
        ("The Grange (North) Limited (23 013 400)", "The Grange (North) Limited", "23 013 400"),
        ("Bay, Colne & Penny Council (19 018 519C)", "Bay, Colne & Penny Council", "19 018 519c"),
        ("Ashe NHS Trust (19 018 519 a)", "Ashe NHS Trust", "19 018 519a"),
        ("Ashe Council (20-011-198)", "Ashe Council", "20 011 198"),
        ("Ashe Council (05/C/13158)", "Ashe Council", "05/c/13158"),
    ],
)
def test_body_and_reference_of_a_title(title: str, body: str, reference: str) -> None:
    assert read_title(title) == (body, reference)


@pytest.mark.parametrize(
    "title", ["(20 011 198)", "Ashe Council", "Ashe (20 011)", "Ashe (20 011 198) Council"]
)
def test_what_is_no_title(title: str) -> None:
    assert read_title(title) is None

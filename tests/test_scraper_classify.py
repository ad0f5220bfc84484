"""A page is taken for a decision only because it shows one; everything else gets a stable word."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from archive.records import Page
from scraper.classify import readable
from scraper.errors import Refused
from scraper.sources.lgsco import Lgsco

URL = "https://www.lgo.org.uk/decisions/housing/homelessness/21-000-001"
TEXT = "<p>1. The complainant, whom we call Mr B, says the Council did not answer his letters.</p>"


def decision(
    *,
    title: str = "Northmoor District Council (21 000 001)",
    outcome: str = "Decision : Upheld",
    day: str = "Decision date : 09 Oct 2022",
    text: str = "<h3>The complaint</h3>" + TEXT,
) -> str:
    return (
        "<!DOCTYPE html><html><head><title>x</title></head><body><article>"
        f"<h1>{title}</h1><p>Category : Housing &gt; Homelessness</p><p>{outcome}</p><p>{day}</p>"
        f"{text}</article></body></html>"
    )


def page(html: str | bytes, *, status: int = 200, content_type: str | None = None) -> Page:
    body = html.encode() if isinstance(html, str) else html
    headers = () if content_type is None else (("content-type", content_type),)
    return Page.capture(
        url=URL, body=body, fetched_at=datetime(2026, 1, 2, tzinfo=UTC), status=status,
        headers=headers,
    )  # fmt: skip


def framed(words: str) -> str:
    return f"<html><body><header>Ombudsman</header><main>{words}</main></body></html>"


def refused(made: Page) -> str:
    with pytest.raises(Refused) as caught:
        Lgsco.at(None).parse_decision([made])
    assert caught.value.url == URL
    assert URL in str(caught.value)
    return caught.value.reason


def test_the_page_that_the_others_are_spoiled_from_is_a_decision() -> None:
    assert Lgsco.at(None).parse_decision([page(decision())]).reference == "21 000 001"


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "empty"),
        (b" \r\n\t ", "empty"),
        (b"%PDF-1.7 ...", "binary"),
        (b"PK\x03\x04abc", "binary"),
        (b"\x89PNG\r\n\x1a\n", "binary"),
        (bytes(range(256)) * 20, "binary"),
        (b'{"error": "no such decision"}', "not_html"),
        (b"Not found", "not_html"),
    ],
)
def test_what_is_no_page_at_all(body: bytes, reason: str) -> None:
    assert refused(page(body)) == reason


def test_a_type_that_is_not_html() -> None:
    assert refused(page(decision(), content_type="application/json")) == "not_html"
    assert Lgsco.at(None).parse_decision(
        [page(decision(), content_type="text/html; charset=utf-8")]
    )


@pytest.mark.parametrize(
    ("status", "reason"),
    [(404, "not_found"), (410, "not_found"), (500, "http_error"), (206, "http_error")],
)
def test_a_status_that_is_no_page_is_refused_whatever_the_body_says(
    status: int, reason: str
) -> None:
    assert refused(page(decision(), status=status)) == reason


@pytest.mark.parametrize("keep", [0.5, 0.8, 0.97])
def test_a_page_that_breaks_off_is_never_taken_for_the_whole(keep: float) -> None:
    whole = decision(text="<h3>The complaint</h3>" + TEXT * 20)
    assert refused(page(whole[: int(len(whole) * keep)])) == "truncated"


def test_a_fragment_that_never_opened_html_is_read() -> None:
    whole = decision()
    fragment = whole[whole.index("<article>") : whole.index("</body>")]
    assert Lgsco.at(None).parse_decision([page(fragment)])
    assert refused(page(fragment + "<p cla")) == "truncated"


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ("Please complete the CAPTCHA to continue", "captcha"),
        ("Checking your browser before accessing the site", "captcha"),
        ("Request unsuccessful. Incident ID: 1-2", "captcha"),
        ("The requested URL was rejected. Please consult your administrator.", "captcha"),
        ("<h1>Please confirm that you are human</h1><p>Tick the box to go on.</p>", "captcha"),
        ("Sorry, the page you asked for could not be found", "soft_404"),
        ("404", "soft_404"),
        ("This decision is no longer on our site", "soft_404"),
        ("The site is down for essential maintenance", "maintenance"),
        ("We will be back soon", "maintenance"),
        ("Please sign in to continue", "login"),
        ("<form><input name=u><input type='password' name=p></form>", "login"),
        ("", "shell"),
        ("<h1>Decisions</h1><p>Search our decisions</p>", "shell"),
        ("<p>We decide complaints about councils and care providers. </p>" * 40, "not_a_decision"),
    ],
)
def test_what_a_page_is_instead(words: str, reason: str) -> None:
    assert refused(page(framed(words))) == reason


def test_another_decision_than_the_one_asked_for() -> None:
    other = decision(title="Northmoor District Council (21 000 002)")
    assert refused(page(other)) == "wrong_reference"


@pytest.mark.parametrize("part", ["outcome", "day"])
def test_a_title_without_outcome_or_date_is_no_decision(part: str) -> None:
    assert refused(page(decision(**{part: ""}))) == "no_header"


@pytest.mark.parametrize(
    "text", ["", "<p>Back to top</p>", "<h3>The complaint</h3>", "<nav>" + TEXT + "</nav>"]
)
def test_a_header_without_text_is_no_decision(text: str) -> None:
    assert refused(page(decision(text=text))) == "no_text"


def test_a_decision_that_talks_of_captchas_and_missing_pages_is_still_one() -> None:
    text = TEXT.replace("did not answer", "showed a captcha, then 404 page not found, for")
    assert Lgsco.at(None).parse_decision([page(decision(text="<h3>The complaint</h3>" + text))])


def test_readable_gives_the_text_of_a_page() -> None:
    assert readable(page(decision())) == decision().encode()

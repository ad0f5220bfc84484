"""Faults that put another page, a status, a redirect or another count in the place of an answer.

Each function takes the request, the answer and the fault's value, and returns the answer spoilt;
``PAGES`` names them and says which requests they usually meet.
"""

from __future__ import annotations

import re
import time
from email.utils import formatdate

from tests.site import listing
from tests.site.exchange import DECISION, LISTING, ROBOTS, Answer, Request, Spoil
from tests.site.furniture import page

STATUSES = (400, 401, 403, 404, 408, 410, 418, 429, 451, 500, 502, 503, 504)
"""Statuses that are faults under their number."""

LARGE_BYTES = 6 * 1024 * 1024
"""What is added to an overlong page."""


def _instead(answer: Answer, title: str, content: str, *, status: int = 200) -> Answer:
    made = Answer.of(page(title, f'<main id="main">\n{content}\n</main>\n'), status=status)
    made.kind, made.reference, made.genuine = answer.kind, answer.reference, False
    return made


def _shell(request: Request, answer: Answer, value: str | None) -> Answer:
    made = Answer.of(listing.shell(), kind=answer.kind)
    made.genuine = False
    return made


def _soft_404(request: Request, answer: Answer, value: str | None) -> Answer:
    return _instead(
        answer,
        "Page not found",
        "<h1>Page not found</h1>\n<p>The page you asked for may have moved. Try the search.</p>",
    )


def _captcha(request: Request, answer: Answer, value: str | None) -> Answer:
    made = Answer.of(
        "<!DOCTYPE html><html><head><title>One moment</title></head><body>"
        "<h1>Please confirm that you are human</h1><p>Tick the box to go on.</p>"
        '<form id="challenge"><div class="captcha"></div></form></body></html>'
    )
    made.kind, made.genuine = answer.kind, False
    return made


def _firewall(request: Request, answer: Answer, value: str | None) -> Answer:
    made = Answer.of(
        "<html><head><title>Request Rejected</title></head><body>The requested URL was rejected. "
        "Please consult with your administrator.<br><br>Your support ID is: 18446744073709551615"
        "</body></html>"
    )
    made.kind, made.genuine = answer.kind, False
    return made


def _login(request: Request, answer: Answer, value: str | None) -> Answer:
    return _instead(
        answer,
        "Log in",
        '<h1>Log in</h1>\n<form method="post"><label>User name <input name="user"></label>'
        '<label>Password <input type="password" name="password"></label><button>Log in</button>'
        "</form>",
    )


def _maintenance(request: Request, answer: Answer, value: str | None) -> Answer:
    return _instead(
        answer,
        "Back soon",
        "<h1>We are working on the website</h1>\n<p>It will be back shortly.</p>",
        status=int(value or 200),
    )


def _stuffed(request: Request, answer: Answer, value: str | None) -> Answer:
    """The page with ``value`` at the end of its last section: no page that the publisher wrote."""
    end = b"<p>Investigator's decision"
    answer.content = answer.content.replace(end, (value or "").encode() + end, 1)
    answer.genuine = False
    return answer


def _empty(request: Request, answer: Answer, value: str | None) -> Answer:
    answer.content, answer.genuine = b"", False
    return answer


def _half_page(request: Request, answer: Answer, value: str | None) -> Answer:
    answer.content, answer.genuine = answer.content[: len(answer.content) // 2], False
    return answer


def _large(request: Request, answer: Answer, value: str | None) -> Answer:
    filler = b"<!-- " + b"x" * LARGE_BYTES + b" -->"
    answer.content, answer.genuine = answer.content + filler, False
    return answer


def _status(status: int) -> Spoil:
    def apply(request: Request, answer: Answer, value: str | None) -> Answer:
        made = _instead(answer, f"Error {status}", f"<h1>Error {status}</h1>", status=status)
        after = retry_after(value)
        if after is not None:
            made.headers["Retry-After"] = after
        return made

    return apply


def retry_after(value: str | None) -> str | None:
    """A Retry-After header: as given, or for ``date:90`` the HTTP date 90 seconds from now."""
    if value is not None and value.startswith("date:"):
        return formatdate(time.time() + float(value[5:]), usegmt=True)
    return value


def _to(answer: Answer, location: str, status: int = 302) -> Answer:
    made = Answer(status, b"", answer.kind, headers={"Location": location}, genuine=False)
    made.reference = answer.reference
    return made


def _redirect(request: Request, answer: Answer, value: str | None) -> Answer:
    """To wherever ``value`` says; without one to a host that does not exist."""
    return _to(answer, value or f"http://elsewhere.invalid{request.target}")


def _redirect_host(request: Request, answer: Answer, value: str | None) -> Answer:
    """To the same page under another name of this machine, as ``www`` and bare host do."""
    if not request.base.startswith("http://127.0.0.1:") or request.headers.get(
        "host", ""
    ).startswith("localhost"):
        return answer
    return _to(answer, request.base.replace("127.0.0.1", "localhost") + request.target, 301)


def _redirect_private(request: Request, answer: Answer, value: str | None) -> Answer:
    return _to(answer, value or f"http://10.0.0.1{request.target}")


def _redirect_loop(request: Request, answer: Answer, value: str | None) -> Answer:
    return _to(answer, request.target)


def _redirect_long(request: Request, answer: Answer, value: str | None) -> Answer:
    """Through ``value`` (8) further addresses, of which the last holds the page."""
    hops = int(value or 8)
    path, _, query = request.target.partition("?")
    found = re.search(r"hop=(\d+)", query)
    hop = int(found.group(1)) + 1 if found else 1
    if hop > hops:
        return answer
    rest = re.sub(r"&?hop=\d+", "", query)
    return _to(answer, f"{path}?{rest}{'&' if rest else ''}hop={hop}")


def _redirect_home(request: Request, answer: Answer, value: str | None) -> Answer:
    return _to(answer, "/")


def _robots(text: str) -> Spoil:
    def apply(request: Request, answer: Answer, value: str | None) -> Answer:
        said = text.format(value=value or "").encode()
        return Answer(200, said, "robots", headers={"Content-Type": "text/plain"}, genuine=False)

    return apply


def _restated(answer: Answer, change: int) -> Answer:
    if answer.stated is None:
        return answer
    said = max(0, answer.stated + change)
    old, new = (f"Your search has {count:,} results".encode() for count in (answer.stated, said))
    answer.content = answer.content.replace(old, new, 1)
    answer.stated = said
    return answer


def _count_off(request: Request, answer: Answer, value: str | None) -> Answer:
    """The stated count is ``value`` (1) more than there are."""
    return _restated(answer, int(value or 1))


def _count_changes(request: Request, answer: Answer, value: str | None) -> Answer:
    """From the second page on the count is ``value`` (1) more than on the first."""
    return _restated(answer, int(value or 1)) if request.page > 1 else answer


def _not_modified(request: Request, answer: Answer, value: str | None) -> Answer:
    """304 to every conditional request, whether the page has changed or not."""
    if "if-none-match" in request.headers or "if-modified-since" in request.headers:
        return Answer(304, b"", answer.kind, reference=answer.reference, genuine=False)
    return answer


PAGES: dict[str, tuple[Spoil, str]] = {
    "shell": (_shell, LISTING),
    "soft-404": (_soft_404, DECISION),
    "captcha": (_captcha, DECISION),
    "firewall": (_firewall, DECISION),
    "login": (_login, DECISION),
    "maintenance": (_maintenance, DECISION),
    "empty": (_empty, DECISION),
    "half-page": (_half_page, DECISION),
    "large": (_large, DECISION),
    "stuffed": (_stuffed, DECISION),
    "not-found": (_status(404), DECISION),
    "gone": (_status(410), DECISION),
    "forbidden": (_status(403), DECISION),
    "server-error": (_status(500), DECISION),
    "bad-gateway": (_status(502), DECISION),
    "unavailable": (_status(503), DECISION),
    "too-many": (_status(429), DECISION),
    "redirect": (_redirect, DECISION),
    "redirect-host": (_redirect_host, DECISION),
    "redirect-private": (_redirect_private, DECISION),
    "redirect-loop": (_redirect_loop, DECISION),
    "redirect-long": (_redirect_long, DECISION),
    "redirect-home": (_redirect_home, DECISION),
    "robots-error": (_status(500), ROBOTS),
    "robots-forbidden": (_status(403), ROBOTS),
    "robots-missing": (_status(404), ROBOTS),
    "robots-disallow": (_robots("User-agent: *\nDisallow: /\n"), ROBOTS),
    "robots-disallow-decisions": (_robots("User-agent: *\nDisallow: /decisions/\n"), ROBOTS),
    "robots-delay": (_robots("User-agent: *\nCrawl-delay: {value}\n"), ROBOTS),
    "count-off": (_count_off, LISTING),
    "count-changes": (_count_changes, LISTING),
    "always-not-modified": (_not_modified, DECISION),
    **{str(status): (_status(status), DECISION) for status in STATUSES},
}

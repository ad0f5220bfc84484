"""Everything that can go wrong between a crawler and the site, by name.

A ``Fault`` says which requests it meets (a pattern for path and query, how many to let pass first,
how many to spoil); the table ``FAULTS`` says what it does to the answer. Adding a fault is adding a
function and a row. Nothing here opens a socket: how an answer is sent is the server's business.
"""

from __future__ import annotations

import gzip
import re
import threading
import time
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from email.utils import formatdate

from tests.site import listing
from tests.site.exchange import Answer, Request
from tests.site.furniture import page

BOMB_BYTES = 256 * 1024 * 1024
"""What a gzip bomb unpacks to (its wire form is about a quarter of a megabyte)."""
LARGE_BYTES = 6 * 1024 * 1024

DECISION = r"^/decisions/[^/]+/[^/]+/\d\d-"
LISTING = r"^/decisions/searchresults"
ROBOTS = r"^/robots\.txt"


@dataclass(slots=True)
class Fault:
    """A fault to switch on.

    ``path`` is a regular expression searched, without case, in path and query; empty takes the
    usual one of the fault. The first ``skip`` requests that match pass unharmed, then ``times`` are
    spoilt (None: all). ``value`` is what the fault needs: a Retry-After, a location, seconds, a
    number. ``met`` counts the requests spoilt.
    """

    name: str
    path: str = ""
    times: int | None = None
    skip: int = 0
    value: str | None = None
    met: int = field(default=0, init=False)
    seen: int = field(default=0, init=False)

    def __post_init__(self) -> None:
        if self.name not in FAULTS:
            raise ValueError(f"no fault is called {self.name!r}; known: {', '.join(FAULTS)}")
        self.path = self.path or FAULTS[self.name][1]

    @property
    def seconds(self) -> float:
        """The value as seconds."""
        return float(self.value or 0)


class Faults:
    """The faults switched on; safe to change while the site is answering."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._on: list[Fault] = []

    def add(self, fault: Fault | str) -> Fault:
        """Switch a fault on (a name takes its defaults) and return it."""
        made = Fault(fault) if isinstance(fault, str) else fault
        with self._lock:
            self._on.append(made)
        return made

    def remove(self, fault: Fault) -> None:
        """Switch one off. Raises ValueError if it is not on."""
        with self._lock:
            self._on.remove(fault)

    def clear(self) -> None:
        """Switch all off."""
        with self._lock:
            self._on.clear()

    def __iter__(self) -> Iterator[Fault]:
        with self._lock:
            return iter(tuple(self._on))

    def meeting(self, request: Request) -> list[Fault]:
        """The faults that spoil this request, counted as having done so."""
        hit = []
        with self._lock:
            for fault in self._on:
                if not re.search(fault.path, request.target, re.IGNORECASE):
                    continue
                fault.seen += 1
                if fault.seen <= fault.skip:
                    continue
                if fault.times is not None and fault.met >= fault.times:
                    continue
                fault.met += 1
                hit.append(fault)
        return hit


def spoil(request: Request, answer: Answer, faults: list[Fault]) -> Answer:
    """The answer after all these faults: first another page, then its characters, its coding, and
    how it is sent; within each of these in the order they were switched on."""
    for fault in sorted(faults, key=lambda fault: _STAGE[fault.name]):
        answer = FAULTS[fault.name][0](request, answer, fault)
    return answer


# -- another page in its place ------------------------------------------------------------------


def _instead(answer: Answer, title: str, content: str, *, status: int = 200) -> Answer:
    made = Answer.of(page(title, f'<main id="main">\n{content}\n</main>\n'), status=status)
    made.kind, made.reference, made.genuine = answer.kind, answer.reference, False
    return made


def _shell(request: Request, answer: Answer, fault: Fault) -> Answer:
    made = Answer.of(listing.shell(), kind=answer.kind)
    made.genuine = False
    return made


def _soft_404(request: Request, answer: Answer, fault: Fault) -> Answer:
    return _instead(
        answer,
        "Page not found",
        "<h1>Page not found</h1>\n<p>The page you asked for may have moved. Try the search.</p>",
    )


def _captcha(request: Request, answer: Answer, fault: Fault) -> Answer:
    made = Answer.of(
        "<!DOCTYPE html><html><head><title>One moment</title></head><body>"
        "<h1>Please confirm that you are human</h1><p>Tick the box to go on.</p>"
        '<form id="challenge"><div class="captcha"></div></form></body></html>'
    )
    made.kind, made.genuine = answer.kind, False
    return made


def _firewall(request: Request, answer: Answer, fault: Fault) -> Answer:
    made = Answer.of(
        "<html><head><title>Request Rejected</title></head><body>The requested URL was rejected. "
        "Please consult with your administrator.<br><br>Your support ID is: 18446744073709551615"
        "</body></html>"
    )
    made.kind, made.genuine = answer.kind, False
    return made


def _login(request: Request, answer: Answer, fault: Fault) -> Answer:
    return _instead(
        answer,
        "Log in",
        '<h1>Log in</h1>\n<form method="post"><label>User name <input name="user"></label>'
        '<label>Password <input type="password" name="password"></label><button>Log in</button>'
        "</form>",
    )


def _maintenance(request: Request, answer: Answer, fault: Fault) -> Answer:
    return _instead(
        answer,
        "Back soon",
        "<h1>We are working on the website</h1>\n<p>It will be back shortly.</p>",
        status=int(fault.value or 200),
    )


def _empty(request: Request, answer: Answer, fault: Fault) -> Answer:
    answer.content, answer.genuine = b"", False
    return answer


def _half_page(request: Request, answer: Answer, fault: Fault) -> Answer:
    answer.content, answer.genuine = answer.content[: len(answer.content) // 2], False
    return answer


def _large(request: Request, answer: Answer, fault: Fault) -> Answer:
    filler = b"<!-- " + b"x" * LARGE_BYTES + b" -->"
    answer.content, answer.genuine = answer.content + filler, False
    return answer


# -- a status -----------------------------------------------------------------------------------


def _status(status: int) -> Callable[[Request, Answer, Fault], Answer]:
    def apply(request: Request, answer: Answer, fault: Fault) -> Answer:
        made = _instead(answer, f"Error {status}", f"<h1>Error {status}</h1>", status=status)
        after = retry_after(fault.value)
        if after is not None:
            made.headers["Retry-After"] = after
        return made

    return apply


def retry_after(value: str | None) -> str | None:
    """A Retry-After header: as given, or for ``date:90`` the HTTP date 90 seconds from now."""
    if value is not None and value.startswith("date:"):
        return formatdate(time.time() + float(value[5:]), usegmt=True)
    return value


# -- the transport ------------------------------------------------------------------------------


def _drip(request: Request, answer: Answer, fault: Fault) -> Answer:
    answer.sending, answer.seconds = "drip", fault.seconds or 1.0
    return answer


def _stall(request: Request, answer: Answer, fault: Fault) -> Answer:
    answer.sending, answer.seconds = "stall", fault.seconds or 3600.0
    return answer


def _reset(request: Request, answer: Answer, fault: Fault) -> Answer:
    answer.sending = "reset"
    return answer


def _nothing(request: Request, answer: Answer, fault: Fault) -> Answer:
    answer.sending = "nothing"
    return answer


def _short(request: Request, answer: Answer, fault: Fault) -> Answer:
    answer.sending = "short"
    return answer


def _chunked(request: Request, answer: Answer, fault: Fault) -> Answer:
    answer.sending = "chunked"
    return answer


def _chunked_cut(request: Request, answer: Answer, fault: Fault) -> Answer:
    answer.sending = "chunked-cut"
    return answer


# -- the content coding -------------------------------------------------------------------------


def _coded(answer: Answer, coding: str, wire: bytes) -> Answer:
    answer.headers["Content-Encoding"], answer.wire = coding, wire
    return answer


def _gzip(request: Request, answer: Answer, fault: Fault) -> Answer:
    return _coded(answer, "gzip", gzip.compress(answer.content, mtime=0))


def _deflate(request: Request, answer: Answer, fault: Fault) -> Answer:
    return _coded(answer, "deflate", zlib.compress(answer.content))


def _deflate_raw(request: Request, answer: Answer, fault: Fault) -> Answer:
    packer = zlib.compressobj(wbits=-15)
    return _coded(answer, "deflate", packer.compress(answer.content) + packer.flush())


def _gzip_cut(request: Request, answer: Answer, fault: Fault) -> Answer:
    wire = gzip.compress(answer.content, mtime=0)
    answer.genuine = False
    return _coded(answer, "gzip", wire[: len(wire) * 2 // 3])


def _deflate_cut(request: Request, answer: Answer, fault: Fault) -> Answer:
    wire = zlib.compress(answer.content)
    answer.genuine = False
    return _coded(answer, "deflate", wire[: len(wire) * 2 // 3])


def _gzip_without_end(request: Request, answer: Answer, fault: Fault) -> Answer:
    """All of the data, but neither checksum nor length: the last eight bytes are missing."""
    answer.genuine = False
    return _coded(answer, "gzip", gzip.compress(answer.content, mtime=0)[:-8])


def _gzip_two(request: Request, answer: Answer, fault: Fault) -> Answer:
    half = len(answer.content) // 2
    first, second = answer.content[:half], answer.content[half:]
    wire = gzip.compress(first, mtime=0) + gzip.compress(second, mtime=0)
    return _coded(answer, "gzip", wire)


def _gzip_trailing(request: Request, answer: Answer, fault: Fault) -> Answer:
    return _coded(answer, "gzip", gzip.compress(answer.content, mtime=0) + b"\x00" * 64)


def _gzip_bomb(request: Request, answer: Answer, fault: Fault) -> Answer:
    size = int(fault.value or BOMB_BYTES)
    packer = zlib.compressobj(9, wbits=31)
    block = b"\x00" * (1024 * 1024)
    pieces = [packer.compress(block) for _ in range(size // len(block))]
    answer.genuine = False
    return _coded(answer, "gzip", b"".join([*pieces, packer.flush()]))


def _stacked(request: Request, answer: Answer, fault: Fault) -> Answer:
    once = gzip.compress(answer.content, mtime=0)
    return _coded(answer, "gzip, gzip", gzip.compress(once, mtime=0))


def _gzip_claimed(request: Request, answer: Answer, fault: Fault) -> Answer:
    answer.genuine = False
    return _coded(answer, "gzip", answer.content)


def _unknown_coding(request: Request, answer: Answer, fault: Fault) -> Answer:
    answer.genuine = False
    return _coded(answer, fault.value or "br", answer.content)


# -- the character set --------------------------------------------------------------------------


def _charset(
    encoding: str, header: str | None, meta: str | None
) -> Callable[[Request, Answer, Fault], Answer]:
    """Bytes in one encoding, a header and a meta tag that may say another (None: say nothing)."""

    def apply(request: Request, answer: Answer, fault: Fault) -> Answer:
        text = answer.content.decode()
        tag = "" if meta is None else f'<meta charset="{meta}">'
        text = text.replace('<meta charset="utf-8">', tag, 1)
        answer.content = text.encode(encoding, "xmlcharrefreplace")
        answer.headers["Content-Type"] = "text/html" + (f"; charset={header}" if header else "")
        return answer

    return apply


# -- redirects ----------------------------------------------------------------------------------


def _to(answer: Answer, location: str, status: int = 302) -> Answer:
    made = Answer(status, b"", answer.kind, headers={"Location": location}, genuine=False)
    made.reference = answer.reference
    return made


def _redirect(request: Request, answer: Answer, fault: Fault) -> Answer:
    """To wherever ``value`` says; without one to a host that does not exist."""
    return _to(answer, fault.value or f"http://elsewhere.invalid{request.target}")


def _redirect_host(request: Request, answer: Answer, fault: Fault) -> Answer:
    """To the same page under another name of this machine, as ``www`` and bare host do."""
    if not request.base.startswith("http://127.0.0.1:") or request.headers.get(
        "host", ""
    ).startswith("localhost"):
        return answer
    return _to(answer, request.base.replace("127.0.0.1", "localhost") + request.target, 301)


def _redirect_private(request: Request, answer: Answer, fault: Fault) -> Answer:
    return _to(answer, fault.value or f"http://10.0.0.1{request.target}")


def _redirect_loop(request: Request, answer: Answer, fault: Fault) -> Answer:
    return _to(answer, request.target)


def _redirect_long(request: Request, answer: Answer, fault: Fault) -> Answer:
    """Through ``value`` (8) further addresses, of which the last holds the page."""
    hops = int(fault.value or 8)
    path, _, query = request.target.partition("?")
    found = re.search(r"hop=(\d+)", query)
    hop = int(found.group(1)) + 1 if found else 1
    if hop > hops:
        return answer
    rest = re.sub(r"&?hop=\d+", "", query)
    return _to(answer, f"{path}?{rest}{'&' if rest else ''}hop={hop}")


def _redirect_home(request: Request, answer: Answer, fault: Fault) -> Answer:
    return _to(answer, "/")


# -- robots.txt and the listing's count ---------------------------------------------------------


def _robots(text: str) -> Callable[[Request, Answer, Fault], Answer]:
    def apply(request: Request, answer: Answer, fault: Fault) -> Answer:
        said = text.format(value=fault.value or "").encode()
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


def _count_off(request: Request, answer: Answer, fault: Fault) -> Answer:
    """The stated count is ``value`` (1) more than there are."""
    return _restated(answer, int(fault.value or 1))


def _count_changes(request: Request, answer: Answer, fault: Fault) -> Answer:
    """From the second page on the count is ``value`` (1) more than on the first."""
    return _restated(answer, int(fault.value or 1)) if request.page > 1 else answer


def _not_modified(request: Request, answer: Answer, fault: Fault) -> Answer:
    """304 to every conditional request, whether the page has changed or not."""
    if "if-none-match" in request.headers or "if-modified-since" in request.headers:
        return Answer(304, b"", answer.kind, reference=answer.reference, genuine=False)
    return answer


Apply = Callable[[Request, Answer, Fault], Answer]

_PAGES: dict[str, tuple[Apply, str]] = {
    "shell": (_shell, LISTING),
    "soft-404": (_soft_404, DECISION),
    "captcha": (_captcha, DECISION),
    "firewall": (_firewall, DECISION),
    "login": (_login, DECISION),
    "maintenance": (_maintenance, DECISION),
    "empty": (_empty, DECISION),
    "half-page": (_half_page, DECISION),
    "large": (_large, DECISION),
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
}
_CHARSETS: dict[str, tuple[Apply, str]] = {
    "cp1252-undeclared": (_charset("cp1252", None, None), DECISION),
    "cp1252-as-utf-8": (_charset("cp1252", "utf-8", "utf-8"), DECISION),
    "cp1252-as-latin-1": (_charset("cp1252", "iso-8859-1", None), DECISION),
    "cp1252-by-meta": (_charset("cp1252", None, "windows-1252"), DECISION),
    "utf-8-undeclared": (_charset("utf-8", None, None), DECISION),
    "utf-8-as-latin-1": (_charset("utf-8", "iso-8859-1", "utf-8"), DECISION),
    "utf-8-with-mark": (_charset("utf-8-sig", None, "utf-8"), DECISION),
    "utf-16-undeclared": (_charset("utf-16", None, None), DECISION),
}
_CODINGS: dict[str, tuple[Apply, str]] = {
    "gzip": (_gzip, DECISION),
    "deflate": (_deflate, DECISION),
    "deflate-raw": (_deflate_raw, DECISION),
    "gzip-cut": (_gzip_cut, DECISION),
    "gzip-without-end": (_gzip_without_end, DECISION),
    "deflate-cut": (_deflate_cut, DECISION),
    "gzip-two-members": (_gzip_two, DECISION),
    "gzip-trailing-zeros": (_gzip_trailing, DECISION),
    "gzip-bomb": (_gzip_bomb, DECISION),
    "gzip-stacked": (_stacked, DECISION),
    "gzip-claimed": (_gzip_claimed, DECISION),
    "unknown-coding": (_unknown_coding, DECISION),
}
_SENDINGS: dict[str, tuple[Apply, str]] = {
    "drip": (_drip, DECISION),
    "stall": (_stall, DECISION),
    "reset": (_reset, DECISION),
    "no-answer": (_nothing, DECISION),
    "short": (_short, DECISION),
    "chunked": (_chunked, DECISION),
    "chunked-cut": (_chunked_cut, DECISION),
    "robots-stall": (_stall, ROBOTS),
    "robots-reset": (_reset, ROBOTS),
}

FAULTS: dict[str, tuple[Apply, str]] = {**_PAGES, **_CHARSETS, **_CODINGS, **_SENDINGS}
"""Every fault: what it does, and which requests it meets unless told otherwise."""

_STAGE = {
    name: stage
    for stage, group in enumerate((_PAGES, _CHARSETS, _CODINGS, _SENDINGS))
    for name in group
}

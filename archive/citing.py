"""How a decision is cited: what is known of it and its capture, and the styles that are one line.

Rules, each with what it leaves to us:

- OSCOLA (4th edition) has none for ombudsmen. Its rule for web pages (3.4.8) is taken: author,
  ‘title’, in brackets what it is and its date, the pinpoint before the address, the address in
  angle brackets, ``accessed`` and a day. That day is the capture's, because that is what was read.
- APA (7th edition), report by a government agency as author (10.4): the publisher is left out
  because it is the author; what it is stands in square brackets (9.21); ``Retrieved … from``
  (9.16), because texts are amended and taken down. A paragraph stands in the text, not in the list.

BibTeX and RIS are in ``archive.bibliography``. Pure; dates are days in UTC.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from archive.errors import Ambiguous, NotFound, UsageError
from archive.records import DecisionKind, Paragraph, Status, StoredDecision, reference_slug

MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
"""English whatever the system's language."""

WHAT = {DecisionKind.STATEMENT: "Decision statement", DecisionKind.REPORT: "Public interest report"}

_KEY = re.compile(
    r"(?P<reference>[^@#]+)(?:@(?P<version>[1-9][0-9]{0,5}))?(?:#(?P<place>[po][0-9]{1,6}))?"
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a person named: a reference, perhaps a version, perhaps a place (``p7``, ``o12``)."""

    reference: str
    version: int | None = None
    place: str | None = None


@dataclass(frozen=True, slots=True)
class Cited:
    """A decision, or one paragraph of it, with all that a citation says.

    ``captured_on`` is the day on which this text was last seen on the site (of an earlier version:
    on which it was captured). ``place`` is ``p7`` (the number printed) or ``o12`` (our count).
    """

    stored: StoredDecision
    author: str
    version: int
    captured_on: date
    place: str | None = None

    @property
    def title(self) -> str:
        """The page's title; of a text that is not passed on, its council and reference."""
        decision = self.stored.decision
        return _one_line(decision.title) or f"{decision.body} ({decision.reference})"

    @property
    def what(self) -> str:
        """What kind of text it is."""
        return WHAT[self.stored.decision.kind]

    @property
    def superseded(self) -> bool:
        """Whether the site has shown a newer version since."""
        return self.version < self.stored.revision

    @property
    def key(self) -> str:
        """The permanent name: ``20-011-198@2#p7``."""
        slug = reference_slug(self.stored.decision.reference)
        return f"{slug}@{self.version}" + (f"#{self.place}" if self.place else "")

    @property
    def pinpoint(self) -> str:
        """The paragraph in words: ``7``, or ``the 12th`` where no number is printed."""
        if self.place is None:
            return ""
        return self.place[1:] if self.place[0] == "p" else f"[{self.place[1:]}, unnumbered]"

    @property
    def standing(self) -> str:
        """What a reader must know of the text: not there any more, or not the newest."""
        said = []
        if self.superseded:
            said.append(f"version {self.version} of {self.stored.revision}, since amended")
        elif self.version > 1:
            said.append(f"version {self.version}")
        if self.stored.status is not Status.LIVE:
            since = self.stored.status_since
            said.append(
                "no longer on the Ombudsman's site"
                + (f" since {day_month_year(since.date())}" if since else "")
            )
        return "; ".join(said)


def wanted(text: str) -> Wanted:
    """What a reference or a permanent key names. An address is a reference too.

    Raises UsageError for a key that is none.
    """
    bare = text.strip()
    if "/" in bare:
        # ``https://…/20-011-198#p7``: the last part, without what a page was shown by.
        bare = re.sub(r"\?[^#]*", "", bare).rstrip("/").rsplit("/", 1)[-1]
    found = _KEY.fullmatch(bare)
    if not found:
        raise UsageError(
            f"{text!r} is no reference and no key; write 20-011-198, 20-011-198@2 or "
            "20-011-198@2#p7"
        )
    version = found["version"]
    return Wanted(found["reference"], None if version is None else int(version), found["place"])


def place_of(stored: StoredDecision, place: str) -> Paragraph:
    """The paragraph at a place of the current text. Raises NotFound or Ambiguous."""
    number = int(place[1:])
    of = "number" if place[0] == "p" else "ordinal"
    found = [one for one in stored.decision.paragraphs() if getattr(one, of) == number]
    reference = stored.decision.reference
    if not found:
        numbers = [p.number for p in stored.decision.paragraphs() if p.number is not None]
        there = f"; it has {min(numbers)} to {max(numbers)}" if numbers else "; none has a number"
        raise NotFound(f"{reference} has no paragraph {number}{there}")
    if len(found) > 1:
        ordinals = ", ".join(f"#o{one.ordinal}" for one in found)
        raise Ambiguous(f"{reference} has paragraph {number} more than once; name it by {ordinals}")
    return found[0]


def day_month_year(day: date) -> str:
    """``11 March 2021``."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def month_day_year(day: date) -> str:
    """``March 11, 2021``."""
    return f"{MONTHS[day.month - 1]} {day.day}, {day.year}"


def oscola(cited: Cited) -> str:
    """A footnote; a bibliography leaves the paragraph and the full stop out."""
    decision = cited.stored.decision
    para = f" para {cited.pinpoint}" if cited.place else ""
    note = f" ({cited.standing})" if cited.standing else ""
    return (
        f"{cited.author}, ‘{cited.title}’ "
        f"({cited.what}, {day_month_year(decision.decided_on)}){para} "
        f"<{decision.url}> accessed {day_month_year(cited.captured_on)}{note}"
    )


def apa(cited: Cited) -> str:
    """The entry of the list, and the words for the text where a paragraph is named."""
    decision = cited.stored.decision
    day = decision.decided_on
    note = f" ({cited.standing})" if cited.standing else ""
    entry = (
        f"{cited.author}. ({day.year}, {MONTHS[day.month - 1]} {day.day}). {cited.title} "
        f"[{cited.what}]. Retrieved {month_day_year(cited.captured_on)}, from {decision.url}{note}"
    )
    if cited.place is None:
        return entry
    return f"{entry}\nIn the text: ({cited.author}, {day.year}, para. {cited.pinpoint})"


def plain(cited: Cited) -> str:
    """One sentence for a letter or a note, with the permanent key at its end."""
    decision = cited.stored.decision
    para = f", paragraph {cited.pinpoint}" if cited.place else ""
    note = f"; {cited.standing}" if cited.standing else ""
    return (
        f"{cited.author}, {cited.title}, {cited.what.lower()} of "
        f"{day_month_year(decision.decided_on)}{para}, {decision.url}, as captured on "
        f"{day_month_year(cited.captured_on)}{note} [{cited.key}]"
    )


LINES: dict[str, Callable[[Cited], str]] = {"oscola": oscola, "apa": apa, "plain": plain}


def _one_line(text: str) -> str:
    return " ".join(text.split())

"""A decision as a person reads it: plain text for a terminal, Markdown for a note.

The words stay verbatim; numbers, labels and the head are set around them.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Iterator
from dataclasses import replace

from archive.corrections import agrees, pounds, reads_otherwise
from archive.errors import NotFound
from archive.records import (
    Correction,
    CorrectionKind,
    Decision,
    DecisionKind,
    Outcome,
    Paragraph,
    Remedy,
    Section,
    SectionKind,
    Status,
    StoredDecision,
    reference_slug,
)

OUTCOME_WORDS = {
    Outcome.UPHELD: "Upheld",
    Outcome.NOT_UPHELD: "Not upheld",
    Outcome.CLOSED: "Closed",
    Outcome.UNKNOWN: "Outcome not recognised",
}


def plain_day(day: object) -> str:
    """``3 May 2026``: a date as people write it here, whatever the locale."""
    months = "January February March April May June July August September October November December"
    return f"{day.day} {months.split()[day.month - 1]} {day.year}"  # type: ignore[attr-defined]  # dates and instants alike


def status_words(stored: StoredDecision) -> str:
    """Where the decision stands, in plain words."""
    if stored.status is Status.LIVE:
        return f"on the Ombudsman's site when last seen on {plain_day(stored.last_seen_at)}"
    since = "" if stored.status_since is None else f" since {plain_day(stored.status_since)}"
    return gone_words(stored.status is Status.EXPIRED, stored.decision.kind, since)


KEPT_FOR = {DecisionKind.STATEMENT: "five years", DecisionKind.REPORT: "ten years"}
"""How long the Ombudsman keeps a text online: statements by the staff manual, reports inferred."""


def gone_words(expired: bool, kind: DecisionKind | None, since: str = "") -> str:
    """That a decision left the site, and why as far as we can tell. ``since`` begins with a blank.

    An erased decision has no kind any more.
    """
    reason = "reason unknown"
    if expired:
        span = "the usual time" if kind is None else KEPT_FOR[kind]
        reason = f"{span} after the decision"
    return f"no longer on the Ombudsman's site{since} ({reason})"


def only_sections(decision: Decision, wanted: str) -> Decision:
    """The decision with only the sections of one kind, or with that heading (and their parts).

    Raises NotFound, naming what there is.
    """
    key = _spelt(wanted)
    named = {
        section.position
        for section in decision.sections
        if key in (section.kind.value, _spelt(section.heading))
    }
    kept = named | {s.position for s in decision.sections if s.parent in named}
    if not kept:
        there = ", ".join(f"{s.kind.value} ({s.heading})" for s in decision.sections)
        raise NotFound(f"{decision.reference} has no section {wanted!r}; it has {there or 'none'}")
    return replace(decision, sections=tuple(s for s in decision.sections if s.position in kept))


def _spelt(name: str) -> str:
    """A heading or kind as it is compared: a keyboard has no curly apostrophe."""
    plain = name.replace("\N{RIGHT SINGLE QUOTATION MARK}", "'").casefold()
    return "_".join(plain.replace("-", " ").replace("_", " ").split())


def _head_lines(stored: StoredDecision) -> Iterator[tuple[str, str]]:
    decision = stored.decision
    yield "Council or provider", stored.body
    if stored.body != decision.body:
        yield "Named in the title", decision.body
    yield "Reference", decision.reference
    if decision.category_raw:
        yield "Category", decision.category_raw
    yield "Decision", decision.outcome_raw
    yield "Decided on", plain_day(decision.decided_on)
    yield "Kind", decision.kind.value
    if stored.revision > 1:
        yield "Version", f"{stored.revision} of the published text"
    yield "Status", status_words(stored)
    yield "Address", decision.url


def text_lines(stored: StoredDecision, *, width: int, attribution: str) -> Iterator[str]:
    """Lines for a terminal of ``width`` columns."""
    decision = stored.decision
    yield from textwrap.wrap(decision.title, width) or [""]
    yield ""
    for name, value in _head_lines(stored):
        label = f"{name}: "
        if name == "Address":
            yield label + value  # Whole, so that it can be copied.
            continue
        yield from textwrap.wrap(
            label + value, width, subsequent_indent="  ", break_long_words=False
        )
    if decision.summary:
        yield ""
        yield from textwrap.wrap("Summary: " + decision.summary, width)
    for section in decision.sections:
        yield ""
        indent = "" if section.parent is None else "  "
        yield from textwrap.wrap(section.heading, width, initial_indent=indent) or [indent]
        yield indent + "-" * min(len(section.heading), max(width - len(indent), 1))
        for paragraph in section.paragraphs:
            yield from _paragraph_lines(paragraph, width)
    told = [*_remedy_lines(decision), *correction_lines(stored)]
    if told:
        yield ""
        for line in told:
            indent = " " * (len(line) - len(line.lstrip()))
            yield from textwrap.wrap(
                line.strip(), width, initial_indent=indent, subsequent_indent=indent + "  "
            )
    yield ""
    yield from textwrap.wrap(f"Source: {attribution}", width)


def _remedy_lines(decision: Decision) -> Iterator[str]:
    shown = {section.position for section in decision.sections}
    rows = [row for row in decision.remedies if row.section in shown]
    if rows:
        yield "Remedies as read from the text (our reading, not the Ombudsman's words):"
    for row in rows:
        marked = "" if row.correction is None else f" [correction {row.correction}, by a person]"
        yield f"  {remedy_words(decision, row)}{marked}"


def remedy_words(decision: Decision, row: Remedy) -> str:
    """A remedy in a line: what, how much, to whom, by when, and where it stands."""
    return f"{value_words(row)}; {_where(decision, row.paragraph)}: “{row.raw}”"


def _where(decision: Decision, ordinal: int) -> str:
    """The printed number of a paragraph, or of the one whose list it stands in."""
    for section in decision.sections:
        number: int | None = None
        for paragraph in section.paragraphs:
            if paragraph.level == 0 or paragraph.number is not None:
                number = paragraph.number
            if paragraph.ordinal == ordinal and number is not None:
                return f"paragraph {number}" + (", list" if paragraph.number is None else "")
    return f"paragraph o{ordinal}"


def value_words(row: Remedy) -> str:
    """What was ordered in a few words of ours: what, how much, to whom, by when."""
    said = row.kind.replace("_", " ")
    if row.amount_pence is not None:
        said += f" of {pounds(row.amount_pence)}"
    if row.rate_pence is not None:
        said += f" of {pounds(row.rate_pence)} per {row.rate_period}"
    if row.share_percent is not None:
        said += f", {row.share_percent:g}% of the cost"
    if row.payee:
        said += f" to {row.payee}"
    if row.per_person:
        said += ", to each"
    if row.is_total:
        said += " (a total)"
    return said + (f", time allowed {_span(row.deadline)}" if row.deadline else "")


_DURATION = re.compile(r"P(?:T(?=\d+H))?(\d+)([HDWMY])", re.ASCII)
_UNITS = {"H": "hour", "D": "day", "W": "week", "M": "month", "Y": "year"}


def _span(deadline: str) -> str:
    """``P1M`` as ``1 month``; a day, and working days, as they are written."""
    found = _DURATION.fullmatch(deadline)
    if found is None:
        return deadline
    count, unit = found[1], _UNITS[found[2]]
    return f"{count} {unit}" if count == "1" else f"{count} {unit}s"


_DID = {
    CorrectionKind.CHANGED: "{}",
    CorrectionKind.REMOVED: "no remedy (was read as {})",
    CorrectionKind.ADDED: "added: {}",
}


def correction_words(correction: Correction) -> str:
    """A correction in a line: what is said, by whom and when, and what the parser says now."""
    said = _DID[correction.kind].format(value_words(correction.remedy))
    by = f" by {correction.by}" if correction.by else ""
    line = f"correction {correction.id}{by}, {plain_day(correction.made_at)}: {said}: "
    line += f"“{correction.remedy.raw}”"
    if correction.note:
        line += f". {correction.note}"
    if agrees(correction):
        line += " [the parser agrees by now]"
    elif reads_otherwise(correction):
        now = "; ".join(map(value_words, correction.machine_now)) or "no remedy"
        line += f" [look again: the parser now reads: {now}]"
    return line


def correction_lines(stored: StoredDecision) -> Iterator[str]:
    """What persons have corrected in a decision; nothing where nobody did."""
    fitting = [each for each in stored.corrections if each.fits]
    lost = [each for each in stored.corrections if not each.fits]
    if fitting:
        yield "Corrected by a person (our reading of the words, not the words):"
        yield from (f"  {correction_words(each)}" for each in fitting)
    if lost:
        yield "No longer fits the text; kept, and tried again with every new reading:"
        yield from (f"  {correction_words(each)}" for each in lost)


def _paragraph_lines(paragraph: Paragraph, width: int) -> Iterator[str]:
    mark = printed_mark(paragraph)
    first = " " * (4 * paragraph.level) + (f"{mark:>4} " if paragraph.level == 0 else f"  {mark} ")
    yield from textwrap.wrap(
        paragraph.text,
        max(width, len(first) + 20),
        initial_indent=first,
        subsequent_indent=" " * len(first),
    ) or [first.rstrip()]


def printed_mark(paragraph: Paragraph) -> str:
    """What stands before a paragraph: ``7.``, ``(a)``, ``•``, or nothing."""
    if paragraph.number is not None:
        return f"{paragraph.number}."
    label = paragraph.label or ""
    return f"({label})" if label.isalnum() else label


_MARKDOWN_SIGNS = {ord(sign): "\\" + sign for sign in "\\`*_[]<>#|"}


def markdown_lines(stored: StoredDecision, *, attribution: str) -> Iterator[str]:
    """The decision as Markdown, signs that Markdown would take for its own escaped."""
    decision = stored.decision
    yield f"# {_plain(decision.title)}"
    yield ""
    for name, value in _head_lines(stored):
        shown = f"<{value}>" if name == "Address" else _plain(value)
        yield f"- {name}: {shown}"
    if decision.summary:
        yield ""
        yield f"**Summary:** {_plain(decision.summary)}"
    for section in decision.sections:
        yield ""
        yield f"{'##' if section.parent is None else '###'} {_plain(section.heading)}"
        yield ""
        yield from _markdown_paragraphs(section)
    corrected = [*_remedy_lines(decision), *correction_lines(stored)]
    if corrected:
        yield ""
        yield from (
            f"- {_plain(line.strip())}" if line.startswith(" ") else f"\n{_plain(line)}\n"
            for line in corrected
        )
    yield ""
    key = f"{reference_slug(decision.reference)}@{stored.revision}"
    yield f"Source: {_plain(attribution)}. Key: `{key}`"


def _markdown_paragraphs(section: Section) -> Iterable[str]:
    for paragraph in section.paragraphs:
        mark = printed_mark(paragraph)
        if paragraph.level:
            shown = "" if mark in ("", "•") else f"{_plain(mark)} "
            yield f"{'    ' * paragraph.level}- {shown}{_plain(paragraph.text)}"
        elif paragraph.number is not None:
            yield f"{paragraph.number}. {_plain(paragraph.text)}"
        else:
            yield f"\n{_plain(paragraph.text)}\n"


def _plain(text: str) -> str:
    return text.translate(_MARKDOWN_SIGNS)


SECTION_KINDS = tuple(kind.value for kind in SectionKind)

"""The sentences that go with every figure, so that no number travels without what limits it. Pure.

They are chosen by what a table shows; the first one always stands.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from archive.figures.counting import REMEDY, Row, Tally
from archive.figures.funnel import Funnel
from archive.figures.periods import Break
from archive.figures.rates import SMALL
from archive.figures.wholeness import GAP_WORDS, Gap

NOT_ALL = (
    "Not all decisions are published, statements leave the Ombudsman's site after five years, and "
    "recent months still fill up: these are not the Ombudsman's caseload."
)
RATE = (
    "Uphold rate: upheld of those investigated (upheld or not upheld), with Wilson's 95% interval; "
    "beside it upheld of all."
)
TOO_FEW = (
    f"small = fewer than {SMALL} cases: the interval can be over forty percentage points wide "
    "then, and one case moves the rate by more than five."
)
ONCE = (
    "A report under several references counts once in each row, and so do its payments; rows can "
    "add up to more than the total."
)
PER_REFERENCE = (
    "Every reference counts: a report under several references, and its payments, several times."
)
PAYMENTS = (
    "Payments are sums that were agreed or recommended, as read from the texts or corrected by a "
    "person; refunds, rates, shares and stated totals beside their parts are not among them."
)
RANKED = (
    "A rank says little: most of the difference between neighbours is chance, councils are "
    "complained about different things, and only published decisions are counted. Rows marked "
    "small stand at the end, without a rank. See the funnel (--chart) before naming anybody."
)
SATISFIED = (
    "satisfied = reports with the Ombudsman's line that it was satisfied with the response. "
    "Nothing else here says whether a promise was kept, and a missing line does not say that it "
    "was broken."
)
FUNNEL = (
    "Compared within a type of authority: outside the 95% limits of the group's rate (exact "
    "binomial, after Spiegelhalter 2005) about one in twenty would lie by chance alone, outside "
    "99.8% one in five hundred. Councils differ in what they are complained about, so more do."
)


def notes(
    tally: Tally,
    *,
    gaps: Mapping[tuple[str, ...], Sequence[Gap]],
    span_gaps: Sequence[tuple[str, Sequence[Gap]]],
    breaks: Sequence[Break],
    funnels: Sequence[Funnel],
    only: Sequence[str],
    ranked: bool,
) -> Iterator[str]:
    """The sentences for a table, in the order in which they are printed."""
    yield NOT_ALL
    if only:
        yield f"This archive was crawled only for: {'; '.join(only)}."
    if tally.has_rates:
        yield RATE
        if any(row.uphold_rate is not None and row.uphold_rate.small for row in tally.rows):
            yield TOO_FEW
    if ranked:
        yield RANKED
    yield PER_REFERENCE if tally.per_reference else ONCE
    if REMEDY in tally.by:
        yield "A decision with several kinds of remedy stands in a row for each."
    yield from _gap_notes(gaps, span_gaps)
    for each in breaks:
        yield f"The series breaks on {_day(each)}: {each.why}. Do not compare across it."
    if funnels:
        yield FUNNEL
    yield from _row_notes(tally.total)


def _day(each: Break) -> str:
    return f"{each.on.day} {each.on:%B %Y}"


def _gap_notes(
    gaps: Mapping[tuple[str, ...], Sequence[Gap]],
    span_gaps: Sequence[tuple[str, Sequence[Gap]]],
) -> Iterator[str]:
    for gap in Gap:
        if any(gap in found for found in gaps.values()):
            yield f"{gap.value} = {GAP_WORDS[gap]}: no rise or fall can be read from that row."
    for gap in Gap:
        names = [name for name, found in span_gaps if gap in found]
        if names:
            yield f"Not whole ({gap.value}): {_ranges(names)}: {GAP_WORDS[gap]}."


def _ranges(months: Sequence[str]) -> str:
    """Months in order, the first and last of each unbroken row of them."""
    found: list[list[str]] = []
    for name in months:
        number = int(name[:4]) * 12 + int(name[5:])
        last = found[-1][-1] if found else None
        if last is not None and int(last[:4]) * 12 + int(last[5:]) == number - 1:
            found[-1].append(name)
        else:
            found.append([name])
    return ", ".join(run[0] if len(run) == 1 else f"{run[0]} to {run[-1]}" for run in found)


def _row_notes(total: Row) -> Iterator[str]:
    if total.payments is not None or total.without_sum:
        yield PAYMENTS
    if total.per_person:
        yield (
            f'{_count(total.per_person, "payment")} "each" or "per person" counted once: how many '
            "people got it is not read."
        )
    if total.without_sum:
        yield f"{_count(total.without_sum, 'payment')} without a sum (a rate or a share) not in it."
    if total.withdrawn:
        yield (
            f"{_count(total.withdrawn, 'decision')} counted that the Ombudsman took down before "
            "the usual time; what was agreed there is in no figure."
        )
    if total.restricted:
        yield (
            f"{_count(total.restricted, 'decision')} counted whose text is not passed on for now; "
            "what was agreed there is in no figure."
        )
    if total.expired:
        yield (
            f"{_count(total.expired, 'decision')} counted that left the Ombudsman's site after the "
            "usual time."
        )
    if total.reports:
        yield SATISFIED


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"

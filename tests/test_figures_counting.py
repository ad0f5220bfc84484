"""What is counted agrees with a plain reading of the same stories, whatever the stories are."""

from __future__ import annotations

import statistics
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from archive.errors import NotFound, UsageError
from archive.figures.asking import Figures, Question, answer, dimensions
from archive.figures.counting import ALL_DIMENSIONS, Row
from archive.figures.periods import year_span
from archive.figures.wholeness import Gap, Ledger, Run, in_all, joined, left_before
from archive.making_corrections import of_remedy
from archive.records import CorrectionKind, DecisionKind, Outcome, Status
from archive.store import Archive
from tests.counted import Story, Sum, archive_of, invented, noon
from tests.specimens import NOON

TODAY = date(2026, 11, 22)
ORDER = (Outcome.UPHELD, Outcome.NOT_UPHELD, Outcome.CLOSED, Outcome.UNKNOWN)

SUMS = st.builds(
    Sum,
    kind=st.sampled_from(["payment", "payment", "refund", "apology"]),
    pence=st.none() | st.integers(0, 300_000),
    rate=st.none() | st.just(2_200),
    total=st.booleans(),
    each=st.booleans(),
)


def _stories() -> st.SearchStrategy[list[Story]]:
    """Up to a dozen references; some of the reports share their words."""
    return st.lists(
        st.builds(
            Story,
            reference=st.just("?"),
            body=st.sampled_from(["A County Council", "B County Council", "C District Council"]),
            category=st.sampled_from(["Housing", "Education", None]),
            subcategory=st.sampled_from(["Allocations", "Other", None]),
            outcome=st.sampled_from(Outcome),
            kind=st.sampled_from(DecisionKind),
            day=st.dates(date(2013, 1, 1), date(2026, 11, 1)),
            sums=st.lists(SUMS, max_size=4).map(tuple),
            status=st.sampled_from(Status),
            shared=st.sampled_from(["One report.", "Another report.", None]),
        ),
        max_size=12,
    ).map(_named)


def _named(stories: list[Story]) -> list[Story]:
    """With references of their own. A report's text holds its remedies too, so references of one
    report have the same; a statement is never shared."""
    found = []
    for number, story in enumerate(stories):
        shared = story.shared if story.kind is DecisionKind.REPORT else None
        sums = story.sums
        if shared == "One report.":
            sums = (Sum(pence=50_000), Sum("apology"))
        if shared == "Another report.":
            sums = (Sum(rate=1_000), Sum(pence=80_000, total=True))
        found.append(replace(story, reference=f"24 000 {number:03}", shared=shared, sums=sums))
    return found


# --- a plain reading --------------------------------------------------------------------------


def _financial(day: date) -> str:
    first = day.year - (day.month < 4)
    return f"{first}-{str(first + 1)[-2:]}"


def _values(story: Story, name: str) -> list[str]:
    if name == "remedy":
        if story.status is Status.WITHDRAWN:
            return ["(none)"]
        return sorted({each.kind for each in _kept(story)}) or ["(none)"]
    told = {
        "body": story.body,
        "type": "county" if "County" in story.body else "district",
        "category": story.category or "(not told)",
        "subcategory": f"{story.category or '(not told)'} > {story.subcategory or '(not told)'}",
        "kind": story.kind.value,
        "outcome": story.outcome.value,
        "year": str(story.day.year),
        "financial-year": _financial(story.day),
        "month": story.day.isoformat()[:7],
    }
    return [told[name]]


def _kept(story: Story) -> list[Sum]:
    """Its remedies without totals that restate other sums (all stand in one section here)."""
    kept: list[Sum] = []
    for each in story.sums:
        if each.total:
            beside = any(
                other.kind == each.kind and not other.total and other.pence is not None
                for other in story.sums
            )
            earlier = any(
                other.kind == each.kind and other.total and other.pence is not None
                for other in kept
            )
            if beside or earlier:
                continue
        kept.append(each)
    return kept


def _plainly(stories: Iterable[Story], by: Sequence[str], *, once: bool) -> dict[object, object]:
    groups: dict[tuple[str, ...], list[Story]] = defaultdict(list)
    for story in stories:
        groups[()].append(story)
        keys: list[tuple[str, ...]] = [()]
        for name in by:
            keys = [(*key, value) for key in keys for value in _values(story, name)]
        for key in keys:
            if key:
                groups[key].append(story)
    return {key: _plain_row(found, key, by, once=once) for key, found in groups.items()}


def _plain_row(
    stories: list[Story], key: tuple[str, ...], by: Sequence[str], *, once: bool
) -> dict[str, object]:
    units: dict[str, list[Story]] = defaultdict(list)
    for story in stories:
        units[(story.shared if once else None) or story.reference].append(story)
    outcomes = [min((s.outcome for s in unit), key=ORDER.index) for unit in units.values()]
    readable = [
        min(unit, key=lambda s: (s.status is Status.WITHDRAWN, s.reference))
        for unit in units.values()
    ]
    wanted = key[by.index("remedy")] if key and "remedy" in by else "payment"
    sums = [
        each.pence
        for story in readable
        if story.status is not Status.WITHDRAWN
        for each in _kept(story)
        if each.kind == wanted and each.pence is not None
    ]
    return {
        "decisions": len(units),
        "references": len(stories),
        "upheld": outcomes.count(Outcome.UPHELD),
        "not_upheld": outcomes.count(Outcome.NOT_UPHELD),
        "closed": outcomes.count(Outcome.CLOSED),
        "unknown": outcomes.count(Outcome.UNKNOWN),
        "withdrawn": sum(s.status is Status.WITHDRAWN for s in readable),
        "expired": sum(s.status is Status.EXPIRED for s in readable),
        "reports": sum(s.kind is DecisionKind.REPORT for s in readable),
        "sums": len(sums),
        "total": sum(sums),
        "median": statistics.median(sums) if sums else None,
    }


def _ours(row: Row) -> dict[str, object]:
    paid = row.payments
    shape: dict[str, object] = {
        name: getattr(row, name)
        for name in ("decisions", "references", "upheld", "not_upheld", "closed", "unknown",
                     "withdrawn", "expired", "reports")
    }  # fmt: skip
    return shape | {
        "sums": 0 if paid is None else paid.count,
        "total": 0 if paid is None else paid.total,
        "median": None if paid is None else paid.median,
    }


def _table(figures: Figures) -> dict[object, object]:
    rows: dict[object, object] = {row.key: _ours(row) for row in figures.rows if row.references}
    return {(): _ours(figures.tally.total), **rows}


PAIRS = st.sampled_from(
    [(name,) for name in ALL_DIMENSIONS]
    + [("body", "year"), ("category", "financial-year"), ("type", "remedy"), ("remedy", "month"),
       ("category", "outcome")]
)  # fmt: skip


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(stories=_stories(), by=st.lists(PAIRS, min_size=3, max_size=3), once=st.booleans())
def test_every_table_is_what_a_plain_reading_gives(
    tmp_path_factory: pytest.TempPathFactory,
    stories: list[Story],
    by: list[tuple[str, ...]],
    once: bool,
) -> None:
    with archive_of(tmp_path_factory.mktemp("stories"), stories) as archive:
        for each in by:
            figures = answer(archive.engine, Question(by=each, per_reference=not once), today=TODAY)
            plain = _plainly(stories, each, once=once) or {(): _plain_row([], (), each, once=once)}
            ours = _table(figures)
            assert ours.keys() == plain.keys()
            for key, row in plain.items():
                got = ours[key]
                assert isinstance(row, dict)
                assert isinstance(got, dict)
                ours_median, plain_median = got.pop("median"), row.pop("median")
                assert got == row, (each, key)
                # A half penny goes up.
                assert ours_median == (None if plain_median is None else int(plain_median + 0.5))


# --- one report, several references -----------------------------------------------------------

REPORT = [
    Story("15 020 256", category="Adult care services", kind=DecisionKind.REPORT,
          shared="One report.", sums=(Sum(pence=90_000),), day=date(2024, 5, 6)),
    Story("16 005 249", category="Housing", kind=DecisionKind.REPORT, shared="One report.",
          sums=(Sum(pence=90_000),), day=date(2024, 5, 6), satisfied=date(2024, 9, 12)),
]  # fmt: skip


def test_a_report_under_two_references_and_its_payment_count_once(tmp_path: Path) -> None:
    with archive_of(tmp_path, REPORT) as archive:
        figures = answer(archive.engine, Question(by=("category",)), today=TODAY)
        each = answer(archive.engine, Question(by=("category",), per_reference=True), today=TODAY)
    assert [row.decisions for row in figures.rows] == [1, 1]
    total = figures.tally.total
    assert (total.decisions, total.references, total.reports, total.satisfied) == (1, 2, 1, 1)
    assert total.payments is not None
    assert (total.payments.count, total.payments.total) == (1, 90_000)
    assert any("counts once in each row" in note for note in figures.notes)
    assert each.tally.total.decisions == 2
    assert each.tally.total.payments is not None
    assert each.tally.total.payments.total == 180_000


def test_of_two_references_the_one_that_a_person_corrected_is_read(tmp_path: Path) -> None:
    with archive_of(tmp_path, REPORT) as archive:
        held = archive.find("16 005 249")
        (row,) = held.decision.remedies
        less = replace(row, amount_pence=80_000, rule="person")
        said = of_remedy(held, row, less, CorrectionKind.CHANGED, NOON)
        archive.corrections.save(held.id, new=said, at=NOON)
        figures = answer(archive.engine, Question(by=("kind",)), today=TODAY)
    assert figures.tally.total.payments is not None
    assert (figures.tally.total.payments.count, figures.tally.total.payments.total) == (1, 80_000)


# --- who is left out --------------------------------------------------------------------------


def test_a_withdrawn_decision_counts_and_its_payment_does_not(tmp_path: Path) -> None:
    gone = Story("24 000 001", sums=(Sum(pence=10_000),), status=Status.WITHDRAWN)
    left = Story("24 000 002", sums=(Sum(pence=20_000),), status=Status.EXPIRED)
    with archive_of(tmp_path, [gone, left]) as archive:
        figures = answer(archive.engine, Question(by=("body",)), today=TODAY)
    total = figures.tally.total
    assert (total.decisions, total.upheld, total.withdrawn, total.expired) == (2, 2, 1, 1)
    assert total.payments is not None
    assert total.payments.total == 20_000
    assert any("took down before the usual time" in note for note in figures.notes)


def test_filters_choose_what_is_counted(tmp_path: Path) -> None:
    stories = invented(60)
    with archive_of(tmp_path, stories) as archive:

        def count(**asked: object) -> int:
            question = Question(**asked)  # type: ignore[arg-type]  # filters by name
            return answer(archive.engine, question, today=TODAY).tally.total.decisions

        span = year_span("2023-24")
        expected = {
            "span": (span, [s for s in stories if span.first <= s.day <= span.last]),
            "first": (date(2022, 1, 1), [s for s in stories if s.day >= date(2022, 1, 1)]),
            "last": (date(2020, 5, 5), [s for s in stories if s.day <= date(2020, 5, 5)]),
            "body_type": ("county", [s for s in stories if "County" in s.body]),
            "category": ("planning", [s for s in stories if s.category == "Planning"]),
            "kind": ("report", []),
            "outcome": ("closed", [s for s in stories if s.outcome is Outcome.CLOSED]),
            "bodies": (
                (stories[0].body.upper(),), [s for s in stories if s.body == stories[0].body]
            ),
        }  # fmt: skip
        for name, (value, found) in expected.items():
            assert count(**{name: value}) == len(found), name
        with pytest.raises(NotFound, match="Planning"):
            count(category="Plannning")
        with pytest.raises(UsageError, match="after the last day"):
            count(first=date(2024, 1, 2), last=date(2024, 1, 1))


def test_an_outcome_that_was_chosen_has_no_rate(tmp_path: Path) -> None:
    with archive_of(tmp_path, invented(5)) as archive:
        question = Question(by=("year",), outcome="upheld")
        assert not answer(archive.engine, question, today=TODAY).tally.has_rates


@pytest.mark.parametrize("text", ["bodies", "body,body", "body,year,kind", "year,month", ""])
def test_what_cannot_be_counted_by_is_refused(text: str) -> None:
    with pytest.raises(UsageError):
        dimensions(text)


# --- comparison -------------------------------------------------------------------------------


def test_a_council_asked_for_is_compared_with_all_of_its_type(tmp_path: Path) -> None:
    stories = invented(150)
    with archive_of(tmp_path, stories) as archive:
        one = answer(
            archive.engine,
            Question(by=("body",), bodies=("Coldmarch County Council",)),
            today=TODAY,
        )
        all_of_them = answer(archive.engine, Question(by=("body",)), today=TODAY)
    assert [row.key for row in one.rows] == [("Coldmarch County Council",)]
    assert [each.group for each in one.funnels] == ["county"]
    assert one.funnels[0] == all_of_them.funnels[0]
    investigated = [
        s for s in stories
        if "County" in s.body and s.outcome in (Outcome.UPHELD, Outcome.NOT_UPHELD)
    ]  # fmt: skip
    assert one.funnels[0].cases == len(investigated)


def test_a_ranking_puts_those_with_too_few_at_the_end(tmp_path: Path) -> None:
    stories = [Story(f"24 001 {n:03}", body="Few Council") for n in range(3)]
    stories += [
        Story(f"24 002 {n:03}", body="Many Council",
              outcome=Outcome.UPHELD if n % 2 else Outcome.NOT_UPHELD)
        for n in range(24)
    ]  # fmt: skip
    with archive_of(tmp_path, stories) as archive:
        ranked = answer(archive.engine, Question(by=("body",), rank=True), today=TODAY)
        plain = answer(archive.engine, Question(by=("body",)), today=TODAY)
    assert [row.key[0] for row in ranked.rows] == ["Many Council", "Few Council"]
    assert [row.key[0] for row in plain.rows] == ["Few Council", "Many Council"]
    assert any("rank says little" in note for note in ranked.notes)
    assert not any("rank says little" in note for note in plain.notes)


# --- what is whole ----------------------------------------------------------------------------


def _gaps(archive: Archive, by: str, **asked: object) -> dict[str, tuple[Gap, ...]]:
    question = Question(by=(by,), **asked)  # type: ignore[arg-type]  # filters by name
    figures = answer(archive.engine, question, today=TODAY)
    return {key[0]: why for key, why in figures.gaps.items()}


def test_years_are_whole_only_where_the_books_prove_it(tmp_path: Path) -> None:
    days = [date(year, 7, 1) for year in range(2017, 2027)]
    stories = [Story(f"24 000 {n:03}", day=day) for n, day in enumerate(days)]
    with archive_of(
        tmp_path,
        stories,
        proven=(date(2010, 1, 1), date(2026, 11, 22)),
        began=noon(2025, 9, 1),
    ) as archive:
        gaps = _gaps(archive, "year")
        cut = _gaps(archive, "year", first=date(2022, 2, 1))
        by_body = answer(archive.engine, Question(by=("body",)), today=TODAY)
    # It began on 1 September 2025: what was decided before 1 September 2020 may have gone.
    assert gaps["2019"] == (Gap.LEFT,)
    assert gaps["2020"] == (Gap.LEFT,)
    assert gaps["2021"] == ()
    assert gaps["2026"] == (Gap.FILLING,)
    assert cut["2022"] == (Gap.CUT,)
    assert ("2020-08", (Gap.LEFT,)) in by_body.span_gaps
    assert "2020-09" not in dict(by_body.span_gaps)


def test_without_a_proof_nothing_is_whole(tmp_path: Path) -> None:
    with archive_of(tmp_path, [Story("24 000 001", day=date(2024, 5, 1))]) as archive:
        assert _gaps(archive, "month") == {"2024-05": (Gap.UNPROVEN,)}


def test_a_month_in_the_middle_without_decisions_is_a_row_of_zeros(tmp_path: Path) -> None:
    stories = [Story("24 000 001", day=date(2024, 5, 1)), Story("24 000 002", day=date(2024, 7, 1))]
    with archive_of(tmp_path, stories) as archive:
        figures = answer(archive.engine, Question(by=("month",)), today=TODAY)
    assert [(row.key[0], row.decisions) for row in figures.rows] == [
        ("2024-05", 1), ("2024-06", 0), ("2024-07", 1),
    ]  # fmt: skip


def _ledger(*proven: tuple[date, date], left: date | None = None) -> Ledger:
    return Ledger(proven, {}, filling_from=date(2026, 8, 1), left_before=left)


def test_one_unproven_day_is_enough() -> None:
    span = year_span("2024")
    whole = (date(2023, 1, 1), date(2025, 1, 1))
    assert _ledger(whole).gaps(span) == ()
    parts = (date(2023, 1, 1), date(2024, 6, 3)), (date(2024, 6, 5), date(2025, 1, 1))
    assert _ledger(*parts).gaps(span) == (Gap.UNPROVEN,)
    missing = Ledger((whole,), {"2024-02": 1}, date(2026, 8, 1), None)
    assert missing.gaps(span) == (Gap.UNPROVEN,)
    assert missing.gaps(year_span("2023")) == ()


def test_half_of_a_year_gone_is_not_most_of_it() -> None:
    everything = (date(2000, 1, 1), date(2026, 11, 22))
    span = year_span("2021")
    assert _ledger(everything, left=date(2021, 7, 2)).gaps(span) == (Gap.PARTLY_LEFT,)
    assert _ledger(everything, left=date(2021, 7, 3)).gaps(span) == (Gap.LEFT,)
    assert _ledger(everything, left=date(2021, 1, 1)).gaps(span) == ()


def test_what_had_left_follows_from_the_runs() -> None:
    assert left_before([]) is None
    assert left_before([Run(date(2024, 2, 29), None)]) == date(2019, 2, 28)
    # A run that asked only from 2023 on says nothing about what stood there before.
    assert left_before([Run(date(2024, 1, 1), date(2023, 1, 1))]) == date(2023, 1, 1)
    runs = [Run(date(2024, 1, 1), date(2023, 1, 1)), Run(date(2025, 1, 1), None)]
    assert left_before(runs) == date(2020, 1, 1)


def test_spans_that_touch_are_one_and_scopes_must_agree() -> None:
    day = date(2024, 1, 1)
    spans = [(day + timedelta(n * 10), day + timedelta(n * 10 + 9)) for n in range(3)]
    assert joined([spans[2], spans[0], spans[1]]) == [(day, day + timedelta(29))]
    assert in_all([[spans[0], spans[1]], [spans[1], spans[2]]]) == [spans[1]]
    assert in_all([]) == []

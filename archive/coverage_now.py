"""What the archive covers at this moment, for a proof of a search: no SQLAlchemy, one view.

The figures by month are those of ``decisions coverage`` (``archive.coverage`` counts both). Beside
them every span of dates that is not proven complete is named, because a search cannot find what was
never fetched.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import UTC, date, datetime, timedelta

from archive.coverage import PROVEN, Asked, ListedEntry, Row, shares, tabulate
from archive.evidence import instant
from archive.lag import filling_days, spread
from archive.reader import Run


def coverage_now(run: Run, source_id: int, *, today: date) -> dict[str, object]:
    """Coverage of one source in JSON's types; days and instants in ISO form.

    ``open_windows`` are spans of decision dates whose full listing did not give what the site
    states (or was not finished), ``never_asked`` days between the first and today that no listing
    was asked for. Both empty, and nothing missing, means that the archive holds everything the site
    listed when each window was last proven (``proven_since``: the oldest proof).
    """
    bodies = _bodies(run, source_id)
    scopes = {body: _windows(run, source_id, body) for body in bodies}
    growing = filling_days(spread(_lags(run, source_id)))
    entries = _entries(run, source_id)
    rows = tabulate(
        [asked for asked, _ in scopes.values()],
        entries,
        _held(run, source_id),
        today=today,
        filling_days=growing,
    )
    states = Counter(window.state for asked, _ in scopes.values() for window in asked)
    proofs = [
        window.proven_at
        for asked, _ in scopes.values()
        for window in asked
        if window.state == PROVEN and window.proven_at is not None
    ]
    return {
        "only": [body for body in bodies if body],
        "windows": dict(sorted(states.items())),
        "proven_since": instant(min(proofs, default=None)),
        "last_crawl_ended": _last_crawl(run, source_id),
        "open_windows": [
            _window_json(window, found, body)
            for body, (asked, founds) in scopes.items()
            for window, found in zip(asked, founds, strict=True)
            if window.state != PROVEN
        ],
        "never_asked": [
            {"first_day": first.isoformat(), "last_day": last.isoformat(), "only": body or None}
            for body, (asked, _) in scopes.items()
            for first, last in _gaps(asked, rows, today)
        ],
        "parts_not_adding_up": list(_splits_off(run, source_id, bodies)),
        "held": sum(row.held for row in rows),
        "listed_and_missing": sum(row.missing for row in rows),
        "listed_and_unavailable": sum(row.unavailable for row in rows),
        "listed_without_date": sum(entry.day is None for entry in entries),
        "still_filling_from": (today - timedelta(days=growing)).isoformat(),
        "months": [_row_json(row) for row in rows],
    }


def _bodies(run: Run, source_id: int) -> list[str]:
    """The crawl scopes: ``[""]`` once everything was asked for, else each council."""
    asked = {
        str(row[0])
        for row in run(
            "SELECT DISTINCT body FROM crawl WHERE source_id = :source", {"source": source_id}
        )
    }
    return [""] if "" in asked or not asked else sorted(asked)


def _windows(run: Run, source_id: int, body: str) -> tuple[list[Asked], list[int | None]]:
    """The windows that are not split, by day, and what the last full listing of each found."""
    scope = {"source": source_id, "body": body}
    begun = sorted(
        _moment(row[0])
        for row in run(
            "SELECT started_at FROM crawl WHERE source_id = :source AND body = :body", scope
        )
    )
    rows = run(
        "SELECT first_day, last_day, state, stated, found, proven_at FROM listing_window "
        "WHERE source_id = :source AND body = :body AND state <> 'split' "
        "ORDER BY first_day, last_day",
        scope,
    )
    asked = []
    for first, last, state, stated, _, proven in rows:
        proven_at = None if proven is None else _moment(proven)
        run_at = proven_at
        if proven_at is not None and (place := bisect_right(begun, proven_at)):
            run_at = begun[place - 1]
        asked.append(Asked(_day(first), _day(last), str(state), stated, proven_at, run_at))
    return asked, [row[4] for row in rows]


def _entries(run: Run, source_id: int) -> list[ListedEntry]:
    rows = run(
        "SELECT COALESCE(l.decided_on, d.decided_on), l.state, l.last_listed_at FROM listed l "
        "LEFT JOIN decision d ON d.id = l.decision_id WHERE l.source_id = :source",
        {"source": source_id},
    )
    return [
        ListedEntry(None if day is None else _day(day), str(state), _moment(seen))
        for day, state, seen in rows
    ]


def _held(run: Run, source_id: int) -> list[tuple[date, str]]:
    rows = run(
        "SELECT decided_on, status FROM decision WHERE source_id = :source", {"source": source_id}
    )
    return [(_day(day), str(status)) for day, status in rows]


def _lags(run: Run, source_id: int) -> list[int]:
    rows = run(
        "SELECT lag_days FROM decision WHERE source_id = :source AND lag_days IS NOT NULL",
        {"source": source_id},
    )
    return [int(row[0]) for row in rows]


def _last_crawl(run: Run, source_id: int) -> str | None:
    rows = run(
        "SELECT MAX(finished_at) FROM crawl WHERE source_id = :source", {"source": source_id}
    )
    return instant(rows[0][0])


def _splits_off(run: Run, source_id: int, bodies: Sequence[str]) -> Iterator[dict[str, object]]:
    """Split windows whose parts do not add up to what the site states for the whole."""
    for body in bodies:
        rows = run(
            "SELECT first_day, last_day, stated, found FROM listing_window "
            "WHERE source_id = :source AND body = :body AND state = 'split' "
            "AND (found IS NULL OR stated <> found) ORDER BY first_day",
            {"source": source_id, "body": body},
        )
        for first, last, stated, found in rows:
            yield {
                "first_day": _day(first).isoformat(),
                "last_day": _day(last).isoformat(),
                "stated": stated,
                "found": found,
                "only": body or None,
            }


def _gaps(asked: Sequence[Asked], rows: Sequence[Row], today: date) -> Iterator[tuple[date, date]]:
    """Days up to today that no window covers, from the first of which there is anything."""
    days = [share.first for share in shares(asked)] + [row.first_day for row in rows]
    if not days or not asked:
        return
    next_day = min(days)
    for share in shares(asked):
        if share.first > next_day:
            yield next_day, share.first - timedelta(days=1)
        next_day = max(next_day, share.last + timedelta(days=1))
    if next_day <= today:
        yield next_day, today


def _window_json(window: Asked, found: int | None, body: str) -> dict[str, object]:
    return {
        "first_day": window.first_day.isoformat(),
        "last_day": window.last_day.isoformat(),
        "state": window.state,
        "stated": window.stated,
        "found": found,
        "only": body or None,
    }


def _row_json(row: Row) -> dict[str, object]:
    shape = asdict(row)
    for name in ("first_day", "last_day"):
        shape[name] = shape[name].isoformat()
    shape["proven_at"] = instant(row.proven_at)
    shape["month"] = shape.pop("name")
    return shape


def _day(value: object) -> date:
    return value if isinstance(value, date) else date.fromisoformat(str(value))


def _moment(value: object) -> datetime:
    moment = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)

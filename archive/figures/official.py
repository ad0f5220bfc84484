"""The Ombudsman's own figures beside ours: matched by name or code, never by likeness.

A row's council is the body with its very name, a spelling with the same key, or its GSS code. Rows
that fit none, or more than one, and bodies of ours that no row names, are listed. The Ombudsman
counts all decisions, this archive published ones, so the share of both is the share published (and
what a wrong match or a missing page would do to it).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from archive.body_names import body_key
from archive.body_reading import Body
from archive.figures.counting import Row
from archive.figures.official_file import OfficialRow, OfficialTable
from archive.figures.rates import Rate, rate


@dataclass(frozen=True, slots=True)
class Beside:
    """A row of theirs with ours; ``ours`` None: nothing of it was counted here."""

    theirs: OfficialRow
    body: str
    ours: Row | None

    @property
    def official_rate(self) -> Rate | None:
        """Upheld of those investigated, by their table."""
        upheld, rest = self.theirs.figures["upheld"], self.theirs.figures["not_upheld"]
        return None if upheld is None or rest is None else rate(upheld, upheld + rest)


@dataclass(frozen=True, slots=True)
class Matched:
    """What fits, what of theirs does not (with the reason), and names of ours without a row."""

    beside: tuple[Beside, ...]
    unmatched: tuple[tuple[OfficialRow, str], ...]
    only_ours: tuple[str, ...]


def match(table: OfficialTable, bodies: Iterable[Body], rows: Sequence[Row]) -> Matched:
    """``rows`` are ours, by body, of the same year."""
    held = list(bodies)
    by_key: dict[str, set[str]] = defaultdict(set)
    by_code: dict[str, set[str]] = defaultdict(set)
    for body in held:
        for spelling in (body.name, *(each.name for each in body.spellings)):
            by_key[body_key(spelling)].add(body.name)
        if body.gss_code is not None:
            by_code[body.gss_code].add(body.name)
    ours = {row.key[0]: row for row in rows}
    found: list[tuple[OfficialRow, str]] = []
    unmatched: list[tuple[OfficialRow, str]] = []
    for row in table.rows:
        names = by_key.get(body_key(row.name)) or by_code.get(row.gss_code or "", set())
        if len(names) == 1:
            found.append((row, next(iter(names))))
        else:
            unmatched.append((row, _why(names)))
    counts: dict[str, int] = defaultdict(int)
    for _, name in found:
        counts[name] += 1
    beside = [Beside(row, name, ours.get(name)) for row, name in found if counts[name] == 1]
    unmatched += [(row, f"{name} has several rows") for row, name in found if counts[name] > 1]
    named = {name for _, name in found}
    return Matched(
        tuple(beside),
        tuple(sorted(unmatched, key=lambda each: each[0].line)),
        tuple(name for name in ours if name not in named),
    )


def _why(names: set[str]) -> str:
    return f"may be any of {'; '.join(sorted(names))}" if names else "no council here of that name"


def official_json(found: Matched) -> dict[str, object]:
    """The versioned shape beside that of the figures."""
    return {
        "rows": [
            {
                "line": each.theirs.line,
                "name": each.theirs.name,
                "body": each.body,
                "official": each.theirs.figures,
                "official_rate": None if (r := each.official_rate) is None else r.share,
                "ours": None if each.ours is None else _counts(each.ours),
                "our_rate": None
                if each.ours is None or (o := each.ours.uphold_rate) is None
                else o.share,
                "odd": list(each.theirs.odd),
            }
            for each in found.beside
        ],
        "unmatched": [
            {"line": row.line, "name": row.name, "why": why} for row, why in found.unmatched
        ],
        "only_ours": list(found.only_ours),
    }


def _counts(row: Row) -> Mapping[str, int]:
    return {"upheld": row.upheld, "not_upheld": row.not_upheld, "closed": row.closed}


def official_lines(found: Matched) -> Iterator[str]:
    """A table with their figures and ours side by side, and what did not fit."""
    head = ("council", "upheld: theirs", "ours", "not upheld: theirs", "ours", "rate: theirs",
            "ours")  # fmt: skip
    lines = [head, *(_cells(each) for each in found.beside)]
    widths = [max(len(line[at]) for line in lines) for at in range(len(head))]
    for line in lines:
        cells = [line[0].ljust(widths[0])]
        cells += [cell.rjust(width) for cell, width in zip(line[1:], widths[1:], strict=True)]
        yield "  ".join(cells).rstrip()
    yield ""
    yield (
        "Theirs: the Ombudsman's own table, of all decisions. Ours: published ones in this archive."
        " They differ by what is not published, what had left the site and what is counted when."
    )
    for each in found.beside:
        for odd in each.theirs.odd:
            yield f"line {each.theirs.line}, {each.theirs.name}: {odd}"
    if found.unmatched:
        yield f"Rows of theirs that fit no one council here ({len(found.unmatched):,}):"
        for row, why in found.unmatched:
            yield f"  line {row.line}: {row.name} ({why})"
    if found.only_ours:
        yield f"Counted here, without a row of theirs ({len(found.only_ours):,}):"
        for name in found.only_ours:
            yield f"  {name}"


def _cells(each: Beside) -> tuple[str, ...]:
    theirs, ours = each.theirs.figures, each.ours
    our_rate = None if ours is None else ours.uphold_rate
    return (
        each.body,
        _number(theirs["upheld"]),
        _number(0 if ours is None else ours.upheld),
        _number(theirs["not_upheld"]),
        _number(0 if ours is None else ours.not_upheld),
        "" if each.official_rate is None else f"{each.official_rate.share:.0%}",
        "" if our_rate is None else f"{our_rate.share:.0%}",
    )


def _number(value: int | None) -> str:
    return "?" if value is None else f"{value:,}"

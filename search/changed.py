"""Which changes of the archive a search is told of: what feeds show, and what alerts send.

A search answers with decisions; a feed of it says what happened to them: added, amended, gone,
back, erased. ``derived`` changes are never told: our reading changed then, not the text. Each
change is told once, under its number, the newest first.

Which decisions count as answering (``answering``):

- Those that may be shown: as in a search now, with the text as it stands now. One whose amended
  text answers no more is not told of, unless the asker has *seen* it.
- Those that are withheld (withdrawn before their time, restricted): of them a reference, a date
  and a notice are told, and nobody may learn from a feed what else stands in them, be it a word,
  about whom they are, or what was decided. So they answer only a search that asks for nothing but
  what is told: source, reference, date, status (``of_what_is_told``). A search with a word, a
  council, a category, an outcome, an Act or a sum in it is never told of them: that they are in it
  would say so.
- Those erased have no header left: they answer only the search for everything.
- Those that the asker has seen (``changed(..., seen=…)``): always, withheld and erased ones too.
  This is for a watch, which keeps the numbers of the decisions it has sent, so that it can say of
  each that it was amended or taken down since. It tells its reader nothing new about the words:
  that they were there was sent before. A public feed has seen nothing.

What is told of a withheld decision is its reference, its date and a notice (``Changed.event``
without title, names and address, an empty ``head``).

How a watch uses it: keep a number (``through`` of the last run that was sent) and the set of
``decision_id`` sent; ask ``changed(…, after=number, limit=None, seen=that set)``; send; then keep
the new ``through`` and the grown set. ``through`` is never beyond what the index knows, so a change
is not passed over because the index came later. After a restored backup the numbers mean nothing
(``Archive.epoch``): begin anew.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

from archive.history import Event, events_named, newest_first
from archive.passing_on import RESTRICTED_NOTICE, WITHDRAWN_NOTICE
from archive.reader import HitTexts
from archive.records import Status
from archive.store import Archive
from search.evaluate import over
from search.index import Index
from search.opening import OpenIndex
from search.query import check, whole_reference
from search.request import SearchRequest, read
from search.tree import And, Days, Everything, Filter, Node, Not, Or

TOLD = frozenset(("status", "source", "ref"))
"""Filters, besides dates, that ask only for what is told of a withheld decision too."""


@dataclass(frozen=True, slots=True)
class Answering:
    """The decisions that answer, by number; None for all there are and were.

    ``through`` is the newest change that the index knows, None where none was asked.
    """

    numbers: frozenset[int] | None
    through: int | None = None


@dataclass(frozen=True, slots=True)
class Changed:
    """One change of a decision that answers.

    ``head`` has the columns of ``archive.reader.HEAD_COLUMNS``; it is empty where the decision is
    withheld or erased, and then ``event`` has neither title nor names nor address. ``notice`` is
    what a reader must know, None for an ordinary one.
    """

    event: Event
    head: Mapping[str, object] = field(default_factory=dict)
    notice: str | None = None


@dataclass(frozen=True, slots=True)
class Changes:
    """Changes, the newest first. ``through``: all up to this number were looked at. ``before`` is
    where the next, older page begins (give it as ``before``); None at the end."""

    entries: tuple[Changed, ...]
    through: int
    before: int | None = None


def changed(
    archive: Archive,
    texts: HitTexts,
    index: Index,
    asked: SearchRequest | Node,
    *,
    after: int = 0,
    before: int | None = None,
    limit: int | None = 50,
    seen: Collection[int] = (),
    withdrawn: bool = False,
) -> Changes:
    """The changes behind ``after`` and before ``before`` of decisions that answer.

    ``limit`` None is all of them. Order, offset and facets of a request mean nothing here.
    ``withdrawn``: the local operator asked for the words of withdrawn decisions too
    (``archive.passing_on.withheld``). Raises QueryError and IndexUnusable.
    """
    which = answering(texts, index, asked, withdrawn=withdrawn)
    newest = archive.last_change_id()
    through = newest if which.through is None else min(newest, which.through)
    end = through + 1 if before is None else min(before, through + 1)
    wanted = which.numbers
    told: list[int] = []
    more = None
    for number, decision_id in newest_first(archive, after=after, before=end):
        if wanted is not None and decision_id not in wanted and decision_id not in seen:
            continue
        if limit is not None and len(told) == limit:
            more = told[-1]
            break
        told.append(number)
    events = events_named(archive, told)
    return Changes(tuple(as_told(texts, events, withdrawn=withdrawn)), through, more)


def answering(
    texts: HitTexts, index: Index, asked: SearchRequest | Node, *, withdrawn: bool = False
) -> Answering:
    """The decisions that answer now. Raises QueryError and IndexUnusable."""
    node = read(asked) if isinstance(asked, SearchRequest) else asked
    if isinstance(node, Everything):
        return Answering(None)
    hidden = frozenset() if of_what_is_told(node) else hidden_from_others(texts, withdrawn)

    def work(opened: OpenIndex) -> Answering:
        check(opened, texts)
        evaluation = over(opened, hidden)
        wanted: Node = node
        if isinstance(asked, SearchRequest):
            wanted = whole_reference(evaluation, asked, node)
        docs = evaluation.scores(wanted)
        numbers = evaluation.column("number", docs).values()
        return Answering(frozenset(numbers), opened.manifest.cursor)

    found = index.read(work)
    if not found.numbers:
        index.examine()
    return found


def as_told(texts: HitTexts, events: Sequence[Event], *, withdrawn: bool = False) -> list[Changed]:
    """Events with the heads of their decisions as others may see them, in the same order."""
    held = texts.decisions(list(dict.fromkeys(event.decision_id for event in events)))
    # Asked last: what was restricted while we read is not told.
    restricted = texts.restricted()
    closed = hidden_from_others(texts, withdrawn)
    found = []
    for event in events:
        number = event.decision_id
        head = held.get(number, {})
        notice = None
        if number in restricted:
            notice = RESTRICTED_NOTICE
        elif number in closed or head.get("status") == Status.WITHDRAWN:
            notice = WITHDRAWN_NOTICE
        shown = bool(head) and number not in closed
        found.append(Changed(event, head, notice) if shown else Changed(bare(event), {}, notice))
    return found


def bare(event: Event) -> Event:
    """An event without what its decision is called and where it stood."""
    return replace(event, title=None, body=None, body_name=None, url=None)


def hidden_from_others(texts: HitTexts, withdrawn: bool) -> frozenset[int]:
    """The decisions whose words are not passed on; ``withdrawn`` as in ``passing_on.withheld``."""
    restricted = texts.restricted()
    return restricted if withdrawn else restricted | texts.withdrawn()


def of_what_is_told(node: Node) -> bool:
    """Whether a tree asks only for what is told of a withheld decision too."""
    match node:
        case Everything() | Days():
            return True
        case Filter(name):
            return name in TOLD
        case Not(item):
            return of_what_is_told(item)
        case And(items) | Or(items):
            return all(of_what_is_told(item) for item in items)
        case _:
            return False

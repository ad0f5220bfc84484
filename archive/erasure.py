"""An erasure from its order to its end, in steps that may be cut short anywhere.

1. The tombstone is written to ``erased.jsonl`` beside the archive and is on the disk.
2. One transaction deletes the rows and enters the tombstone (``archive.erasing``).
3. Everything that still has the words is cleaned: index, log, automatic backups, the free pages of
   the database file, its write-ahead log. Each step that is done is noted with the tombstone.

Whoever opens the archive to write goes on where a killed run stopped; so does a database that was
put back from a backup, because its list of tombstones is compared with the file's.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine

from archive import tombstone_file, tombstone_rows
from archive.config import Config
from archive.erase_backups import clean_backups
from archive.erase_files import clean_home
from archive.erase_space import Space
from archive.erasing import Matches, find, remove
from archive.errors import DecisionsError, NotCleaned
from archive.ports import SearchIndex
from archive.store import Archive
from archive.tombstone_rows import STEPS, Erasure, steps_left
from archive.tombstones import Erased, Tombstone, readable

Tell = Callable[[str], None]
"""Hears what is being done, and what a person must know or do."""

NOT_HELD_STEPS = ("log", "backups")
"""What may have the words of a decision that this database does not hold."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What is left to clean, by step, and why. Nothing: the erasures are complete."""

    left: dict[str, str]

    @property
    def complete(self) -> bool:
        return not self.left


def apply_tombstones(engine: Engine, stones: Sequence[Tombstone], *, at: datetime) -> Matches:
    """Delete what the tombstones stand for, and enter those that the database has not, at once.

    For a database of this version's schema whose writer the caller is. What was deleted is still in
    free pages and in the index; ``carry_on`` sees to that.
    """
    with engine.begin() as connection:
        known = tombstone_rows.known_tokens(connection)
        new = [stone for stone in stones if stone.token not in known]
        if not new:
            return Matches()
        erased = Erased(new)
        found = find(connection, erased)
        numbers = remove(connection, erased, found, at)
        left = STEPS if found else NOT_HELD_STEPS
        tombstone_rows.add(connection, new, numbers, left, at)
        return found


def order(
    archive: Archive, config: Config, stones: Sequence[Tombstone], *, at: datetime
) -> Matches:
    """Steps 1 and 2 for new tombstones. Raises ArchiveError with nothing deleted."""
    tombstone_file.append(config.erased_file, stones)
    return apply_tombstones(archive.engine, stones, at=at)


def agree(archive: Archive, config: Config, *, at: datetime) -> Matches:
    """Carry out what the list beside the archive has and the database has not, and the other way
    round: write into the list what only the database knows.

    A damaged row stays in the database, where its hashes go on working; in the list it could not be
    read back, and one bad line would stop every command.
    """
    listed = tombstone_file.read(config.erased_file)
    with archive.engine.connect() as connection:
        held = [erasure.stone for erasure in tombstone_rows.load(connection)]
    in_file = {stone.token for stone in listed}
    missing = [stone for stone in held if stone.token not in in_file and readable(stone)]
    if missing:
        tombstone_file.append(config.erased_file, missing)
    in_rows = {stone.token for stone in held}
    if all(token in in_rows for token in in_file):
        return Matches()
    return apply_tombstones(archive.engine, listed, at=at)


def waiting(archive: Archive, config: Config) -> list[Tombstone]:
    """What the list has and the database has not yet: a run that was killed at the very beginning,
    or a database that was put back. The next writing command carries it out."""
    listed = tombstone_file.read(config.erased_file)
    with archive.engine.connect() as connection:
        known = tombstone_rows.known_tokens(connection)
    return [stone for stone in listed if stone.token not in known]


def erasures(archive: Archive) -> list[Erasure]:
    """Every erasure of the archive, in the order they were made."""
    with archive.engine.connect() as connection:
        return tombstone_rows.load(connection)


def carry_on(
    archive: Archive,
    config: Config,
    *,
    at: datetime,
    index: Callable[[], SearchIndex] | None,
    tell: Tell,
    patient: bool = True,
) -> Outcome:
    """Do what is left to do of all erasures; a step that fails is left for the next time.

    ``index`` gives the index of this home; without it that step is left. ``patient`` waits half a
    minute for readers of the database, else two seconds.
    """
    held = erasures(archive)
    left: dict[str, str] = {}
    stones = {erasure.stone.token: erasure.stone for erasure in held}
    space = Space(config, patient=patient)

    def clean_index() -> None:
        if index is None:
            raise NotCleaned("the index is not at hand here; run `decisions index`")
        clinging = index().forget(archive)
        if clinging:
            raise NotCleaned(
                f"a search still reads {', '.join(clinging)}; run `decisions erase --resume` "
                "when it has ended"
            )

    def clean_log() -> None:
        clean_home(config, Erased(list(stones.values())), tell)

    def clean_copies() -> None:
        clean_backups(config, list(stones.values()), at=at, tell=tell)

    work: dict[str, tuple[str, Callable[[], None]]] = {
        "index": ("writing the index anew", clean_index),
        "log": ("looking through the log and the other files of the home", clean_log),
        "backups": ("cleaning automatic backups", clean_copies),
        "vacuum": ("writing the database file anew", lambda: space.vacuum(tell)),
        "wal": ("emptying the write-ahead log", space.truncate),
    }
    for step in steps_left(held):
        what, run = work[step]
        tell(f"{what} …")
        if step == "wal" and "vacuum" in left:
            left[step] = left["vacuum"]  # There would be something to empty again.
            continue
        try:
            run()
        except (DecisionsError, OSError) as error:
            left[step] = f"{what}: {error}"
            continue
        with archive.engine.begin() as connection:
            tombstone_rows.is_done(connection, step, at)
    return Outcome(left)


def resume(
    archive: Archive,
    config: Config,
    *,
    at: datetime,
    index: Callable[[], SearchIndex] | None,
    tell: Tell,
) -> None:
    """What every writing command does first. Costs one look at a small table and a small file.

    What cannot be cleaned now is told and stops nobody; a list that cannot be read raises
    ArchiveError, because an erased text could come back.
    """
    found = agree(archive, config, at=at)
    if found.decisions:
        tell(
            f"{len(found.decisions)} decision(s) that this archive held again were erased, as "
            f"{config.erased_file} says"
        )
    if not steps_left(erasures(archive)):
        return
    tell("an erasure is not complete; going on with it")
    outcome = carry_on(archive, config, at=at, index=index, tell=tell, patient=False)
    for why in outcome.left.values():
        tell(f"the erasure is still not complete: {why}")


def must_be_complete(outcome: Outcome) -> None:
    """Raise NotCleaned saying what is left."""
    if outcome.complete:
        return
    raise NotCleaned(
        "the decision is erased from the archive, but cleaning up is not complete: "
        + "; ".join(dict.fromkeys(outcome.left.values()))
        + ". The next writing command goes on, or `decisions erase --resume`"
    )

"""Tombstones in the database: which there are, what of each is not cleaned yet, and the key."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, insert, select, update

from archive.ledger import ArchiveMetaRow, ErasedRow
from archive.models import SourceRow
from archive.tombstones import Erased, Tombstone

_META = "erasure_key"

STEPS = ("index", "log", "backups", "vacuum", "wal")
"""What is cleaned after the rows are gone, in this order. ``log`` is everything in the home that is
neither database, index nor backup."""


@dataclass(frozen=True, slots=True)
class Erasure:
    """A tombstone as the archive keeps it. ``left`` is what is not cleaned yet."""

    id: int
    stone: Tombstone
    decision_id: int | None
    left: tuple[str, ...]
    finished_at: datetime | None


def key_of(connection: Connection) -> str:
    """The archive's own key for new tombstones, made when it is first asked for."""
    found = connection.execute(
        select(ArchiveMetaRow.value).where(ArchiveMetaRow.key == _META)
    ).scalar_one_or_none()
    if found is None:
        found = secrets.token_hex(32)
        connection.execute(insert(ArchiveMetaRow).values(key=_META, value=found))
    return found


def load(connection: Connection) -> list[Erasure]:
    """Every erasure, in the order they were made."""
    rows = connection.execute(select(ErasedRow.__table__).order_by(ErasedRow.id))
    return [
        Erasure(
            id=row.id,
            stone=Tombstone(
                token=row.token,
                source=row.source,
                hash_key=row.hash_key,
                reference_hash=row.reference_hash,
                url_hashes=tuple(json.loads(row.url_hashes)),
                erased_at=row.erased_at,
                reason=row.reason,
            ),
            decision_id=row.decision_id,
            left=tuple(json.loads(row.left_to_do)),
            finished_at=row.finished_at,
        )
        for row in rows
    ]


def add(
    connection: Connection,
    stones: Iterable[Tombstone],
    decision_ids: Mapping[str, int],
    left: Sequence[str],
    at: datetime,
) -> None:
    """Enter tombstones. ``decision_ids`` has the number of the decision by token, where held."""
    for stone in stones:
        connection.execute(
            insert(ErasedRow).values(
                token=stone.token,
                source=stone.source,
                hash_key=stone.hash_key,
                reference_hash=stone.reference_hash,
                url_hashes=json.dumps(stone.url_hashes),
                erased_at=stone.erased_at,
                reason=stone.reason,
                decision_id=decision_ids.get(stone.token),
                left_to_do=json.dumps(list(left)),
                finished_at=None if left else at,
            )
        )


def known_tokens(connection: Connection) -> set[str]:
    """The tokens of all erasures that this database has carried out, or is carrying out."""
    return set(connection.execute(select(ErasedRow.token)).scalars())


def is_erased(connection: Connection, source_id: int, reference: str) -> bool:
    """Whether a reference of a source was erased; read anew each time."""
    if connection.execute(select(func.count()).select_from(ErasedRow)).scalar_one() == 0:
        return False
    source = connection.execute(select(SourceRow.key).where(SourceRow.id == source_id)).scalar_one()
    return Erased([each.stone for each in load(connection)]).reference(reference, source)


def is_done(connection: Connection, step: str, at: datetime) -> None:
    """A step is done for every erasure that waited for it."""
    for erasure in load(connection):
        if step in erasure.left:
            left = [each for each in erasure.left if each != step]
            connection.execute(
                update(ErasedRow)
                .where(ErasedRow.id == erasure.id)
                .values(left_to_do=json.dumps(left), finished_at=None if left else at)
            )


def steps_left(erasures: Iterable[Erasure]) -> list[str]:
    """What is still to be done for any of them, in the order of ``STEPS``."""
    waiting = {step for erasure in erasures for step in erasure.left}
    return [step for step in STEPS if step in waiting]


class ErasedNow:
    """The erasures as a connection sees them, read again only when one was added."""

    def __init__(self) -> None:
        self._newest: int | None = -1
        self._erased = Erased(())

    def of(self, connection: Connection) -> Erased:
        """What must not come in. Costs one look at the largest number while nothing is new."""
        newest = connection.execute(select(func.max(ErasedRow.id))).scalar_one()
        if newest != self._newest:
            self._erased = Erased([erasure.stone for erasure in load(connection)])
            self._newest = newest
        return self._erased

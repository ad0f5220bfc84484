"""Writing to one generation of an index, with either codec: documents, deletions, merges.

What this module does not do: follow the archive, or say when an index is whole (``search.index``).
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from archive.errors import LockedError
from search.damage import damage
from search.schema import ARRAYS

if TYPE_CHECKING:
    from archive.records import StoredDecision

POOL_MEGABYTES = 64
"""Postings that the stock codec keeps in memory before they are written out and merged."""

LARGEST = 0x10000
"""Documents of a segment of ours: so many can be numbered with two bytes."""

MOST_JOBS = 2
"""Processes that a build can use."""

NAME = "MAIN"


def whoosh_index(folder: Path, codec: str) -> Any:
    """Whoosh's own index object for a generation."""
    from whoosh.filedb.filestore import FileStorage
    from whoosh.index import FileIndex

    from search.field_types import schema

    return FileIndex(FileStorage(str(folder)), schema=schema(codec), indexname=NAME)


def create(folder: Path, codec: str) -> None:
    """Make an empty index in a directory that is there."""
    from whoosh.filedb.filestore import FileStorage
    from whoosh.index import FileIndex

    from search.field_types import schema

    FileIndex.create(FileStorage(str(folder)), schema(codec), NAME)


@contextlib.contextmanager
def writing(folder: Path, codec: str, jobs: int = 1) -> Iterator[Any]:
    """A Whoosh writer that is cancelled, and its lock freed, when the block is left by an error."""
    from whoosh.index import LockError

    with damage("while opening"):
        index = whoosh_index(folder, codec)
        try:
            writer = _writer(index, codec, jobs)
        except LockError:
            raise LockedError("Another run is writing to the search index.") from None
    try:
        yield writer
    except BaseException:
        with contextlib.suppress(Exception):
            writer.cancel()
        raise
    finally:
        writer.pool.cleanup()


def _writer(index: Any, codec: str, jobs: int) -> Any:
    if codec == ARRAYS:
        from search.codec.writer import ArrayWriter

        return ArrayWriter(index, jobs=jobs, timeout=10.0)
    from whoosh.codec import default_codec

    writer = index.writer(codec=default_codec(), compound=False, timeout=10.0)
    from search.runs import Runs

    writer.pool = Runs(index.storage.folder, megabytes=POOL_MEGABYTES)
    return writer


def add(writer: Any, codec: str, stored: StoredDecision) -> None:
    """Add a decision to what the writer will commit."""
    from search.schema import array_document, document

    if codec == ARRAYS:
        writer.add_document(**array_document(stored))
    else:
        writer.add_document(**document(stored))


def jobs_for(asked: int | None) -> int:
    """How many processes build an index: as asked, else one a core (2)."""
    from archive.spawned import cores

    return asked or min(cores(), MOST_JOBS)


def build(folder: Path, codec: str, decisions: Iterable[StoredDecision], jobs: int = 1) -> int:
    """Fill an empty index; returns how many decisions were written.

    Ours has as many segments as it takes, each complete before the next is begun. With two
    ``jobs`` a second process works on it too, where there is enough to do; the files are the same.
    """
    create(folder, codec)
    written = 0
    rest = iter(decisions)
    more = True
    while more:
        more = False
        with writing(folder, codec, jobs) as writer:
            for stored in rest:
                add(writer, codec, stored)
                written += 1
                if codec == ARRAYS and writer.docnum >= LARGEST:
                    more = True
                    break
            writer.commit(merge=False)
    return written


def delete(writer: Any, numbers: Iterable[int]) -> None:
    """Mark the decisions of these numbers deleted."""
    reader = writer.reader()
    try:
        for leaf, offset in reader.leaf_readers():
            for number in numbers:
                term = ("id", str(number).encode("ascii"))
                if term not in leaf:
                    continue
                matcher = leaf.postings(*term)
                while matcher.is_active():
                    writer.delete_document(offset + matcher.id())
                    matcher.next()
    finally:
        reader.close()


def merge_policy(codec: str, *, purge: bool) -> Callable[[Any, Sequence[Any]], list[Any]]:
    """Whoosh's usual merging of small segments, after rewriting those that hold what is deleted.

    A deletion only hides a document. The words of an erased decision must leave the disk, and its
    earlier versions lie hidden in other segments, so ``purge`` rewrites every segment with a
    deletion. Otherwise those that are mostly deleted are, so that the index does not grow with
    every amendment. What would make the new segment larger than ours may be is left: ``purge``
    writes it anew by itself.
    """

    def merge(writer: Any, segments: Sequence[Any]) -> list[Any]:
        from whoosh.writing import MERGE_SMALL

        rest = []
        for segment in segments:
            mostly_deleted = segment.deleted_count() * 2 > segment.doc_count_all()
            wanted = mostly_deleted or (purge and segment.deleted_count())
            if wanted and _has_room(writer.docnum + segment.doc_count(), codec):
                _take(writer, segment)
            else:
                rest.append(segment)
        documents = writer.docnum
        small: list[Any] = []
        large: list[Any] = []
        for segment in sorted(rest, key=lambda one: one.doc_count_all()):
            documents += segment.doc_count_all()
            (small if _has_room(documents, codec) else large).append(segment)
        return [*MERGE_SMALL(writer, small), *large]

    return merge


def _has_room(documents: int, codec: str) -> bool:
    """Whether a segment may have so many documents."""
    return codec != ARRAYS or documents <= LARGEST


def purge(folder: Path, codec: str) -> None:
    """Write every segment anew that has deleted documents, each by itself."""
    while True:
        with damage("while opening"):
            segments = whoosh_index(folder, codec)._segments()
        chosen = [one for one in segments if one.deleted_count()][:1]
        if not chosen:
            return
        with writing(folder, codec) as writer, damage("while writing"):
            writer.commit(mergetype=_merge_of(chosen))


def pack(folder: Path, codec: str) -> None:
    """Write an index out anew in as few segments as may be, without deleted documents."""
    while True:
        with damage("while opening"):
            chosen = to_pack(whoosh_index(folder, codec)._segments(), codec)
        if not chosen:
            return
        with writing(folder, codec) as writer, damage("while writing"):
            writer.commit(mergetype=_merge_of(chosen))


def _merge_of(chosen: Sequence[Any]) -> Callable[[Any, Sequence[Any]], list[Any]]:
    def merge(writer: Any, segments: Sequence[Any]) -> list[Any]:
        for segment in chosen:
            _take(writer, segment)
        return [segment for segment in segments if segment not in chosen]

    return merge


def to_pack(segments: Sequence[Any], codec: str) -> list[Any]:
    """Segments that become one next; none when nothing is left to do.

    Those with deletions first, and whatever small ones still fit.
    """
    ordered = sorted(segments, key=lambda one: (not one.deleted_count(), one.doc_count()))
    chosen: list[Any] = []
    documents = 0
    for one in ordered:
        if chosen and not _has_room(documents + one.doc_count(), codec):
            continue
        chosen.append(one)
        documents += one.doc_count()
    if len(chosen) > 1 or any(one.deleted_count() for one in chosen):
        return chosen
    return []


def _take(writer: Any, segment: Any) -> None:
    from whoosh.reading import SegmentReader

    reader = SegmentReader(writer.storage, writer.schema, segment)
    try:
        writer.add_reader(reader)
    finally:
        reader.close()

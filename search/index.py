"""The index on disk: following the archive's change log, and rebuilding. To read: ``opening``.

``index/manifest.json`` names a generation (``index/gen-000001/``), a Whoosh index with our own
codec (``search.codec``) or, if that was asked for, the stock one. A rebuild makes a new generation
beside the old one and swaps the manifest when it is complete. Following
commits the changed decisions first and moves the manifest's cursor after that, so a run that is
cut short between the two only repeats itself: a decision is removed and added again under its id.

Who writes holds the archive's write lock; nothing here takes another one except Whoosh's own.
Readers take none. Whoosh's multiprocess and asynchronous writers are not used (both lose
documents), nor its compound segments (copied into memory at every opening).
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from archive.kinds import ChangeKind
from search import manifest as manifests
from search import writing
from search.damage import damage
from search.errors import IndexUnusable
from search.manifest import Manifest, SegmentFacts
from search.opening import Opening, reader_of
from search.schema import ARRAYS, STEMMED

if TYPE_CHECKING:
    from archive.ports import ChangeLog
    from archive.records import IndexReport, StoredDecision

REBUILD_ABOVE = 1000
"""Up to this many changed decisions the index is followed, however few there are in all."""

BATCH = 200
"""Decisions asked from the archive at a time."""

MOST_DELETED = 100_000
"""Deleted documents that a manifest names; where there are more, Whoosh's table of contents is read
at each opening, as with the stock codec."""


class Index(Opening):
    """The index of one home, to read and to write."""

    def follow(self, archive: ChangeLog) -> IndexReport:
        """Bring the index in step. Rebuilds by itself where following is impossible.

        Raises IndexUnusable where the disk refuses; what the archive holds is not touched by that.
        """
        with _disk():
            return self._follow(archive)

    def _follow(self, archive: ChangeLog) -> IndexReport:
        from archive.records import IndexReport

        started = time.monotonic()
        try:
            found = manifests.load(self.directory)
            self._check(found)
        except IndexUnusable as error:
            return self.rebuild(archive, reason=str(error))
        self._sweep(keep=found.generation)
        if (found.archive_id, found.epoch) != (archive.archive_id, archive.epoch):
            return self.rebuild(
                archive, reason="the index is of another archive or backup", codec=found.codec
            )
        end = archive.last_change_id()
        if found.cursor > end:
            return self.rebuild(
                archive, reason="the index is ahead of the archive", codec=found.codec
            )
        if found.cursor == end and not self._cut_short(found):
            return IndexReport(0, 0, found.documents, False, time.monotonic() - started)
        touched = _touched(archive, found.cursor, end)
        if len(touched) > max(REBUILD_ABOVE, found.documents // 2):
            return self.rebuild(
                archive, reason="more than half of the decisions changed", codec=found.codec
            )
        if len(touched) > max(REBUILD_ABOVE, writing.LARGEST // 2):
            return self.rebuild(archive, reason="very many decisions changed", codec=found.codec)
        try:
            written, removed = self._apply(archive, found, touched)
        except IndexUnusable as error:
            return self.rebuild(archive, reason=str(error), codec=found.codec)
        documents = self._settle(replace(found, cursor=end)).documents
        return IndexReport(written, removed, documents, False, time.monotonic() - started)

    def _cut_short(self, found: Manifest) -> bool:
        return manifests.newest_toc(self.directory / found.generation) != found.toc

    def _apply(
        self, archive: ChangeLog, found: Manifest, touched: dict[int, bool]
    ) -> tuple[int, int]:
        """Commit the touched decisions (id → erased); returns how many (written, removed)."""
        if not touched:
            return 0, 0
        written: set[int] = set()
        erased = any(touched.values())
        with self._writing(found) as writer:
            with damage("while writing"):
                writing.delete(writer, touched)
            ids = sorted(touched)
            for start in range(0, len(ids), BATCH):
                with _closed_after(archive.stored(ids[start : start + BATCH])) as batch:
                    for stored in batch:
                        if stored.id in touched and stored.id not in written:
                            # Stems are learned from a segment that is there already.
                            with damage("while writing"):
                                writing.add(writer, found.codec, stored)
                            written.add(stored.id)
            with damage("while writing"):
                writer.commit(mergetype=writing.merge_policy(found.codec, purge=erased))
        if erased:
            writing.purge(self.directory / found.generation, found.codec)
        return len(written), len(touched) - len(written)

    def _writing(self, found: Manifest) -> contextlib.AbstractContextManager[Any]:
        return writing.writing(self.directory / found.generation, found.codec)

    def optimize(self, archive: ChangeLog) -> IndexReport:
        """Bring the index in step, then write it out in one piece, without deleted decisions.

        (Ours is in one piece with one segment for each 65,536 decisions.)

        Upkeep, never needed for right answers; needs room for the index once more. Raises
        IndexUnusable where the disk refuses.
        """
        report = self.follow(archive)
        with _disk():
            started = time.monotonic()
            found = manifests.load(self.directory)
            if self._in_one_piece(found):
                return report
            writing.pack(self.directory / found.generation, found.codec)
            self._settle(found)
        return replace(report, seconds=report.seconds + time.monotonic() - started)

    def forget(self, archive: ChangeLog) -> tuple[str, ...]:
        """Bring the index in step and leave nothing of decisions that were erased.

        ``follow`` writes the segments anew that held them; what a run that was killed left behind
        (half a generation, unnamed files) goes here. Gives what could not be removed, because a
        search still reads it (Windows). An index that was never made is not made by this. Raises
        IndexUnusable where the disk refuses.
        """
        if not self.directory.is_dir():
            return ()
        with _disk():
            if (self.directory / manifests.NAME).exists():
                self.follow(archive)
                found = manifests.load(self.directory)
                if not self._no_deletions(found):
                    # Followed by an older version, which left earlier versions' words behind.
                    writing.pack(self.directory / found.generation, found.codec)
                    found = self._settle(found)
                keep = found.generation
                folder = self.directory / keep
                for path in folder.iterdir():
                    if path.name not in found.files and not path.name.endswith("WRITELOCK"):
                        path.unlink()
            else:
                keep = ""
            self._sweep(keep)
            return tuple(
                sorted(
                    path.name
                    for path in self.directory.iterdir()
                    if path.name != keep and manifests.GENERATION.fullmatch(path.name)
                )
            )

    def _no_deletions(self, found: Manifest) -> bool:
        with damage("while opening"):
            reader = reader_of(self.directory / found.generation, found)
        try:
            return not reader.has_deletions()
        finally:
            reader.close()

    def _in_one_piece(self, found: Manifest) -> bool:
        with damage("while opening"):
            reader = reader_of(self.directory / found.generation, found)
        try:
            segments = [leaf.segment() for leaf, _ in reader.leaf_readers()]
            held = [segment for segment in segments if segment is not None]
            return not writing.to_pack(held, found.codec)
        finally:
            reader.close()

    def rebuild(
        self,
        archive: ChangeLog,
        *,
        reason: str | None = None,
        codec: str = ARRAYS,
        jobs: int = 1,
    ) -> IndexReport:
        """Build a new generation and swap it in when it is complete; the old one goes after.

        With two ``jobs`` a large one is built by two processes. Raises IndexUnusable where the disk
        refuses; the old one stays in use then.
        """
        with _disk():
            return self._rebuild(archive, reason, codec, jobs)

    def _rebuild(
        self, archive: ChangeLog, reason: str | None, codec: str, jobs: int
    ) -> IndexReport:
        from archive.records import IndexReport

        started = time.monotonic()
        self.directory.mkdir(parents=True, exist_ok=True)
        self._clear_away()
        # Read before the decisions: what changes while they stream is followed next time.
        cursor = archive.last_change_id()
        generation = self._next_generation()
        folder = self.directory / generation
        folder.mkdir()
        try:
            with _closed_after(archive.stored_all()) as decisions:
                written = writing.build(folder, codec, decisions, jobs)
            fresh = Manifest(
                archive_id=archive.archive_id,
                epoch=archive.epoch,
                cursor=cursor,
                documents=written,
                generation=generation,
                engine=manifests.engine(),
                toc=0,
                codec=codec,
            )
            self._settle(fresh)
        except BaseException:
            _remove(folder)
            raise
        self._sweep(keep=generation)
        return IndexReport(written, 0, written, True, time.monotonic() - started, reason)

    def _settle(self, manifest: Manifest) -> Manifest:
        """Write the manifest for what the generation holds now."""
        folder = self.directory / manifest.generation
        toc, files = manifests.take_stock(folder)
        reader = reader_of(folder, manifest)
        try:
            documents = reader.doc_count()
            segments = _facts(reader) if manifest.codec == ARRAYS else None
        finally:
            reader.close()
        sums = manifests.whole_sums(folder, files, manifest)
        settled = replace(
            manifest, toc=toc, files=files, sums=sums, documents=documents, segments=segments
        )
        manifests.save(self.directory, settled)
        return settled

    def _next_generation(self) -> str:
        numbers = [
            int(path.name.removeprefix("gen-"))
            for path in self.directory.iterdir()
            if manifests.GENERATION.fullmatch(path.name)
        ]
        return f"gen-{max(numbers, default=0) + 1:06d}"

    def _clear_away(self) -> None:
        """Remove what runs that were killed have left, before room is needed for another one."""
        # Where no manifest can be read nobody knows which generation was in use.
        with contextlib.suppress(IndexUnusable):
            self._sweep(keep=manifests.load(self.directory).generation)

    def _sweep(self, keep: str) -> None:
        """Remove other generations. One that a reader still holds open (Windows) stays for now."""
        for path in self.directory.iterdir():
            if path.name != keep and manifests.GENERATION.fullmatch(path.name):
                _remove(path)


def _remove(folder: Path) -> None:
    from shutil import rmtree  # not for those who only read

    rmtree(folder, ignore_errors=True)


def _facts(reader: Any) -> tuple[SegmentFacts, ...] | None:
    """What a search must know of the segments that a reader of Whoosh's reads; None where that is
    more than a manifest should hold."""
    found = [
        SegmentFacts(
            leaf.segment().segment_id(),
            leaf.field_length(STEMMED),
            tuple(sorted(leaf.deleted_docs_set)),
        )
        for leaf, _ in reader.leaf_readers()
        if leaf.doc_count_all()
    ]
    return tuple(found) if sum(len(one.deleted) for one in found) <= MOST_DELETED else None


def _touched(archive: ChangeLog, cursor: int, end: int) -> dict[int, bool]:
    """The decisions changed after ``cursor`` up to ``end``, each with whether it was erased."""
    touched: dict[int, bool] = {}
    for change in archive.changes(cursor):
        if change.id > end:
            break
        erased = change.kind is ChangeKind.ERASED
        touched[change.decision_id] = touched.get(change.decision_id, False) or erased
    return touched


@contextlib.contextmanager
def _closed_after(decisions: Iterator[StoredDecision]) -> Iterator[Iterator[StoredDecision]]:
    """Close what streams from the archive, also where its reader fails: it holds a transaction, and
    an error that holds the reader's frames would keep that open for as long as it lives."""
    try:
        yield decisions
    finally:
        close = getattr(decisions, "close", None)  # of a generator
        if close is not None:
            close()


@contextlib.contextmanager
def _disk() -> Iterator[None]:
    """A full or failing disk as one sentence of ours."""
    try:
        yield
    except OSError as error:
        raise IndexUnusable(
            f"The search index could not be written ({error}); the archive itself is whole. Check "
            "the disk, then run: decisions index"
        ) from error

"""The index on disk: following the archive's change log, rebuilding, and opening to read.

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
import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from archive.kinds import ChangeKind
from search import manifest as manifests
from search import verifying, writing
from search.damage import damage
from search.errors import IndexUnusable
from search.manifest import Manifest, SegmentFacts, damaged
from search.schema import ARRAYS, STEMMED
from search.trust import distrust

if TYPE_CHECKING:
    from archive.ports import ChangeLog
    from archive.records import IndexContents, IndexReport, IndexState

REBUILD_ABOVE = 1000
"""Up to this many changed decisions the index is followed, however few there are in all."""

BATCH = 200
"""Decisions asked from the archive at a time."""

OPEN_ATTEMPTS = 20
OPEN_PAUSE = 0.05
"""Seconds between attempts to open an index that is being swapped or committed."""

MOST_DELETED = 100_000
"""Deleted documents that a manifest names; where there are more, Whoosh's table of contents is read
at each opening, as with the stock codec."""

Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class OpenIndex:
    """An index opened to read: what ``folder`` held when ``toc`` was its newest table of contents;
    ``mark`` tells its manifest from the next.

    ``ready`` holds what searches have worked out that is the same for every search of it.
    """

    manifest: Manifest
    folder: Path
    toc: int | None
    mark: object
    ready: dict[str, Any] = field(default_factory=dict)

    @property
    def reader(self) -> Any:
        """Whoosh's reader; it does not leave this room. A search of an index of our own codec needs
        none, so it is opened when it is asked for. Raises FileNotFoundError where a commit was made
        since then."""
        found = self.ready.get("reader")
        if found is None:
            found = _reader(self.folder, self.manifest)
            if found.generation() not in (None, self.toc):
                found.close()
                raise FileNotFoundError(f"a commit was made to {self.folder} meanwhile")
            self.ready["reader"] = found
        return found

    def close(self) -> None:
        """Let go of the files."""
        for name in ("segments", "reader"):
            if (held := self.ready.pop(name, None)) is not None:
                held.close()


class Index:
    """The index of one home. Making the object opens and creates nothing."""

    def __init__(
        self,
        directory: Path,
        *,
        sleep: Callable[[float], None] = time.sleep,
        keep: bool = False,
    ) -> None:
        """``keep`` leaves the index open from one reading to the next until another manifest is
        there or ``close`` is called: for a program that goes on running, one thread at a time."""
        self.directory = directory
        self._manifest = os.fspath(directory / manifests.NAME)
        self._sleep = sleep
        self._keep = keep
        self._kept: OpenIndex | None = None

    # Reading

    def read(self, work: Callable[[OpenIndex], Answer]) -> Answer:
        """Open the index, do the work, close it. Raises IndexUnusable.

        Should a commit or rebuild come meanwhile, all of it is done again with what is there then,
        so an answer always comes from one state of the index. The work must only read from the
        index: whatever else it raises is taken for damage.
        """
        for _ in range(OPEN_ATTEMPTS):
            opened = self._kept_open() or self._open()
            sound = False
            try:
                with damage("while reading"):
                    answer = work(opened)
                sound = not self._overtaken(opened)
                if sound:
                    return answer
                self._sleep(OPEN_PAUSE)
            except FileNotFoundError:
                self._sleep(OPEN_PAUSE)
            except OSError as error:
                raise damaged(f"while reading: {error}") from error
            finally:
                if sound and self._keep:
                    self._kept = opened
                else:
                    _close(opened)
        raise IndexUnusable("The search index keeps changing while it is read; try again.")

    def close(self) -> None:
        """Let go of an index that was kept open."""
        if self._kept is not None:
            _close(self._kept)
            self._kept = None

    def _kept_open(self) -> OpenIndex | None:
        """The index that was kept, if its manifest is the same file still."""
        if self._kept is None:
            return None
        if self._kept.mark != self._mark():
            self.close()
            return None
        kept, self._kept = self._kept, None
        return kept

    def _mark(self) -> object:
        """What tells one manifest from the next: each is a new file."""
        try:
            found = os.stat(self._manifest)  # noqa: PTH116 - asked at every search
        except OSError:
            return None
        return found.st_mtime_ns, found.st_size, found.st_ino

    def _overtaken(self, opened: OpenIndex) -> bool:
        """Whether a commit was made meanwhile. It may have removed files not opened by then.

        Whoosh reads a column whose file is gone as nothing but zeros, without a word.
        """
        if opened.ready.get("segments") is not None:
            return opened.mark != self._mark()  # All of ours was mapped when it was opened.
        return opened.toc is not None and opened.toc != manifests.newest_toc(opened.folder)

    def examine(self) -> None:
        """Read the lists of words in full and compare. Raises IndexUnusable.

        For a search that found nothing: a spoilt list is the one damage that shows itself as words
        that are not there. Postings are packed, and a spoilt one does not unpack.
        """
        found = manifests.load(self.directory)
        folder = self.directory / found.generation
        for name, check in found.sums.items():
            if not manifests.is_word_list(name):
                continue
            try:
                now = manifests.whole_sum(folder / name)
            except FileNotFoundError:
                return  # a commit has just replaced it
            if now != check:
                raise damaged(f"{name} has other bytes than when it was written")

    def held(self) -> dict[int, tuple[str, str]]:
        """Reference key and content hash of every decision in the index, by number.

        What an archive is held against to see that the index says the same. Raises IndexUnusable.
        """
        return self.read(lambda opened: holding(opened)[0])

    def verify(self, *, full: bool) -> IndexContents:
        """Look it over without writing; whatever is wrong is in the answer. ``full`` reads every
        byte of every file."""
        return verifying.look_over(self, full=full)

    def state(self) -> IndexState:
        """Where the index stands. Never raises and never opens the archive."""
        from archive.records import IndexState

        try:
            found = manifests.load(self.directory)
            self._check(found)
        except (IndexUnusable, OSError) as error:
            return IndexState(usable=False, documents=0, cursor=0, problem=str(error))
        return IndexState(
            usable=True,
            documents=found.documents,
            cursor=found.cursor,
            details=(
                ("archive", found.archive_id),
                ("epoch", found.epoch),
                ("generation", found.generation),
                ("engine", found.engine),
                ("codec", found.codec),
                ("schema", str(found.schema_version)),
                ("analyser", str(found.analyser_version)),
            ),
        )

    def _open(self) -> OpenIndex:
        """Open what the manifest names. A swap or commit under way is waited out, bounded."""
        for attempt in range(OPEN_ATTEMPTS):
            mark = self._mark()
            found = manifests.load(self.directory)
            try:
                self._check(found)
                with damage("while opening"):
                    return self._opened(found, mark)
            except (OSError, IndexUnusable) as error:
                # Another manifest by now: a rebuild was swapped in meanwhile. The same one: a
                # commit may be replacing files, so look a few times more before giving up.
                same = manifests.load(self.directory) == found
                if same and attempt >= OPEN_ATTEMPTS // 4:
                    if isinstance(error, OSError):
                        raise IndexUnusable(
                            f"The search index cannot be read ({error})."
                        ) from error
                    raise
                self._sleep(OPEN_PAUSE)
        raise IndexUnusable("The search index keeps changing while it is opened; try again.")

    def _check(self, found: Manifest) -> None:
        if why := found.mismatch():
            raise IndexUnusable(f"The search index cannot be used: {why}. Run: decisions index")
        folder = self.directory / found.generation
        try:
            foreign = distrust(self.directory, self.directory / manifests.NAME, folder)
        except (FileNotFoundError, NotADirectoryError):
            foreign = None  # Told below, as damage.
        if foreign:
            raise IndexUnusable(
                f"The search index is not opened: {foreign}, and opening an index runs what is in "
                "it. Move it away and make one of your own with: decisions index"
            )
        try:
            why = manifests.missing_or_changed(folder, found)
        except (FileNotFoundError, NotADirectoryError):
            why = f"{found.generation} is missing"
        if why:
            raise damaged(why)

    def _opened(self, found: Manifest, mark: object) -> OpenIndex:
        """The generation of a manifest, opened. Straight from the files of our own codec where the
        manifest says all of it; where a commit is newer than that, by Whoosh."""
        folder = self.directory / found.generation
        if found.segments is not None and manifests.newest_toc(folder) == found.toc:
            from search.arrays.segments import segments_in

            segments = segments_in(folder, found.segments)
            held = 0 if segments is None else segments.documents
            if held != found.documents:
                if segments is not None:
                    segments.close()
                raise damaged(f"{found.generation} holds {held} decisions, not {found.documents}")
            return OpenIndex(found, folder, found.toc, mark, {"segments": segments})
        reader = _reader(folder, found)
        return OpenIndex(found, folder, reader.generation(), mark, {"reader": reader})

    # Writing

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
                for stored in archive.stored(ids[start : start + BATCH]):
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
            reader = _reader(self.directory / found.generation, found)
        try:
            return not reader.has_deletions()
        finally:
            reader.close()

    def _in_one_piece(self, found: Manifest) -> bool:
        with damage("while opening"):
            reader = _reader(self.directory / found.generation, found)
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
            written = writing.build(folder, codec, archive.stored_all(), jobs)
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
        reader = _reader(folder, manifest)
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


def _close(opened: OpenIndex) -> None:
    with contextlib.suppress(Exception):
        opened.close()


def _reader(folder: Path, found: Manifest) -> Any:
    return writing.whoosh_index(folder, found.codec).reader()


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


def holding(opened: OpenIndex) -> tuple[dict[int, tuple[str, str]], int]:
    """Reference key and content hash by number, and how many documents there are: a number that
    stands twice makes them differ."""
    found: dict[int, tuple[str, str]] = {}
    documents = 0
    for leaf, _ in opened.reader.leaf_readers():
        if not leaf.doc_count_all():  # An index of nothing has a reader without columns.
            continue
        numbers, held = leaf.column_reader("number"), leaf.column_reader("held")
        for doc in leaf.all_doc_ids():
            documents += 1
            key, _, content = bytes(held[doc]).decode("ascii").partition(" ")
            found[int(numbers[doc])] = (key, content)
    return found, documents


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
def _disk() -> Iterator[None]:
    """A full or failing disk as one sentence of ours."""
    try:
        yield
    except OSError as error:
        raise IndexUnusable(
            f"The search index could not be written ({error}); the archive itself is whole. Check "
            "the disk, then run: decisions index"
        ) from error

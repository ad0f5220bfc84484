"""An index opened to read: what a manifest names, held for as long as somebody reads from it.

A search of an index of our own codec opens its files by itself and imports nothing of Whoosh's;
Whoosh opens the others. Readers take no lock: a commit or rebuild that comes meanwhile is noticed,
and what was asked is asked again. Nothing is written here.
"""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from search import manifest as manifests
from search import verifying, writing
from search.damage import damage
from search.errors import IndexUnusable
from search.manifest import Manifest, damaged
from search.trust import distrust

if TYPE_CHECKING:
    from archive.records import IndexContents, IndexState

OPEN_ATTEMPTS = 20
OPEN_PAUSE = 0.05
"""Seconds between attempts to open an index that is being swapped or committed."""

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
            found = reader_of(self.folder, self.manifest)
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


class Opening:
    """The index of one home, to read. Making the object opens and creates nothing."""

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
        reader = reader_of(folder, found)
        return OpenIndex(found, folder, reader.generation(), mark, {"reader": reader})


def _close(opened: OpenIndex) -> None:
    with contextlib.suppress(Exception):
        opened.close()


def reader_of(folder: Path, found: Manifest) -> Any:
    """Whoosh's reader of a generation."""
    return writing.whoosh_index(folder, found.codec).reader()


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

"""Looking an index over: every file by its checksum, then what it holds. Writes nothing.

Whether that is what the archive has is settled in the archive room (``archive.verify_index``); here
is only what the index can say of itself.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from search import manifest as manifests
from search.errors import IndexUnusable
from search.manifest import Manifest

if TYPE_CHECKING:
    from archive.records import IndexContents
    from search.opening import OpenIndex, Opening

ATTEMPTS = 5
"""How often the files are read anew because a commit has replaced some meanwhile."""

UNSETTLED = (
    "the files of the index: it is just being written, or a run was cut short; run `decisions "
    "index` and verify again"
)
UNSUMMED = (
    "{} files of the index in full: an older version wrote them without a checksum (`decisions "
    "index --rebuild` gives them one)"
)


def look_over(index: Opening, *, full: bool) -> IndexContents:
    """Everything that can be said without the archive. Never raises over the index."""
    from archive.records import IndexContents
    from search.opening import holding

    try:
        found = manifests.load(index.directory)
    except IndexUnusable as error:
        missing = not os.path.lexists(index.directory / manifests.NAME)
        left = missing and _generations(index.directory)
        if missing and not left:
            return IndexContents(missing=True, damage=(), files=0)
        return IndexContents(missing=False, damage=(str(error),), files=0)
    damage, files, not_checked = _files(index.directory, found) if full else ((), 0, ())

    def work(opened: OpenIndex) -> tuple[Manifest, dict[int, tuple[str, str]], int]:
        return (opened.manifest, *holding(opened))

    try:
        found, held, documents = index.read(work)
    except (IndexUnusable, OSError) as error:
        # What the files have already said need not be said again.
        told = damage or (str(error),)
        return IndexContents(missing=False, damage=told, files=files, not_checked=not_checked)
    if documents != len(held):
        damage = (*damage, f"it holds {documents} documents for {len(held)} decisions")
    return IndexContents(
        missing=False,
        damage=damage,
        files=files,
        archive_id=found.archive_id,
        epoch=found.epoch,
        cursor=found.cursor,
        documents=found.documents,
        held=held,
        not_checked=not_checked,
    )


def _generations(directory: Path) -> list[str]:
    try:
        return [
            path.name for path in directory.iterdir() if manifests.GENERATION.fullmatch(path.name)
        ]
    except OSError:
        return []


def _files(directory: Path, found: Manifest) -> tuple[tuple[str, ...], int, tuple[str, ...]]:
    """Every file against its checksum: damage, files read, what could not be checked.

    A commit removes files; then its new manifest is read and all is looked at again.
    """
    for _ in range(ATTEMPTS):
        damage, read, unsummed = _sums(directory / found.generation, found)
        now = _again(directory)
        if now is None or now == found:
            break
        found = now
    if damage and _cut_short(directory, found):
        return (), read, (UNSETTLED,)
    if not unsummed:
        return damage, read, ()
    return damage, read, (UNSUMMED.format(unsummed),)


def _again(directory: Path) -> Manifest | None:
    try:
        return manifests.load(directory)
    except IndexUnusable:
        return None


def _cut_short(directory: Path, found: Manifest) -> bool:
    try:
        return manifests.newest_toc(directory / found.generation) > found.toc
    except OSError:
        return False


def _sums(folder: Path, found: Manifest) -> tuple[tuple[str, ...], int, int]:
    damage = []
    read = unsummed = 0
    for name, (size, ends) in sorted(found.files.items()):
        path = folder / name
        try:
            if path.stat().st_size != size:
                damage.append(f"{name} has another size than when it was written")
                continue
            if name in found.sums:
                sound = manifests.whole_sum(path) == found.sums[name]
                read += 1
            else:
                sound = manifests.edges(path) == ends
                unsummed += 1
            if not sound:
                damage.append(f"{name} has other bytes than when it was written")
        except FileNotFoundError:
            damage.append(f"{name} is missing")
        except OSError as error:
            damage.append(f"{name} cannot be read ({error.strerror or error})")
    return tuple(damage), read, unsummed

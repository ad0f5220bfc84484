"""An index that is gone, half there, empty, old, or somebody else's.

A search refuses it in a sentence that names the command, ``decisions index`` or the next crawl
makes it again, and the new one holds the very same decisions.
"""

from __future__ import annotations

import json
import shutil
import uuid
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from search.index import Index
from tests.faults.trials import HELD, Fault, FaultWorld, Ground, settles
from tests.faults.verifying import told, verified

Spoil = Callable[[Path], None]


def deleted(index: Path) -> None:
    """The directory is gone."""
    shutil.rmtree(index)


def emptied(index: Path) -> None:
    """The directory is there, with nothing in it."""
    shutil.rmtree(index)
    index.mkdir()


def manifest_gone(index: Path) -> None:
    """All but the manifest is there."""
    (index / "manifest.json").unlink()


def generation_gone(index: Path) -> None:
    """Only the manifest is there."""
    for path in index.glob("gen-*"):
        shutil.rmtree(path)


def one_gone(ending: str, index: Path) -> None:
    """One file is missing."""
    next(iter(sorted(index.rglob(f"*{ending}")))).unlink()


def halved(pattern: str, index: Path) -> None:
    """Of each file the second half is gone."""
    for path in index.rglob(pattern):
        if path.is_file():
            raw = path.read_bytes()
            path.write_bytes(raw[: len(raw) // 2])


def zeroed(pattern: str, index: Path) -> None:
    """Every byte is 0."""
    for path in index.rglob(pattern):
        if path.is_file():
            path.write_bytes(bytes(path.stat().st_size))


def other(name: str, value: Any, index: Path) -> None:
    """The manifest says something else: an older schema, another archive, another epoch."""
    path = index / "manifest.json"
    manifest = json.loads(path.read_bytes())
    assert manifest[name] != value
    path.write_text(json.dumps(manifest | {name: value}), encoding="utf-8")


WAYS: tuple[tuple[str, Spoil], ...] = (
    ("deleted", deleted),
    ("emptied", emptied),
    ("without its manifest", manifest_gone),
    ("with nothing but its manifest", generation_gone),
    ("without its table of contents", partial(one_gone, ".toc")),
    ("without its postings", partial(one_gone, ".inv")),
    ("halved", partial(halved, "*")),
    ("halved but for the manifest", partial(halved, "gen-*/*")),
    ("zeroed", partial(zeroed, "*")),
    ("zeroed but for the manifest", partial(zeroed, "gen-*/*")),
    ("of an old schema", partial(other, "schema_version", 1)),
    ("of an old analyser", partial(other, "analyser_version", 1)),
    ("of another Whoosh", partial(other, "engine", "whoosh3 0.0.1")),
    ("of another archive", partial(other, "archive_id", str(uuid.UUID(int=1)))),
    ("of another epoch", partial(other, "epoch", str(uuid.UUID(int=2)))),
    ("ahead of the archive", partial(other, "cursor", 10**6)),
)


def by_index(world: FaultWorld) -> None:
    """``decisions index``."""
    code, _, complained = told(world.home, "index")
    assert code == 0, complained


def by_crawl(world: FaultWorld) -> None:
    """The next night."""
    assert world.night().exit_code() == 0


def misplaced(spoil: Spoil, mend: Callable[[FaultWorld], None], ground: Ground) -> None:
    """Refused, found by verify, made again, the same."""
    with ground.world(held=HELD, fresh=()) as world:
        index = Index(world.config.index_dir)
        before = index.held()
        code, plain, _ = told(world.home, "search", "council")
        assert code == 0
        spoil(index.directory)
        code, said, complained = told(world.home, "search", "council")
        assert (code, said) == (1, ""), (code, said, complained)
        assert "decisions index" in complained, complained
        shape = verified(world.home)
        assert not shape["ok"]
        assert all("decisions" in fault["do"] for fault in shape["faults"]), shape["faults"]
        mend(world)
        assert index.held() == before
        code, again, _ = told(world.home, "search", "council")
        assert code == 0
        assert hits(again) == hits(plain)
        settles(world, HELD, clean=False)


def hits(said: str) -> list[str]:
    """What a search printed, without the time that it took."""
    return [line for line in said.splitlines() if " ms" not in line]


FAULTS = tuple(
    Fault(f"index {name}, then {mended}", partial(misplaced, spoil, mend))
    for name, spoil in WAYS
    for mended, mend in (("decisions index", by_index), ("a crawl", by_crawl))
)

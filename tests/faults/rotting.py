"""Bits that change by themselves: stored pages and the files of the index, damaged one by one.

Whatever was damaged in a stored page, ``decisions verify`` names that page and its decision and no
other. Of an index with one bit changed, every search that then gives another answer is one that is
refused, or ``decisions verify`` finds the damage: a wrong answer that nobody can notice must not
exist. What became of each is counted (``Stage.tally``).
"""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from archive.reader import open_texts
from archive.records import reference_key
from search.errors import IndexUnusable
from search.index import Index
from search.opening import OpenIndex
from search.query import search
from search.request import SearchRequest, Sort
from search.schema import EXACT
from tests.crawling import TODAY, World
from tests.faults.trials import HELD, Fault, Ground
from tests.faults.verifying import is_whole, told, verified
from tests.site import Case, invent

MANY: tuple[Case, ...] = invent(540, seed=17, today=TODAY)
SOME: tuple[Case, ...] = MANY[:150]
"""Enough that the files of the index have a middle: a megabyte of postings."""

PAGES = 500
FLIPS = 200


# Stored pages


def pages_are_named(cases: Sequence[Case], most: int, ground: Ground) -> None:
    """Every second page a flipped bit, every other a tail that is gone; all of them are named."""
    with ground.world(held=cases, fresh=()) as world:
        is_whole(world.home)
        damaged = spoil_pages(world.home, most, ground.rng)
        ground.count(f"{len(damaged)} pages damaged")
        found = [fault for fault in verified(world.home)["faults"] if fault["page_id"] is not None]
        named = {fault["page_id"] for fault in found}
        assert named == damaged.keys(), (
            f"not named: {sorted(damaged.keys() - named)}, "
            f"wrongly named: {sorted(named - damaged.keys())}"
        )
        for fault in found:
            told_of = reference_key(fault["reference"] or "")
            assert told_of in damaged[fault["page_id"]], fault
            assert fault["url"], fault
            assert fault["do"], fault


def spoil_pages(home: Path, most: int, rng: random.Random) -> dict[int, set[str]]:
    """Damage so many stored pages at random: number → reference keys of the decisions read of it.

    A flip that leaves the page's bytes as they were (a bit of the frame that means nothing) would
    be no damage; another bit is taken then.
    """
    import zstandard

    damaged: dict[int, set[str]] = {}
    with closing(sqlite3.connect(home / "decisions.db")) as connection, connection:
        rows = connection.execute(
            "SELECT p.id, p.body_zstd, d.reference_key FROM page p "
            "JOIN revision_page rp ON rp.page_id = p.id JOIN revision r ON r.id = rp.revision_id "
            "JOIN decision d ON d.id = r.decision_id WHERE p.body_zstd IS NOT NULL"
        ).fetchall()
        references: dict[int, set[str]] = {}
        for number, _, key in rows:
            references.setdefault(number, set()).add(key)
        bodies = {number: body for number, body, _ in rows}
        chosen = rng.sample(sorted(bodies), min(most, len(bodies)))
        for turn, number in enumerate(chosen):
            body = bodies[number]
            whole = zstandard.ZstdDecompressor().decompress(body)
            while True:
                spoilt = cut(body, rng) if turn % 2 else flipped(body, rng)
                try:
                    if zstandard.ZstdDecompressor().decompress(spoilt) == whole:
                        continue
                except zstandard.ZstdError:
                    pass
                break
            connection.execute("UPDATE page SET body_zstd = ? WHERE id = ?", (spoilt, number))
            damaged[number] = references[number]
    return damaged


def flipped(raw: bytes, rng: random.Random) -> bytes:
    """The bytes with one bit changed."""
    at = rng.randrange(len(raw))
    return raw[:at] + bytes([raw[at] ^ (1 << rng.randrange(8))]) + raw[at + 1 :]


def cut(raw: bytes, rng: random.Random) -> bytes:
    """The bytes without their tail."""
    return raw[: rng.randrange(len(raw))]


# The index


@dataclass(frozen=True, slots=True)
class Answer:
    """All that a search says which comes from the index."""

    total: int
    exact_total: int | None
    hits: tuple[tuple[int, float, bool], ...]
    facets: tuple[tuple[str, tuple[tuple[str, int], ...]], ...]
    indexed: int
    behind: int

    @property
    def content(self) -> object:
        """What another index of the same archive answers too: all but the scores, which go by the
        lengths of texts and count deleted ones until their segment is written anew."""
        return self.total, self.exact_total, {hit[0] for hit in self.hits}, self.facets


Refused = str
_plain: dict[tuple[int, int], dict[SearchRequest, Answer]] = {}


def requests(home: Path, seed: int) -> tuple[SearchRequest, ...]:
    """Two dozen questions in the words of this archive, rare and common, of every kind."""

    def work(opened: OpenIndex) -> list[str]:
        words = (word.decode() for word in opened.reader.lexicon(EXACT))
        return [word for word in words if word.isalpha() and len(word) > 3]

    rng = random.Random(seed)
    words = rng.sample(Index(home / "index").read(work), 24)
    common = ["council", "complaint", "months", "ombudsman", "decision", "fault"]
    asked = [SearchRequest(query=word, limit=None, snippets=0) for word in (*words[:10], *common)]
    asked += [
        SearchRequest(query=f"{words[10]} OR {words[11]} OR council", limit=None, snippets=0),
        SearchRequest(query=f"council NOT {words[12]}", limit=None, snippets=0),
        SearchRequest(phrases=("the council",), limit=None, snippets=0),
        SearchRequest(begins=(words[13][:3],), limit=None, snippets=0),
        SearchRequest(query="council NEAR/5 complaint", limit=None, snippets=0),
        SearchRequest(outcomes=("upheld",), limit=None, snippets=0, sort=Sort.NEWEST),
        SearchRequest(query="fault", remedy_min=10_000, limit=None, snippets=0, sort=Sort.REMEDY),
        SearchRequest(limit=None, snippets=0, sort=Sort.BODY, facets=("body", "outcome", "year")),
        SearchRequest(query="zzzqqq", limit=None, snippets=0),
    ]
    return tuple(asked)


def ask(home: Path, request: SearchRequest) -> Answer | Refused:
    """A search's answer, or the sentence with which it was refused."""
    try:
        with open_texts(f"sqlite:///{home / 'decisions.db'}") as texts:
            # Waiting for a writer that there is not would only take time.
            index = Index(home / "index", sleep=lambda _: None)
            found = search(index, request, texts)
    except IndexUnusable as refused:
        assert "decisions index" in str(refused), str(refused)  # noqa: PT017 - it may as well not be raised
        return str(refused)
    return Answer(
        total=found.total,
        exact_total=found.exact_total,
        hits=tuple((hit.decision_id, hit.score, hit.exact) for hit in found.hits),
        facets=tuple(
            (name, tuple((value.value, value.count) for value in values))
            for name, values in found.facets.items()
        ),
        indexed=found.indexed,
        behind=found.behind,
    )


def plain_answers(
    ground: Ground, world: World, cases: Sequence[Case]
) -> dict[SearchRequest, Answer]:
    """What the undamaged index answers; asked once on each stage."""
    key = (id(ground.stage), len(cases))
    if key not in _plain:
        answers: dict[SearchRequest, Answer] = {}
        for request in requests(world.home, ground.stage.seed):
            answer = ask(world.home, request)
            assert isinstance(answer, Answer), answer
            answers[request] = answer
        _plain[key] = answers
    return _plain[key]


def index_flips(cases: Sequence[Case], ground: Ground) -> None:
    """One bit of one file of the index is changed; then every question is asked again."""
    with ground.world(held=cases, fresh=()) as world:
        plain = plain_answers(ground, world, cases)
        path = ground.rng.choice(files_of(world.home / "index"))
        path.write_bytes(flipped(path.read_bytes(), ground.rng))
        answers = {request: ask(world.home, request) for request in plain}
        refused = [answer for answer in answers.values() if isinstance(answer, Refused)]
        wrong = [
            request
            for request, answer in answers.items()
            if isinstance(answer, Answer) and answer != plain[request]
        ]
        shape = verified(world.home)
        noticed = not shape["ok"]
        kind = "wrong answers" if wrong else ("refused" if refused else "the same answers")
        ground.count(f"{kind}, {'found' if noticed else 'not found'} by verify")
        assert noticed or not wrong, f"{path.name}: wrong for {wrong[0]}, and verify is content"
        for fault in shape["faults"]:
            assert fault["check"] in ("index", "manifest"), fault
            assert fault["do"], fault
        if ground.number % 10:
            return  # Making it again is the same every time.
        code, _, complained = told(world.home, "index", "--rebuild")
        assert code == 0, complained
        for request, answer in plain.items():
            again = ask(world.home, request)
            assert isinstance(again, Answer), again
            assert again.content == answer.content, request
        is_whole(world.home)


def files_of(folder: Path) -> list[Path]:
    """The files of an index that hold anything, in a settled order of names without chance ones."""
    files = [path for path in folder.rglob("*") if path.is_file() and path.stat().st_size]
    return sorted(files, key=lambda path: (path.suffixes, path.stat().st_size))


FAULTS = (
    Fault("bit rot: pages of a small archive", partial(pages_are_named, HELD, 8)),
    Fault(f"bit rot: {PAGES} stored pages", partial(pages_are_named, MANY, PAGES)),
    Fault("bit rot: a flip in a small index", partial(index_flips, HELD), 40),
    Fault("bit rot: a flip in the index", partial(index_flips, SOME), FLIPS),
)

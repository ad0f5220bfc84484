"""A few hundred pages spoilt at random; a hundred thousand are ``scripts/faults.py --fuzz``'s."""

from __future__ import annotations

import dataclasses
import random
from collections import Counter
from pathlib import Path

import pytest

from archive.records import Page
from scraper.sources.lgsco import Lgsco
from tests.faults import fuzzing

NUMBERS = range(5_000_000, 5_000_400)
"""None that the long run would have."""


def test_no_spoilt_page_breaks_a_promise() -> None:
    outcomes: Counter[str] = Counter()
    for number in NUMBERS:
        outcomes[fuzzing.attempt(fuzzing.mutated(7, number))] += 1
    assert outcomes["read"] > len(NUMBERS) // 3
    assert len(outcomes) > 3


@pytest.mark.parametrize(
    "mutation", list(dict.fromkeys(fuzzing.MUTATIONS)), ids=lambda each: each.__name__
)
def test_each_mutation_changes_pages_and_survives_an_empty_one(
    mutation: fuzzing.Mutation,
) -> None:
    pages = fuzzing.golden()
    changed = 0
    for number in range(20):
        rng = random.Random(number)
        body = rng.choice(pages)
        changed += mutation(rng, body, pages) != body
        mutation(rng, b"", pages)
    assert changed > 10


def test_a_trial_is_the_same_every_time() -> None:
    assert [fuzzing.mutated(3, n) for n in range(5)] == [fuzzing.mutated(3, n) for n in range(5)]
    assert fuzzing.mutated(3, 1) != fuzzing.mutated(4, 1)


def test_a_letter_lost_or_added_is_seen() -> None:
    body = fuzzing.golden()[0]
    page = Page.capture(url=fuzzing.URL, body=body, fetched_at=fuzzing.FETCHED)
    decision, pieces = Lgsco.at().read([page])
    fuzzing.accounts(page, decision, pieces)
    for wrong in (pieces[:-1], (*pieces, pieces[-1]), pieces[::-1]):
        with pytest.raises(AssertionError, match="letters"):
            fuzzing.accounts(page, decision, wrong)
    fuzzing.tells_the_text(decision, pieces)
    for kind in ("heading", "paragraph", "summary"):
        first = next(index for index, piece in enumerate(pieces) if piece.what == kind)
        changed = (pieces[first]._replace(text="other"), pieces[first]._replace(what="navigation"))
        for piece in changed:
            with pytest.raises((AssertionError, IndexError)):
                fuzzing.tells_the_text(decision, (*pieces[:first], piece, *pieces[first + 1 :]))
    other = dataclasses.replace(decision, text_sha256="0" * 64)
    with pytest.raises(AssertionError, match="hash"):
        fuzzing.accounts(page, other, pieces)
    with pytest.raises(AssertionError):
        fuzzing.holds_together(dataclasses.replace(decision, sections=decision.sections[1:]))


def test_the_figures_stand_between_their_marks(tmp_path: Path) -> None:
    notes = tmp_path / "notes.md"
    notes.write_text(f"before\n{fuzzing.BEGIN}\nold\n{fuzzing.END}\nafter\n", encoding="utf-8")
    kept = tmp_path / "page.html"
    arguments = ["--trials", "5", "--first", "9", "--keep", str(kept), "--write", str(notes)]
    assert fuzzing.main(arguments) == 0
    text = notes.read_text(encoding="utf-8")
    assert "5 pages from seed 1, 0 broke a promise" in text
    assert "old" not in text
    assert text.startswith("before\n")
    assert text.endswith("\nafter\n")
    assert kept.read_bytes() == fuzzing.mutated(1, 9)


def test_a_broken_promise_is_told_and_is_the_exit_code(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(body: bytes) -> str:
        raise AssertionError("letters do not add up")

    monkeypatch.setattr(fuzzing, "attempt", broken)
    assert fuzzing.main(["--trials", "2", "--seed", "4"]) == 1
    assert "seed 4, trial 1:" in capsys.readouterr().err

"""Ctrl-C strikes where a crawl waits for the site, never in the middle of its books."""

from __future__ import annotations

import signal

import pytest

from scraper.interrupting import SIGNALS, Interruptions


@pytest.mark.parametrize("number", SIGNALS)
def test_within_the_books_the_first_signal_waits_for_the_next_page(number: signal.Signals) -> None:
    interruptions = Interruptions()
    reached = []
    with interruptions.heard(), interruptions.shielded():
        signal.raise_signal(number)
        reached.append("the books are closed")
        with pytest.raises(KeyboardInterrupt), interruptions.open():
            reached.append("the site was asked")
    assert reached == ["the books are closed"]


def test_a_wait_for_the_site_is_interrupted_at_once() -> None:
    interruptions = Interruptions()
    with (
        interruptions.heard(),
        interruptions.shielded(),
        pytest.raises(KeyboardInterrupt),
        interruptions.open(),
    ):
        signal.raise_signal(signal.SIGTERM)


def test_whoever_asks_twice_is_heard_at_once() -> None:
    interruptions = Interruptions()
    with interruptions.heard(), interruptions.shielded():
        signal.raise_signal(signal.SIGINT)
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)


def test_afterwards_signals_mean_what_they_meant_before() -> None:
    before = [signal.getsignal(number) for number in SIGNALS]
    with Interruptions().heard():
        pass
    assert [signal.getsignal(number) for number in SIGNALS] == before

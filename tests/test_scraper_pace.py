"""The pause between two requests: nothing makes it shorter, and every Retry-After is understood."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from scraper.errors import CrawlSetupError
from scraper.pace import Pace, checked_delay, retry_after

NOW = datetime(2026, 3, 1, 2, 0, 0, tzinfo=UTC)


class Clock:
    def __init__(self) -> None:
        self.time = 100.0
        self.slept: list[float] = []

    def monotonic(self) -> float:
        return self.time

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.time += seconds


def paced(clock: Clock, delay: float) -> Pace:
    return Pace(delay, sleep=clock.sleep, monotonic=clock.monotonic)


def test_the_first_request_waits_for_nothing() -> None:
    clock = Clock()
    paced(clock, 3.0).wait()
    assert clock.slept == []


@pytest.mark.parametrize(
    ("delay", "crawl_delay", "took", "pause"),
    [
        (3.0, 0.0, 0.2, 3.0),
        (3.0, 10.0, 0.2, 10.0),
        (3.0, 0.0, 4.0, 8.0),
        (3.0, 10.0, 60.0, 120.0),
        (0.0, 0.0, 4.0, 0.0),
        (0.0, 2.0, 4.0, 2.0),
    ],
)
def test_the_pause_is_the_longest_of_the_three(
    delay: float, crawl_delay: float, took: float, pause: float
) -> None:
    clock = Clock()
    pace = paced(clock, delay)
    pace.crawl_delay = crawl_delay
    pace.answered(took)
    ended = clock.time
    pace.wait()
    assert clock.time == ended + pause
    assert pace.waited == pause


def test_time_that_passed_by_itself_counts() -> None:
    clock = Clock()
    pace = paced(clock, 3.0)
    pace.answered(0.1)
    clock.time += 2.0
    pace.wait()
    assert clock.slept == [1.0]


def test_a_sleep_that_ends_early_is_slept_on() -> None:
    clock = Clock()
    lazy = Pace(3.0, sleep=lambda seconds: clock.sleep(seconds / 2), monotonic=clock.monotonic)
    lazy.answered(0.0)
    lazy.wait()
    assert clock.time >= 103.0


def test_a_shorter_hold_never_shortens_a_longer_one() -> None:
    clock = Clock()
    pace = paced(clock, 3.0)
    pace.hold(60.0)
    pace.hold(5.0)
    pace.answered(0.1)
    pace.wait()
    assert clock.time == 160.0


@pytest.mark.parametrize("delay", [0.0, 0.5, 0.99])
def test_a_live_site_is_never_asked_faster_than_once_a_second(delay: float) -> None:
    with pytest.raises(CrawlSetupError, match="at least 1 second"):
        checked_delay(delay, loopback=False)
    assert checked_delay(delay, loopback=True) == delay


@pytest.mark.parametrize("delay", [-1.0, math.nan, math.inf])
@pytest.mark.parametrize("loopback", [True, False])
def test_a_delay_that_is_no_length_of_time_is_refused(delay: float, loopback: bool) -> None:
    with pytest.raises(CrawlSetupError, match="makes no sense"):
        checked_delay(delay, loopback=loopback)


def test_the_standard_delay_is_three_seconds() -> None:
    assert checked_delay(None, loopback=False) == 3.0
    assert checked_delay(1.0, loopback=False) == 1.0


@pytest.mark.parametrize(
    ("values", "seconds"),
    [
        ([], None),
        (["120"], 120.0),
        ([" 120 "], 120.0),
        (["0"], 0.0),
        (["1.5"], 1.5),
        (["5", "90", "30"], 90.0),
        (["5, 90"], 90.0),
        (["9" * 400], math.inf),
        (["-5"], None),
        (["soon"], None),
        ([""], None),
        (["١٢"], None),
        (["Sun, 01 Mar 2026 02:01:30 GMT"], 90.0),
        (["Sunday, 01-Mar-26 02:01:30 GMT"], 90.0),
        (["Sun Mar  1 02:01:30 2026"], 90.0),
        (["Sun, 01 Mar 2026 03:01:30 +0100"], 90.0),
        (["Sun, 01 Mar 2026 01:00:00 GMT"], 0.0),
        (["Thu, 01 Jan 1970 00:00:00 GMT"], 0.0),
        (["Sun, 31 Feb 2026 02:01:30 GMT"], None),
        (["Fri, 31 Dec 9999 23:59:59 -2359"], None),
        (["soon", "Sun, 01 Mar 2026 02:01:30 GMT"], 90.0),
    ],
)
def test_every_form_of_retry_after(values: list[str], seconds: float | None) -> None:
    assert retry_after(values, date=None, now=NOW) == seconds


def test_a_date_far_ahead_is_a_long_wait() -> None:
    seconds = retry_after(["Fri, 01 Jan 2100 00:00:00 GMT"], date=None, now=NOW)
    assert seconds is not None
    assert seconds > 70 * 365 * 86_400


@pytest.mark.parametrize("wrong_by", [timedelta(hours=-5), timedelta(0), timedelta(hours=5)])
def test_a_date_is_measured_from_the_servers_own_clock(wrong_by: timedelta) -> None:
    answer = format_datetime(NOW, usegmt=True)
    until = format_datetime(NOW + timedelta(seconds=45), usegmt=True)
    assert retry_after([until], date=answer, now=NOW + wrong_by) == 45.0


def test_an_unreadable_date_header_leaves_our_own_clock() -> None:
    until = format_datetime(NOW + timedelta(seconds=45), usegmt=True)
    assert retry_after([until], date="yesterday", now=NOW) == 45.0

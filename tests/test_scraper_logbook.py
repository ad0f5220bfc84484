"""The log of crawls: whole lines, one object each, whatever ends the run or the disk refuses."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from scraper.errors import CrawlSetupError
from scraper.logbook import EVERY, KEPT, Logbook, Logged, kept, record
from scraper.progress import Silent
from scraper.report import CrawlReport
from tests.crawling import TODAY
from tests.site import Fault, Site, invent
from tests.test_decisions_command import run

NIGHT = datetime(2026, 11, 22, 3, 17, tzinfo=UTC)
CASES = invent(16, seed=8, today=TODAY)


def silent(_: str) -> None:
    raise AssertionError("nothing should be said")


def book(path: Path, most_bytes: int = 10_000) -> Logbook:
    return Logbook(path, now=lambda: NIGHT, tell=silent, most_bytes=most_bytes)


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="ascii").splitlines()]


def test_each_event_is_a_line_of_its_run(tmp_path: Path) -> None:
    log = tmp_path / "crawl.jsonl"
    one, two = book(log), book(log)
    one.begin(scope="all")
    two.begin(scope="Wåldshire\x1b[2J")
    one.end(0)
    told = lines(log)
    assert [line["event"] for line in told] == ["start", "start", "end"]
    assert told[0]["run"] == told[2]["run"] != told[1]["run"]
    assert told[1]["scope"] == "Wåldshire\x1b[2J"
    assert b"\x1b" not in log.read_bytes()
    assert told[0]["at"] == "2026-11-22T03:17:00+00:00"
    one.close()
    two.close()


def test_half_a_line_of_a_killed_run_spoils_no_other(tmp_path: Path) -> None:
    log = tmp_path / "crawl.jsonl"
    log.write_text('{"event":"start"}\n{"event":"st')
    after = book(log)
    after.begin()
    after.close()
    assert log.read_text().splitlines()[1] == '{"event":"st'
    assert json.loads(log.read_text().splitlines()[2])["event"] == "start"


def test_a_large_log_is_put_aside_when_a_run_begins_and_old_ones_go(tmp_path: Path) -> None:
    log = tmp_path / "crawl.jsonl"
    for number in range(KEPT + 3):
        night = book(log, most_bytes=100)
        night.begin(night=number, padding="x" * 100)
        night.close()
    names = sorted(path.name for path in tmp_path.iterdir())
    assert names == ["crawl.jsonl", *(f"crawl.jsonl.{n}" for n in range(1, KEPT + 1))]
    newest_first = [lines(tmp_path / name)[0]["night"] for name in names]
    assert newest_first == [5, 4, 3, 2]


def test_a_log_that_cannot_be_written_is_said_once_and_stops_nothing(tmp_path: Path) -> None:
    log = tmp_path / "crawl.jsonl"
    log.mkdir()
    said: list[str] = []
    stuck = Logbook(log, now=lambda: NIGHT, tell=said.append)
    stuck.begin()
    stuck.write("stage", name="counting")
    stuck.end(0)
    stuck.close()
    assert len(said) == 1
    assert "cannot be written" in said[0]


@pytest.mark.parametrize(
    ("error", "code", "words"),
    [
        (CrawlSetupError("no contact"), 2, "no contact"),
        (KeyboardInterrupt(), 130, "KeyboardInterrupt"),
        (ZeroDivisionError("a fault of ours"), 1, "a fault of ours"),
    ],
)
def test_a_run_that_fails_gets_its_last_line(
    tmp_path: Path, error: BaseException, code: int, words: str
) -> None:
    log = tmp_path / "crawl.jsonl"

    def fail() -> None:
        with kept(log, now=lambda: NIGHT, tell=silent) as book:
            book.begin()
            raise error

    with pytest.raises(type(error)):
        fail()
    assert [line["event"] for line in lines(log)] == ["start", "end"]
    assert (lines(log)[-1]["exit_code"], lines(log)[-1]["stopped"]) == (code, words)


def test_what_goes_wrong_is_written_when_it_does_and_only_once(tmp_path: Path) -> None:
    log = tmp_path / "crawl.jsonl"
    one = book(log)
    progress = Logged(Silent(), one)
    report = CrawlReport("lgsco", "all", NIGHT, tell=progress.note)
    report.failures["http://x/1"] = "a captcha"
    assert [line["event"] for line in lines(log)] == ["failed"]
    report.failures["http://x/1"] = "a captcha"
    report.unproven["2026-01-01"] = "no count"
    report.failures["http://x/2"] = "gone"
    report.failures.pop("http://x/2")
    record(one, report, [(7, "http://x/1", "captcha")], 41)
    one.close()
    told = lines(log)
    assert [line["event"] for line in told] == [
        "failed",
        "unproven",
        "failed",
        "refused",
        "end",
    ]
    assert told[3]["page"] == 7
    end = told[-1]
    assert (end["exit_code"], end["summary"]["failures"], end["summary"]["documents"]) == (3, 1, 41)
    assert end["summary"]["unproven"] == 1


def test_progress_is_written_now_and_then(tmp_path: Path) -> None:
    log = tmp_path / "crawl.jsonl"
    one = book(log)
    progress = Logged(Silent(), one)
    progress.stage("decisions", 2 * EVERY)
    for _ in range(2 * EVERY):
        progress.step()
    progress.say("nearly there")
    one.close()
    told = [(line["event"], line.get("done")) for line in lines(log)]
    assert told == [("stage", None), ("progress", EVERY), ("progress", 2 * EVERY), ("said", None)]


def test_a_real_run_leaves_its_log(tmp_path: Path) -> None:
    with Site(CASES) as site:
        site.faults.add(Fault("captcha", "^" + CASES[2].path.lower() + "$"))
        done = run("crawl", "--base-url", site.url, "--delay", "0", home=tmp_path)
    assert done.returncode == 3, done.stderr
    told = lines(tmp_path / "crawl.jsonl")
    assert (told[0]["event"], told[-1]["event"]) == ("start", "end")
    assert told[0]["scope"] == "all decision dates"
    events = {line["event"] for line in told}
    assert {"stage", "failed", "refused"} <= events
    assert told[-1]["exit_code"] == 3
    assert told[-1]["summary"]["new"] == len(CASES) - 1
    (refused, *_) = (line for line in told if line["event"] == "refused")
    assert refused["reason"] == "captcha"


def test_a_crawl_that_does_not_start_makes_no_home(tmp_path: Path) -> None:
    done = run("crawl", home=tmp_path / "none")
    assert done.returncode == 2
    assert not (tmp_path / "none").exists()

"""Pages read in other processes: the same answers, whatever a page does to who reads it."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from archive.config import Config, sqlite_url
from archive.opening import open_to_read, open_to_write
from archive.records import Page
from scraper.page_reader import OneByOne, Read, Reader, Remake, Task, Unread
from scraper.progress import Lines, Silent
from scraper.reading_workers import CHUNK, Workers, WorkersUnusable, jobs_for
from scraper.reparsing import ReparseReport, reparse
from scraper.sources.lgsco import Lgsco
from tests.reading_sources import Making, never
from tests.site.invention import invent
from tests.site.markups import MARKUPS, render

NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
SITE = "https://www.lgo.org.uk"
CASES = [case for case in invent(60, seed=11) if not case.same_report][:20]
ROOT = Path(__file__).parents[1]


def url_of(number: int) -> str:
    return SITE + CASES[number].path


def pages() -> list[Page]:
    return [
        Page.capture(
            url=url_of(number),
            body=render(case, MARKUPS["article"]).encode(),
            fetched_at=NOW,
            headers=(("content-type", "text/html; charset=utf-8"),),
        )
        for number, case in enumerate(CASES)
    ]


@pytest.fixture
def config(tmp_path: Path) -> Config:
    """An archive of the cases."""
    made = Config(home=tmp_path, database_url=sqlite_url(tmp_path / "decisions.db"))
    source = Lgsco.at()
    with open_to_write(made, now=NOW, tell=lambda _: None) as archive:
        source_id = archive.register(source.info)
        for page in pages():
            page_id = archive.save_page(page)
            archive.save_decision(source_id, source.parse_decision([page]), [page_id], at=NOW)
    return made


def run(config: Config, reader: Reader) -> ReparseReport:
    with open_to_write(config, now=NOW, tell=lambda _: None) as archive:
        return reparse(archive, Lgsco.at(), now=lambda: NOW, progress=Silent(), reader=reader)


def contents(config: Config) -> list[str]:
    path = config.sqlite_path
    assert path is not None
    with closing(sqlite3.connect(path)) as connection:
        return list(connection.iterdump())


def nobody_left() -> bool:
    return not [each for each in multiprocessing.active_children() if "reader" in each.name]


def test_two_processes_leave_the_very_same_tables_as_one(config: Config, tmp_path: Path) -> None:
    path = config.sqlite_path
    assert path is not None
    other = Config(home=tmp_path / "two", database_url=sqlite_url(tmp_path / "two" / "other.db"))
    other.home.mkdir()
    (tmp_path / "two" / "other.db").write_bytes(path.read_bytes())
    before = contents(config)
    making = Making(says="read otherwise")
    one = run(config, OneByOne(making()))
    two = run(other, Workers(making, 2))
    assert (one.read, one.changed) == (two.read, two.changed) == (len(CASES), len(CASES))
    assert contents(config) == contents(other) != before
    assert nobody_left()


def test_a_reading_that_is_held_already_writes_nothing(config: Config) -> None:
    before = contents(config)
    report = run(config, Workers(Making(), 2))
    assert (report.read, report.changed, report.failures) == (len(CASES), 0, {})
    assert contents(config) == before


@pytest.mark.parametrize("act", ["die", "memory"])
def test_a_page_that_ends_its_process_costs_only_itself(config: Config, act: str) -> None:
    making = Making(acts=((url_of(4), act), (url_of(13), act)), says="read otherwise")
    report = run(config, Workers(making, 2))
    assert set(report.failures) == {url_of(4), url_of(13)}
    assert all("twice" in why for why in report.failures.values())
    assert report.changed == len(CASES) - 2
    with open_to_read(config) as archive:
        left = archive.find(CASES[4].reference).decision
    assert "read otherwise" not in left.warnings
    assert nobody_left()


def test_a_fault_of_the_parser_is_told_and_costs_only_its_page(config: Config) -> None:
    making = Making(acts=((url_of(4), "fault"),))
    for reader in (OneByOne(making()), Workers(making, 2)):
        report = run(config, reader)
        assert list(report.failures) == [url_of(4)]
        assert "IndexError: list index out of range" in report.failures[url_of(4)]
        assert report.read == len(CASES) - 1


def test_without_workers_too_little_memory_costs_only_its_page(config: Config) -> None:
    report = run(config, OneByOne(Making(acts=((url_of(4), "memory"),))()))
    assert list(report.failures) == [url_of(4)]


def test_a_page_that_never_ends_is_given_up(config: Config) -> None:
    making = Making(acts=((url_of(2), "sleep"),))
    report = run(config, Workers(making, 2, stuck=2.0))
    assert list(report.failures) == [url_of(2)]
    assert "longer than 2 seconds" in report.failures[url_of(2)]
    assert report.read == len(CASES) - 1
    assert nobody_left()


def test_answers_keep_the_order_and_tasks_are_not_taken_long_before() -> None:
    made = pages() * 10
    taken = 0

    def tasks() -> Iterator[Task]:
        nonlocal taken
        for page in made:
            taken += 1
            yield Task((page,))

    ahead = []
    with closing(Workers(Making(acts=((url_of(0), "slow"),)), 2).read(tasks())) as answers:
        for count, found in enumerate(answers):
            assert isinstance(found, Read)
            assert found.decision is not None
            assert found.decision.reference == CASES[count % len(CASES)].reference.lower()
            ahead.append(taken - count)
    assert len(ahead) == len(made)
    assert max(ahead) <= 2 * CHUNK * 4 + 3 * CHUNK + 1


def test_an_interruption_where_it_waits_ends_the_workers() -> None:
    @contextmanager
    def interrupted() -> Iterator[None]:
        yield
        raise KeyboardInterrupt

    tasks = (Task((page,)) for page in pages())
    with pytest.raises(KeyboardInterrupt):
        list(Workers(Making(), 2, at_rest=interrupted).read(tasks))
    assert nobody_left()


def test_workers_that_cannot_start_are_told_in_one_sentence() -> None:
    with pytest.raises(WorkersUnusable, match="--jobs 1"):
        list(Workers(never, 2).read([Task(tuple(pages()[:1]))]))
    assert nobody_left()


def test_when_every_page_ends_its_process_it_is_not_the_pages() -> None:
    dying = Making(acts=tuple((url_of(number), "die") for number in range(len(CASES))))
    tasks = (Task((page,)) for page in pages() * 3)
    with pytest.raises(WorkersUnusable, match="one after another"):
        list(Workers(dying, 2).read(tasks))
    assert nobody_left()


def test_a_page_that_needs_a_process_of_its_own_gets_it_from_a_worker() -> None:
    """Beyond the bounds of ``scraper.guard`` the worker starts a further process."""
    html = render(CASES[0], MARKUPS["article"]).replace("</body>", "<br>" * 25_000 + "</body>")
    page = Page.capture(url=url_of(0), body=html.encode(), fetched_at=NOW)
    (here,) = OneByOne(Lgsco.at()).read([Task((page,))])
    (there,) = Workers(Making(), 2).read([Task((page,))])
    assert here == there
    assert isinstance(here, Read)


def test_a_refused_page_is_an_answer() -> None:
    other = Page.capture(url=url_of(0), body=b"<p>no decision</p>", fetched_at=NOW)
    (found,) = OneByOne(Lgsco.at()).read([Task((other,))])
    assert isinstance(found, Unread)


def test_a_damaged_capture_costs_only_its_decision(config: Config) -> None:
    path = config.sqlite_path
    assert path is not None
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE page SET body_zstd = x'00' WHERE url = ?", (url_of(3),))
    report = run(config, OneByOne(Lgsco.at()))
    assert list(report.failures) == [url_of(3)]
    assert "damaged" in report.failures[url_of(3)]
    assert report.read == len(CASES) - 1


def test_a_reading_that_contradicts_itself_costs_only_its_decision(config: Config) -> None:
    making = Making(acts=((url_of(5), "askew"),), says="read otherwise")
    report = run(config, OneByOne(making()))
    assert list(report.failures) == [url_of(5)]
    assert "cannot be stored" in report.failures[url_of(5)]
    assert report.changed == len(CASES) - 1


def test_how_many_processes_read() -> None:
    assert jobs_for(3, 10) == 3
    assert jobs_for(None, 10) == 1
    assert 1 <= jobs_for(None, 60_000) <= 4


def test_a_source_is_made_anew_elsewhere() -> None:
    assert Remake("lgsco", "http://127.0.0.1:8000")().info.base_url == "http://127.0.0.1:8000"


def test_progress_is_told_in_plain_lines(config: Config) -> None:
    said: list[str] = []
    with open_to_write(config, now=NOW, tell=lambda _: None) as archive:
        reparse(archive, Lgsco.at(), now=lambda: NOW, progress=Lines(said.append, every=10))
    assert said[-1] == f"reading pages again: {len(CASES)} of {len(CASES)}"


SLOW = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from archive.config import Config, sqlite_url
from archive.opening import open_to_write
from scraper.interrupting import Interruptions
from scraper.progress import Silent
from scraper.reading_workers import Workers
from scraper.reparsing import reparse
from scraper.sources.lgsco import Lgsco
from tests.reading_sources import Making

if __name__ == "__main__":
    home, urls = Path(sys.argv[1]), sys.argv[2:]
    config = Config(home=home, database_url=sqlite_url(home / "decisions.db"))
    now = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
    hearing = Interruptions()
    making = Making(acts=tuple((url, "sleep") for url in urls))
    with hearing.heard(), open_to_write(config, now=now, tell=lambda _: None) as archive:
        reader = Workers(making, 2, at_rest=hearing.open)
        try:
            with hearing.shielded():
                reparse(archive, Lgsco.at(), now=lambda: now, progress=Silent(), reader=reader)
        except KeyboardInterrupt:
            raise SystemExit(130)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="signals to a group are sent otherwise there")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_whatever_ends_the_command_ends_its_workers(
    config: Config, tmp_path: Path, number: signal.Signals
) -> None:
    """Workers hold the command's stdout: it closes when the last of them is gone."""
    script = tmp_path / "slow.py"
    script.write_text(SLOW, encoding="utf-8")
    command = subprocess.Popen(
        [sys.executable, str(script), str(config.home), *(url_of(n) for n in (0, 8))],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        start_new_session=True,
    )
    assert command.stdout is not None
    assert [command.stdout.readline() for _ in range(2)] == ["asleep\n"] * 2
    if number is signal.SIGINT:
        os.killpg(command.pid, number)  # As a terminal does.
    else:
        command.send_signal(number)
    _, complaints = command.communicate(timeout=120)
    assert command.returncode == (-number if number is signal.SIGKILL else 130)
    assert "Traceback" not in complaints

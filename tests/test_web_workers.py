"""Questions answered in processes that can be killed: whatever one does, the others get answers."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from archive.errors import NotFound
from search.errors import IndexUnusable, QueryError, SearchError
from search.request import SearchRequest
from search.web.errors import TooBusy, TooSlow, Unanswered
from search.web.jobs import JOBS
from search.web.workers import Broken, Workers
from tests.exporting import fill, settings
from tests.specimens import decision
from tests.web_jobs import MISBEHAVING
from tests.web_server import until

ROOT = Path(__file__).parents[1]
LINUX = pytest.mark.skipif(sys.platform != "linux", reason="only Linux keeps such a limit")
POSIX = pytest.mark.skipif(os.name == "nt", reason="there are no such signals")


def pool(home: Path, **changes: Any) -> Workers:
    given: dict[str, Any] = {"count": 1, "waiting": 4, "patience": 120.0, "memory": None}
    return Workers(settings(home), MISBEHAVING, **(given | changes))


@pytest.fixture(scope="module")
def workers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workers]:
    """A pool over no archive at all."""
    with pool(tmp_path_factory.mktemp("empty")) as one:
        yield one


def appears(file: Path) -> str:
    """Wait until a file has something in it."""
    return str(until(lambda: file.exists() and file.read_text(encoding="ascii"), str(file)))


def gone(pid: int) -> bool:
    """Waits until a process has ended, a minute at most; Windows gives nobody a way to ask."""
    if os.name == "nt":
        return True
    return bool(until(lambda: not alive(pid), f"the end of {pid}"))


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return os.name != "nt"
    try:
        status = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8")
        threads = len(list(Path(f"/proc/{pid}/task").iterdir()))
    except OSError:
        return not Path("/proc/self").exists()
    # Whoever ended and was not asked about yet does nothing any more, once its last thread has.
    return threads > 1 or status.rpartition(")")[2][1] != "Z"


def test_a_question_is_answered_in_another_process(workers: Workers) -> None:
    *given, pid = workers.ask("echo", "one", 2)
    assert given == ["one", 2]
    assert pid != os.getpid()
    assert pid in workers.process_ids()


def test_the_same_process_answers_one_question_after_another(workers: Workers) -> None:
    assert workers.ask("echo")[-1] == workers.ask("echo")[-1]


def test_a_search_gives_what_it_gives_here(room_home: Path) -> None:
    request = SearchRequest(query="council", facets=("outcome",))
    here = JOBS["search"].work(settings(room_home), request, False)
    with pool(room_home) as workers:
        there = workers.ask("search", request, False)
    assert here.total > 0
    assert [hit.reference for hit in there.hits] == [hit.reference for hit in here.hits]
    assert (there.total, there.facets, there.understood) == (
        here.total,
        here.facets,
        here.understood,
    )


@pytest.mark.parametrize("job", ["hang", "in c"])
def test_a_question_that_takes_too_long_is_given_up_and_its_process_is_gone(
    tmp_path: Path, job: str
) -> None:
    with pool(tmp_path) as workers:
        with pytest.raises(TooSlow, match=r"0\.2 seconds"):
            workers.ask(job, tmp_path / "begun")
        assert gone(int(appears(tmp_path / "begun")))


def test_who_asks_next_does_not_wait_for_a_new_process(tmp_path: Path) -> None:
    with pool(tmp_path) as workers:
        workers.ask("echo")
        until(lambda: len(workers.process_ids()) == 2)
        (spare,) = set(workers.process_ids()) - {workers.ask("echo")[-1]}
        with pytest.raises(TooSlow):
            workers.ask("hang")
        assert workers.ask("echo")[-1] == spare


@pytest.mark.parametrize("job", ["die", "leave"])
def test_a_process_that_dies_costs_its_own_question_only(tmp_path: Path, job: str) -> None:
    with pool(tmp_path, count=2) as workers, ThreadPoolExecutor(2) as people:
        other = people.submit(workers.ask, "wait", tmp_path / "let go")
        with pytest.raises(Unanswered):
            workers.ask(job)
        (tmp_path / "let go").write_text("an answer", encoding="ascii")
        assert other.result() == "an answer"
        assert workers.ask("echo", "on")[0] == "on"


@POSIX
def test_a_process_that_was_killed_while_it_stood_by_costs_nothing(tmp_path: Path) -> None:
    with pool(tmp_path) as workers:
        for _ in range(2):
            workers.ask("echo")
            for pid in workers.process_ids():
                os.kill(pid, signal.SIGKILL)
                assert gone(pid)
            assert workers.ask("echo", "still")[0] == "still"


@LINUX
def test_a_question_gets_only_so_much_memory(tmp_path: Path) -> None:
    with pool(tmp_path, memory=400_000_000) as workers:
        before = workers.ask("echo")[-1]
        with pytest.raises(Unanswered, match="memory"):
            workers.ask("devour")
        assert gone(before)
        assert workers.ask("echo", "still")[0] == "still"


def test_an_error_comes_back_as_itself(workers: Workers) -> None:
    with pytest.raises(QueryError, match="no such word") as met:
        workers.ask("misread")
    assert met.value.position == 7
    with pytest.raises(NotFound, match="nothing is held"):
        workers.ask("miss")


def test_an_error_that_cannot_be_sent_keeps_its_sentence(workers: Workers) -> None:
    with pytest.raises(SearchError, match="this and that"):
        workers.ask("odd")


@pytest.mark.parametrize(
    ("job", "said"),
    [("stumble", "a slip of ours"), ("unsendable", "pickle"), ("enormous", "70,000,0")],
)
def test_a_slip_of_ours_is_told_with_its_traceback(workers: Workers, job: str, said: str) -> None:
    with pytest.raises(Broken, match=said):
        workers.ask(job)
    assert workers.ask("echo", "still")[0] == "still"


def test_an_unusable_index_is_the_same_error_as_here(tmp_path: Path) -> None:
    fill(tmp_path, [decision()])
    (tmp_path / "index").rename(tmp_path / "elsewhere")
    with pool(tmp_path) as workers, pytest.raises(IndexUnusable, match="decisions index"):
        workers.ask("search", SearchRequest(query="council"), False)


def test_an_index_that_was_made_meanwhile_is_seen(tmp_path: Path) -> None:
    fill(tmp_path, [decision("24 001 001")])
    with pool(tmp_path) as workers:
        assert workers.ask("search", SearchRequest(query="housing"), False).total == 1
        fill(tmp_path, [decision("24 001 002")])
        assert workers.ask("search", SearchRequest(query="housing"), False).total == 2


def test_only_so_many_wait(tmp_path: Path) -> None:
    with pool(tmp_path, count=1, waiting=1) as workers, ThreadPoolExecutor(2) as people:
        assert workers.wait_ready(120)
        first = people.submit(workers.ask, "wait", tmp_path / "let go")
        until(lambda: workers._busy)
        second: Future[Any] = people.submit(workers.ask, "echo", "second")
        until(lambda: workers._waiting)
        with pytest.raises(TooBusy):
            workers.ask("echo", "third")
        (tmp_path / "let go").write_text("first", encoding="ascii")
        assert first.result() == "first"
        assert second.result()[0] == "second"


def test_who_waits_does_so_for_a_time_only(tmp_path: Path) -> None:
    with pool(tmp_path, patience=0.05) as workers, ThreadPoolExecutor(1) as people:
        assert workers.wait_ready(120)
        busy = people.submit(workers.ask, "wait", tmp_path / "let go")
        until(lambda: workers._busy)
        with pytest.raises(TooBusy):
            workers.ask("echo")
        (tmp_path / "let go").write_text("x", encoding="ascii")
        busy.result()


def test_no_more_than_so_many_are_answered_at_once(tmp_path: Path) -> None:
    """Though one more process stands by."""
    with pool(tmp_path, count=1) as workers, ThreadPoolExecutor(2) as people:
        workers.ask("echo")
        until(lambda: len(workers.process_ids()) == 2)
        first = people.submit(workers.ask, "wait", tmp_path / "let go")
        until(lambda: workers._busy)
        second = people.submit(workers.ask, "echo")
        until(lambda: workers._waiting)
        assert not second.done()
        (tmp_path / "let go").write_text("x", encoding="ascii")
        first.result()
        second.result()


def test_closing_ends_every_process_and_every_question(tmp_path: Path) -> None:
    with ThreadPoolExecutor(1) as people:
        with pool(tmp_path) as workers:
            asked = people.submit(workers.ask, "long", tmp_path / "begun")
            pids = {int(appears(tmp_path / "begun")), *workers.process_ids()}
        with pytest.raises(Unanswered):
            asked.result()
    assert all(gone(pid) for pid in pids)
    assert not workers._keeper.is_alive()


SERVER = """
import sys, threading
from dataclasses import replace
from pathlib import Path
from search.web.workers import Workers
from tests.exporting import settings
from tests.web_jobs import MISBEHAVING
if __name__ == "__main__":
    home = Path(sys.argv[1])
    jobs = {**MISBEHAVING, "in c": replace(MISBEHAVING["in c"], seconds=1.0)}
    with Workers(settings(home), jobs, count=2, waiting=2, patience=60, memory=None) as workers:
        for job in ("long", "in c"):
            threading.Thread(target=workers.ask, args=(job, home / job)).start()
        threading.Event().wait()
"""


@POSIX
def test_a_killed_server_takes_its_processes_with_it(tmp_path: Path) -> None:
    """One that is in the middle of a C function too, once it has had its processor time."""
    file = tmp_path / "server.py"
    file.write_text(SERVER, encoding="utf-8")
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen([sys.executable, str(file), str(tmp_path)], env=environment) as server:
        try:
            pids = [int(appears(tmp_path / job)) for job in ("long", "in c")]
        finally:
            server.kill()
    assert all(gone(pid) for pid in pids)

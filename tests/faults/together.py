"""Two crawls of one home at once: one runs, the other ends with 75 and asks the site nothing."""

from __future__ import annotations

import subprocess
import threading

from scraper.report import EXIT_DONE
from tests.faults.command import crawl_words, ended, kill, lock_is_free, pause, running
from tests.faults.trials import Fault, Ground, settles

LOCKED = 75


def two_at_once(ground: Ground) -> None:
    """The site holds its first answer until one of the two has given up, so they do overlap."""
    with ground.world() as world:
        processes: list[subprocess.Popen[str]] = []
        both = threading.Event()

        def hold(_: object) -> None:
            both.wait(30)
            for _ in range(3000):
                if any(process.poll() is not None for process in processes):
                    return
                pause(0.01)

        world.site.at(1, hold)
        words = crawl_words(world)
        with running(words, settings={"DECISIONS_CONTACT": "one@archive.example"}) as one:
            pause(ground.rng.choice((0.0, 0.0, 0.02, 0.2, 0.5)))
            with running(words, settings={"DECISIONS_CONTACT": "two@archive.example"}) as two:
                processes += (one, two)
                both.set()
                ends = [ended(one), ended(two)]
        assert sorted(code for code, _ in ends) == [EXIT_DONE, LOCKED], ends
        loser = "one@" if ends[0][0] == LOCKED else "two@"
        asked = [entry for entry in world.site.log if loser in entry.headers["user-agent"]]
        assert not asked, "the crawl without the lock asked the site"
        assert "another" in ends[0 if loser == "one@" else 1][1]
        settles(world, clean=False)
        settles(world)


def free_after_kill(ground: Ground) -> None:
    """A crawl is killed while it holds the lock; the next one starts at once and carries on."""
    with ground.world() as world:
        number = 2 + ground.rng.randrange(6)
        with running(crawl_words(world)) as one:
            world.site.at(number, lambda _: kill(one))
            ended(one)
        lock_is_free(world.home)
        with running(crawl_words(world)) as two:
            code, said = ended(two)
        assert code == EXIT_DONE, said
        settles(world, clean=False)
        settles(world)


FAULTS = (
    Fault("two crawls at once", two_at_once, 50),
    Fault("a crawl right after a killed one", free_after_kill, 10),
)

"""Some faults of each kind, once: after each and one clean run nothing is lost or false.

All of them, and as often as their tables say, are ``python3 scripts/faults.py``'s.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.faults.table import FAULTS
from tests.faults.trials import Skipped, Stage, stage

BY_NAME = {fault.name: fault for fault in FAULTS}

QUICK = (
    "shell in place of a decision, a night",
    "soft-404 in place of a decision, a night",
    "captcha in place of a decision, once",
    "login in place of a decision, a night",
    "half-page in place of a decision, a night",
    "status 503 for a decision, once",
    "404 once for a listed decision",
    "410 twice for a listed decision",
    "five in a row: captcha",
    "list: removed, before page 2",
    "list: one inserted and one removed, before page 2",
    "list order: swapping over a page's edge",
    "list order: page 1 whatever is asked for",
    "list: count changes while paging",
    "shell in place of every list",
    "empty window against a shell: a stated 0",
    "gzip-two-members: read right",
    "cp1252-undeclared: read right",
    "cp1252-as-utf-8: read right",
    "gzip-without-end for a decision, a night",
    "gzip-bomb for a decision, a night",
    "short for a decision, a night",
    "chunked-cut for a decision, a night",
    "drip for a decision, a night",
    "hostile page: 80 KB of reopened formatting",
    "hostile page: provisions that multiply",
    "short for a list",
    "withdrawn (404 in two runs)",
    "expired after five years",
    "return with a new text and date",
    "body amended",
    "captcha at a revisit",
    "one reference under two categories",
    "links with displaypref",
    "links with chapter=0",
    "a report in chapters",
    "a chapter answers 404",
    "a joint report under four references",
    "references with letters",
    "Retry-After 'date:-3600' with 503",
    "Retry-After '0.6' with 429",
    "Retry-After '86400' with 503",
    "robots.txt: robots-error",
    "robots.txt midway: robots-disallow",
    "redirect: redirect-private",
    "redirect: to another decision",
    "clock wrong by +400 days for a night",
    "clock wrong by -400 days for a night",
    "disk: the database cannot grow",
    "disk: EIO when pages, decisions and books written",
    "disk: ENOSPC when manifest written",
    "disk: EIO in a backup",
    "network lost: nobody listens",
    "SIGKILL in a call on the database, a night",
    "SIGKILL in the middle of a write, a night",
    "SIGKILL in a call of a restore",
    "SIGKILL in a call of a schema change",
    "index halved, then a crawl",
    "index of another epoch, then decisions index",
    "bit rot: pages of a small archive",
    "bit rot: a flip in a small index",
    "60 searches during commits",
    "a read transaction held over a whole crawl",
    "a backup while a crawl writes",
    "erased: three versions of a decision",
)


@pytest.fixture(scope="module")
def ground() -> Iterator[Stage]:
    with stage(seed=1) as made:
        yield made


@pytest.mark.parametrize("name", QUICK)
def test_nothing_is_lost_after(name: str, ground: Stage) -> None:
    fault = BY_NAME[name]
    try:
        fault.act(ground.ground(fault, fault.times // 2))
    except Skipped as reason:
        pytest.skip(str(reason))


def test_no_two_faults_have_one_name() -> None:
    assert len(BY_NAME) == len(FAULTS)

"""A fault of each kind, once: after it and one clean run nothing is lost or false.

All of them, and as often as their tables say, are ``python3 scripts/faults.py``'s. Left out here is
what another test of the suite breaks in the same way: pages that are no decisions
(``test_scraper_crawl``), kills of a backup, a restore, a schema change and an erasure
(``test_archive_backup``, ``_restore``, ``_migrations``, ``_erasing_killed``) and of an export
(``test_export_killed``).
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.faults.table import FAULTS
from tests.faults.trials import Skipped, Stage, stage

BY_NAME = {fault.name: fault for fault in FAULTS}

QUICK = (
    "shell in place of a decision, a night",
    "captcha in place of a decision, once",
    "status 503 for a decision, once",
    "410 twice for a listed decision",
    "five in a row: captcha",
    "list: one inserted and one removed, before page 2",
    "list order: swapping over a page's edge",
    "shell in place of every list",
    "empty window against a shell: a stated 0",
    "gzip-two-members: read right",
    "cp1252-as-utf-8: read right",
    "gzip-bomb for a decision, a night",
    "short for a decision, a night",
    "drip for a decision, a night",
    "hostile page: 80 KB of reopened formatting",
    "short for a list",
    "withdrawn (404 in two runs)",
    "expired after five years",
    "return with a new text and date",
    "body amended",
    "one reference under two categories",
    "links with displaypref",
    "a report in chapters",
    "a chapter answers 404",
    "Retry-After '86400' with 503",
    "robots.txt midway: robots-disallow",
    "redirect: redirect-private",
    "clock wrong by +400 days for a night",
    "disk: the database cannot grow",
    "disk: EIO when pages, decisions and books written",
    "network lost: nobody listens",
    "SIGKILL in a call on the database, a night",
    "SIGKILL in the middle of a write, a night",
    "index halved, then a crawl",
    "bit rot: a flip in a small index",
    "60 searches during commits",
    "a read transaction held over a whole crawl",
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

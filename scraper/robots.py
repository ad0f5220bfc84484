"""What robots.txt asks of us, read with protego.

A pure reading of the text: rules for our product token, and the pause it asks for. When the file
is fetched, how old it may grow and what follows when it cannot be had stand in ``permission``.

Stricter than the RFC in three places, each towards asking less: a page of HTML in place of rules
(a firewall's answer, usually) is no permission; a file beyond the size cap is not read in part,
since the rule that forbids may stand in the rest; nor is one whose groups times rules would fill
the memory.
"""

from __future__ import annotations

from dataclasses import dataclass

from protego import Protego

from scraper.agent import PRODUCT
from scraper.errors import RobotsUnavailable

SIZE_CAP = 500 * 1024
"""Bytes, the least that RFC 9309 asks a crawler to read."""

_MOST_COMBINATIONS = 250_000
"""Groups × lines: 100 groups and 600 rules make 60,000. The parser may hold a record for each, so
that a file within the size cap could otherwise fill gigabytes."""


@dataclass(frozen=True, slots=True)
class RobotsRules:
    """What one origin's robots.txt allows us; ``delay`` in seconds, 0 when it asks for none."""

    parsed: Protego | None
    delay: float

    def allows(self, url: str) -> bool:
        """Whether the address may be asked for. ``/robots.txt`` itself always may."""
        return self.parsed is None or self.parsed.can_fetch(url, PRODUCT)


NO_RULES = RobotsRules(parsed=None, delay=0.0)
"""What a 4xx answer to robots.txt means: no rules, everything may be asked for."""


def read_robots(body: bytes, url: str) -> RobotsRules:
    """The rules in the body of a robots.txt at ``url``.

    Raises RobotsUnavailable when the body cannot be taken for rules.
    """
    text = body.decode("utf-8-sig", "replace")
    if text.lstrip().startswith("<"):
        raise RobotsUnavailable(
            f"{url}: answers with a page in place of rules, often a firewall's; nothing is "
            "crawled until it can be read"
        )
    lines = text.splitlines()
    groups = sum("agent" in line.lower() for line in lines)
    if groups * (len(lines) - groups) > _MOST_COMBINATIONS:
        raise RobotsUnavailable(
            f"{url}: {groups:,} groups in {len(lines):,} lines are more than any real file has; "
            "nothing is crawled until it can be read"
        )
    parsed = Protego.parse(text)
    rate = parsed.request_rate(PRODUCT)
    return RobotsRules(
        parsed=parsed,
        delay=max(
            parsed.crawl_delay(PRODUCT) or 0.0,
            rate.seconds / rate.requests if rate is not None else 0.0,
        ),
    )

"""Sources that a worker process can make, some of which do what hostile pages make parsers do."""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from archive.records import Decision, Page, Remedy
from scraper.sources.lgsco import Lgsco

NOWHERE = Remedy(
    1, 9999, 0, 5, "payment", 500, None, None, None, None, False, None, "words", "rule"
)
"""A remedy in a paragraph that there is not."""


@dataclass(frozen=True)
class Acting(Lgsco):
    """The real source, which does something of its own at the pages of some addresses.

    ``acts`` pairs an address with ``die``, ``memory``, ``fault``, ``sleep``, ``slow`` or
    ``askew``. With
    ``says`` every decision has that warning more.
    """

    acts: tuple[tuple[str, str], ...] = ()
    says: str | None = None

    def parse_decision(self, pages: Sequence[Page]) -> Decision:
        match dict(self.acts).get(pages[0].url):
            case "die":
                os._exit(3)
            case "memory":
                raise MemoryError
            case "fault":
                raise IndexError("list index out of range")
            case "sleep":
                print("asleep", flush=True)
                time.sleep(3600)
            case "slow":
                time.sleep(0.05)
            case _:
                pass
        decision = self.read(pages).decision
        if dict(self.acts).get(pages[0].url) == "askew":
            decision = replace(decision, remedies=(NOWHERE,))
        if self.says is not None:
            decision = replace(decision, warnings=(*decision.warnings, self.says))
        return decision


@dataclass(frozen=True)
class Making:
    """Makes such a source, here or in another process."""

    acts: tuple[tuple[str, str], ...] = ()
    says: str | None = None
    base: str | None = field(default=None)

    def __call__(self) -> Acting:
        return Acting(Lgsco.at(self.base).addresses, self.acts, self.says)


def never() -> Lgsco:
    """No source can be made."""
    raise SystemExit(5)

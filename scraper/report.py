"""What a run did, and the exit code that says so to cron."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import InitVar, dataclass, field
from datetime import datetime

EXIT_DONE, EXIT_ERROR, EXIT_PARTIAL, EXIT_CHANGED, EXIT_INTERRUPTED = 0, 1, 3, 4, 130

Tell = Callable[[str, str, str], None]
"""Hears of what goes wrong as it does: event, address or dates, reason."""


class Noted(dict[str, str]):
    """Names with reasons; each new one is told at once."""

    def __init__(self, event: str, tell: Tell) -> None:
        super().__init__()
        self._event, self._tell = event, tell

    def __setitem__(self, name: str, why: str) -> None:
        super().__setitem__(name, why)
        self._tell(self._event, name, why)


@dataclass(slots=True)
class CrawlReport:
    """Figures of one run, filled while it goes. Counts are of entries or decisions.

    ``failures`` pairs an address with the reason; ``unproven`` names windows whose listing did not
    add up; ``stopped`` is the sentence of an early end. ``warnings`` are sentences about the site's
    health (``scraper.health``) that a person should see: they make the run partial. ``unfit`` are
    numbers of corrections by persons whose words an amended text no longer has. ``tell``
    hears of each failure and each span of dates that does not add up when it is noted.
    """

    source: str
    scope: str
    started_at: datetime
    listed: int = 0
    windows: int = 0
    unproven: dict[str, str] = field(default_factory=dict)
    new: int = 0
    changed: int = 0
    derived: int = 0
    unchanged: int = 0
    unavailable: int = 0
    revisited: int = 0
    restored: int = 0
    expired: int = 0
    withdrawn: int = 0
    disputed: dict[str, str] = field(default_factory=dict)
    failures: dict[str, str] = field(default_factory=dict)
    left: int = 0
    requests: Mapping[str, int] = field(default_factory=dict)
    received_bytes: int = 0
    seconds: float = 0.0
    stopped: str | None = None
    stop_code: int | None = None
    warnings: list[str] = field(default_factory=list)
    unfit: list[int] = field(default_factory=list)
    tell: InitVar[Tell | None] = None

    def __post_init__(self, tell: Tell | None) -> None:
        if tell is not None:
            self.failures = Noted("failed", tell)
            self.unproven = Noted("unproven", tell)
            self.disputed = Noted("disputed", tell)

    @property
    def total_requests(self) -> int:
        """Requests sent, whatever for."""
        return sum(self.requests.values())

    def exit_code(self) -> int:
        """0 only when everything listed is in the archive (see the design's table of codes)."""
        if self.stop_code is not None:
            return self.stop_code
        if self.failures or self.unproven or self.left or self.warnings:
            return EXIT_PARTIAL
        return EXIT_DONE

    def as_json(self) -> dict[str, object]:
        """The versioned shape of ``decisions crawl --json``."""
        return {
            "schema": 1,
            "source": self.source,
            "scope": self.scope,
            "started_at": self.started_at.isoformat(),
            "listed": self.listed,
            "windows": self.windows,
            "unproven": [{"dates": span, "reason": why} for span, why in self.unproven.items()],
            "new": self.new,
            "changed": self.changed,
            "derived": self.derived,
            "unchanged": self.unchanged,
            "unavailable": self.unavailable,
            "revisited": self.revisited,
            "restored": self.restored,
            "expired": self.expired,
            "withdrawn": self.withdrawn,
            "disputed": [{"dates": span, "reason": why} for span, why in self.disputed.items()],
            "failed": len(self.failures),
            "failures": [{"url": url, "reason": why} for url, why in self.failures.items()],
            "left": self.left,
            "requests": {"total": self.total_requests, **self.requests},
            "received_bytes": self.received_bytes,
            "seconds": round(self.seconds, 1),
            "stopped": self.stopped,
            "warnings": self.warnings,
            "corrections_unfit": self.unfit,
            "exit_code": self.exit_code(),
        }

    def lines(self) -> list[str]:
        """The summary for a person."""
        requests = ", ".join(f"{name} {number:,}" for name, number in self.requests.items())
        found = f"{self.listed:,} listed, {self.new:,} new, {self.changed:,} changed"
        cost = f"{self.received_bytes / 1e6:.1f} MB, {_time(self.seconds)}"
        lines = [
            f"{found}, {len(self.failures):,} failed ({self.scope})",
            f"{self.total_requests:,} requests ({requests or 'none'}), {cost}",
        ]
        if self.revisited:
            lines.append(f"{self.revisited:,} decisions looked at again")
        if self.expired or self.withdrawn or self.restored:
            left = f"{self.expired:,} after their usual time, {self.withdrawn:,} before it"
            lines.append(f"no longer on the site: {left}; back again: {self.restored:,}")
        lines += [f"disputed: decisions dated {s}: {why}" for s, why in self.disputed.items()]
        if self.unavailable:
            lines.append(f"{self.unavailable:,} listed entries whose page is missing on the site")
        if self.left:
            lines.append(f"{self.left:,} entries are still to be fetched; run it again")
        unproven = [f"{span}: {why}" for span, why in self.unproven.items()]
        lines += [f"not proven complete: decisions dated {name}" for name in unproven[:10]]
        if len(self.unproven) > 10:
            lines.append(f"… and {len(self.unproven) - 10} more spans not proven complete")
        lines += [f"failed: {why}" for why in list(self.failures.values())[:10]]
        if len(self.failures) > 10:
            lines.append(f"… and {len(self.failures) - 10} more failures (see --json)")
        if self.unfit:
            lines.append(unfit_sentence(len(self.unfit)))
        if self.stopped:
            lines.append(f"stopped: {self.stopped}")
        return lines + [f"attention: {warning}" for warning in self.warnings]


def unfit_sentence(number: int) -> str:
    """That corrections by persons have lost their words, and where to see them."""
    what = (
        "correction by a person no longer fits"
        if number == 1
        else ("corrections by persons no longer fit")
    )
    return f"{number:,} {what} the text; see them with: decisions correct --list"


def _time(seconds: float) -> str:
    if seconds < 90:
        return f"{seconds:.1f} s"
    if seconds < 5400:
        return f"{seconds / 60:.0f} min"
    return f"{seconds / 3600:.1f} h"

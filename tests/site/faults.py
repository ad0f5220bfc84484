"""Everything that can go wrong between a crawler and the site, by name.

A ``Fault`` says which requests it meets (a pattern for path and query, how many to let pass first,
how many to spoil); the table ``FAULTS`` says what it does to the answer. To add a fault, add a
function and a row to ``spoilt_pages`` or ``spoilt_bytes``.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field

from tests.site.exchange import Answer, Request, Spoil
from tests.site.spoilt_bytes import CHARSETS, CODINGS, SENDINGS
from tests.site.spoilt_pages import PAGES

_STAGES = (PAGES, CHARSETS, CODINGS, SENDINGS)

FAULTS: dict[str, tuple[Spoil, str]] = {
    name: row for stage in _STAGES for name, row in stage.items()
}
"""Every fault: what it does, and which requests it meets unless told otherwise."""

_STAGE = {name: number for number, stage in enumerate(_STAGES) for name in stage}


@dataclass(slots=True)
class Fault:
    """A fault to switch on.

    ``path`` is a regular expression searched, without case, in path and query; empty takes the
    usual one of the fault. The first ``skip`` requests that match pass unharmed, then ``times`` are
    spoilt (None: all). ``value`` is what the fault needs: a Retry-After, a location, seconds, a
    number. ``met`` counts the requests spoilt.
    """

    name: str
    path: str = ""
    times: int | None = None
    skip: int = 0
    value: str | None = None
    met: int = field(default=0, init=False)
    seen: int = field(default=0, init=False)

    def __post_init__(self) -> None:
        if self.name not in FAULTS:
            raise ValueError(f"no fault is called {self.name!r}; known: {', '.join(FAULTS)}")
        self.path = self.path or FAULTS[self.name][1]


class Faults:
    """The faults switched on; safe to change while the site is answering."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._on: list[Fault] = []

    def add(self, fault: Fault | str) -> Fault:
        """Switch a fault on (a name takes its defaults) and return it."""
        made = Fault(fault) if isinstance(fault, str) else fault
        with self._lock:
            self._on.append(made)
        return made

    def remove(self, fault: Fault) -> None:
        """Switch one off. Raises ValueError if it is not on."""
        with self._lock:
            self._on.remove(fault)

    def clear(self) -> None:
        """Switch all off."""
        with self._lock:
            self._on.clear()

    def __iter__(self) -> Iterator[Fault]:
        with self._lock:
            return iter(tuple(self._on))

    def meeting(self, request: Request) -> list[Fault]:
        """The faults that spoil this request, counted as having done so."""
        hit = []
        with self._lock:
            for fault in self._on:
                if not re.search(fault.path, request.target, re.IGNORECASE):
                    continue
                fault.seen += 1
                if fault.seen <= fault.skip:
                    continue
                if fault.times is not None and fault.met >= fault.times:
                    continue
                fault.met += 1
                hit.append(fault)
        return hit


def spoil(request: Request, answer: Answer, faults: list[Fault]) -> Answer:
    """The answer after all these faults: first another page, then its characters, its coding, and
    how it is sent; within each of these in the order they were switched on."""
    for fault in sorted(faults, key=lambda fault: _STAGE[fault.name]):
        answer = FAULTS[fault.name][0](request, answer, fault.value)
    return answer

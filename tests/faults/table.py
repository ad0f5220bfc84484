"""All faults in one table. To add a kind, add its module here."""

from __future__ import annotations

from tests.faults import (
    clocks,
    disk,
    hostile,
    killing,
    leaving,
    listings,
    naming,
    network,
    pages,
    politeness,
    together,
    wire,
)
from tests.faults.trials import Fault

FAULTS: tuple[Fault, ...] = (
    *pages.FAULTS,
    *listings.FAULTS,
    *wire.FAULTS,
    *hostile.FAULTS,
    *leaving.FAULTS,
    *naming.FAULTS,
    *politeness.FAULTS,
    *clocks.FAULTS,
    *disk.FAULTS,
    *network.FAULTS,
    *killing.FAULTS,
    *together.FAULTS,
)

"""All faults in one table. To add a kind, add its module here."""

from __future__ import annotations

from tests.faults import (
    clocks,
    disk,
    failing,
    forgetting,
    hostile,
    killing,
    killing_calls,
    leaving,
    listings,
    misplacing,
    naming,
    network,
    pages,
    politeness,
    reading,
    rotting,
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
    *failing.FAULTS,
    *network.FAULTS,
    *killing.FAULTS,
    *killing_calls.FAULTS,
    *together.FAULTS,
    *reading.FAULTS,
    *forgetting.FAULTS,
    *misplacing.FAULTS,
    *rotting.FAULTS,
)

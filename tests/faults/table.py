"""All faults in one table. To add a kind, add its module here."""

from __future__ import annotations

from tests.faults import killing, network, pages, together
from tests.faults.trials import Fault

FAULTS: tuple[Fault, ...] = (
    *pages.FAULTS,
    *network.FAULTS,
    *killing.FAULTS,
    *together.FAULTS,
)

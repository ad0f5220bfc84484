"""All faults in one table. To add a kind, add its module here."""

from __future__ import annotations

from tests.faults import pages
from tests.faults.trials import Fault

FAULTS: tuple[Fault, ...] = (*pages.FAULTS,)

"""Every quick fault once: after it and one clean run nothing is lost and nothing false is kept."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.faults.table import FAULTS
from tests.faults.trials import Fault, Stage, stage

QUICK = [fault for fault in FAULTS if fault.quick]


@pytest.fixture(scope="module")
def ground() -> Iterator[Stage]:
    with stage(seed=1) as made:
        yield made


@pytest.mark.parametrize("fault", QUICK, ids=lambda fault: fault.name)
def test_nothing_is_lost_after(fault: Fault, ground: Stage) -> None:
    fault.act(ground.ground(fault, 0))


def test_no_two_faults_have_one_name() -> None:
    assert len({fault.name for fault in FAULTS}) == len(FAULTS)

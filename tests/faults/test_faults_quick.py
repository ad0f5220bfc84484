"""Every quick fault once: after it and one clean run nothing is lost and nothing false is kept."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.faults.table import FAULTS
from tests.faults.trials import Fault, Stage

QUICK = [fault for fault in FAULTS if fault.quick]


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    with TemporaryDirectory() as folder:
        yield Stage(Path(folder), seed=1)


@pytest.mark.parametrize("fault", QUICK, ids=lambda fault: fault.name)
def test_nothing_is_lost_after(fault: Fault, stage: Stage) -> None:
    fault.act(stage.ground(fault, 0))


def test_no_two_faults_have_one_name() -> None:
    assert len({fault.name for fault in FAULTS}) == len(FAULTS)

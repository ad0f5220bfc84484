"""The comparison with a plain reading runs, and sees a difference where there is one."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks import agreement
from tests.plain_reading import plainly


def test_a_few_random_queries_agree(tmp_path: Path) -> None:
    kinds, some = agreement.compare(60, 15, 7, tmp_path)
    assert kinds.total() == 60
    assert len(kinds) > 3
    assert some > 20


def test_a_difference_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(agreement, "plainly", lambda *args: not plainly(*args))
    with pytest.raises(AssertionError, match="seed 7"):
        agreement.compare(5, 5, 7, tmp_path)

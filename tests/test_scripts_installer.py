"""Filling an environment where Python came with pip, without, or with none at all."""

import sys
from pathlib import Path

import installer
import pytest
from folder import Stopped


@pytest.mark.parametrize(
    ("tool", "names"),
    [("apt-get", "apt install python3."), ("dnf", "python3-pip"), ("apk", "py3-pip"), ("", "pip")],
)
def test_a_machine_without_pip_is_told_what_to_install(tool: str, names: str) -> None:
    said = installer.how_to_get_pip(lambda name: name if name == tool else None)
    assert names in said


def test_without_ensurepip_and_pip_it_stops_and_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(installer, "works", lambda words: False)
    with pytest.raises(Stopped, match="neither ensurepip nor pip"):
        installer.pip_for(tmp_path)


def test_without_ensurepip_the_outer_pip_is_pointed_at_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(installer, "works", lambda words: words[0] == sys.executable)
    outer = [sys.executable, "-m", "pip", "--python", installer.interpreter(tmp_path)]
    assert installer.pip_for(tmp_path) == outer


def test_what_would_lead_an_installation_astray_is_not_passed_on() -> None:
    kept = {"PATH": "p", "PIP_INDEX_URL": "i", "HTTPS_PROXY": "x"}
    assert installer.clean({**kept, "PIP_USER": "1", "PYTHONPATH": "elsewhere"}) == kept

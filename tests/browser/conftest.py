"""One browser and one served archive for all checks, made when the first asks for them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser import room
from tests.browser.watched import browser


def pytest_addoption(parser: pytest.Parser) -> None:
    """``--shots``: where pictures of every kind of page go."""
    parser.addoption("--shots", metavar="DIR", type=Path, default=None)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The browser."""
    with browser() as found:
        yield found


@pytest.fixture(scope="session")
def filled(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, room.Held]:
    """A home with an archive that has decisions of every fate."""
    home = tmp_path_factory.mktemp("home")
    return home, room.fill(home)


@pytest.fixture(scope="session")
def held(filled: tuple[Path, room.Held]) -> room.Held:
    """Which decisions those are."""
    return filled[1]


@pytest.fixture(scope="session")
def served(filled: tuple[Path, room.Held]) -> Iterator[room.Room]:
    """The room over them: only to read."""
    with room.served(filled[0]) as found:
        yield found

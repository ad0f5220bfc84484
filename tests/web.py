"""The reading room over an invented archive, in this process, for the tests of its pages."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from flask.testing import FlaskClient

from archive.config import Config
from archive.opening import reader
from search.web.application import create_app
from search.web.jobs import JOBS
from search.web.site import Choices, Site
from tests.exporting import settings

NOW = datetime(2026, 5, 4, 9, 30, tzinfo=UTC)


class Here:
    """Answers in this process, without a limit of time."""

    def __init__(self, config: Config) -> None:
        self._config = config

    def ask(self, job: str, *arguments: Any) -> Any:
        return JOBS[job].work(self._config, *arguments)


def over(
    config: Config,
    choices: Choices | None = None,
    *,
    now: Callable[[], datetime] = lambda: NOW,
) -> Site:
    """A site over the archive that these settings name."""
    return Site(
        config=config,
        open_archive=reader(config),
        answering=Here(config),
        choices=choices or Choices(),
        now=now,
    )


def client(home: Path, **choices: Any) -> FlaskClient:
    """A browser without a network, over the archive in this directory (``room_home`` has one).

    Bodies of its responses are read by ``response.text``; files (``/static``) want closing.
    """
    return create_app(over(settings(home), replace(Choices(), **choices))).test_client()

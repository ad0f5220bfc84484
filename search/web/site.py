"""What the reading room is given: the archive, somebody who answers, the operator's choices.

Built once by ``search.serve_command`` and handed to ``application.create_app``; a test hands over
its own. Nothing here opens anything by itself.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from archive.config import Config
    from archive.store import Archive


class Answering(Protocol):
    """Answers questions that may take long, somewhere where they can be given up."""

    def ask(self, job: str, *arguments: Any) -> Any:
        """The answer of a job of ``search.web.jobs.JOBS``; arguments and answer can be pickled.

        Raises what the job raises (DecisionsError), TooSlow after the job's time, TooBusy when too
        many are waiting already.
        """


@dataclass(frozen=True, slots=True)
class Choices:
    """What the operator decided for this room.

    ``hosts`` are the names (without port) that a request may be addressed to; ``include_withdrawn``
    shows the local operator texts that are not passed on to others (never restricted ones);
    ``indexable`` lets search engines in; ``public_url`` is where people reach the room (scheme and
    host, no slash at the end), None for the address it was asked under; ``contact`` is whom to
    write to about this archive; ``public`` says that others than the operator may come.
    """

    hosts: tuple[str, ...] = ("localhost", "127.0.0.1", "::1")
    include_withdrawn: bool = False
    indexable: bool = False
    public_url: str | None = None
    contact: str | None = None
    public: bool = False


@dataclass(frozen=True, slots=True)
class Site:
    """Everything a page may need. ``open_archive`` gives the archive read-only, for one request."""

    config: Config
    open_archive: Callable[[], AbstractContextManager[Archive]]
    answering: Answering
    choices: Choices
    now: Callable[[], datetime]

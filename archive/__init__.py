"""The archive room: the one place where decisions are kept. See docs/architecture.md.

For researchers: ``from archive import Archive``, then ``with Archive.open() as archive:`` (see
docs/python.md). What stands in ``__all__`` is loaded when it is asked for, not before.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from archive.errors import DecisionsError as DecisionsError
    from archive.records import Decision as Decision
    from archive.records import StoredDecision as StoredDecision
    from archive.store import Archive as Archive

__version__ = "0.1.0"

_FROM = {
    "Archive": "archive.store",
    "Decision": "archive.records",
    "DecisionsError": "archive.errors",
    "StoredDecision": "archive.records",
}
__all__ = ["Archive", "Decision", "DecisionsError", "StoredDecision", "__version__"]


def __getattr__(name: str) -> Any:
    if name not in _FROM:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_FROM[name]), name)

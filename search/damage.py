"""Whatever goes wrong over a spoilt index, as one sentence of ours."""

from __future__ import annotations

import re
from types import TracebackType

from archive.errors import DecisionsError
from search.manifest import damaged


class damage:  # noqa: N801 - read as a word of the language: "with damage(…)"
    """Turn whatever Whoosh or NumPy raises over a damaged file into IndexUnusable.

    A damaged index shows itself as nearly any exception (struct, pickle, zlib, assertions, wrong
    types), so all of them are caught here, except our own and the system's.
    """

    def __init__(self, when: str) -> None:
        self._when = when

    def __enter__(self) -> None:
        pass

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None
    ) -> None:
        if not isinstance(error, Exception) or isinstance(error, DecisionsError | OSError):
            return
        words = re.sub(r"\s+", " ", str(error))[:200]
        raise damaged(f"{self._when}: {type(error).__name__} {words}".rstrip()) from error

"""Whatever goes wrong over a spoilt index, as one sentence of ours."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator

from archive.errors import DecisionsError
from search.manifest import damaged


@contextlib.contextmanager
def damage(when: str) -> Iterator[None]:
    """Turn whatever Whoosh or NumPy raises over a damaged file into IndexUnusable.

    A damaged index shows itself as nearly any exception (struct, pickle, zlib, assertions, wrong
    types), so all of them are caught here, except our own and the system's.
    """
    try:
        yield
    except (DecisionsError, OSError):
        raise
    except Exception as error:
        words = re.sub(r"\s+", " ", str(error))[:200]
        raise damaged(f"{when}: {type(error).__name__} {words}".rstrip()) from error

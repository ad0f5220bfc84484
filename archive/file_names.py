"""What the words say that a person named a file with, before they become a ``Path``.

A ``Path`` forgets how its words ended: ``NAME/`` becomes ``NAME``, and a file of that name would be
written where a directory was meant.
"""

from __future__ import annotations

import os


def names_directory(given: str) -> bool:
    """Whether this can only be the name of a directory: ``NAME/`` or ``NAME/.``, and on Windows
    ``NAME\\`` too."""
    return os.path.basename(given) in ("", ".")  # noqa: PTH119 - a Path forgets it

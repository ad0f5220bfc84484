"""``decisions verify`` as a person calls it, on a home."""

from __future__ import annotations

import io
import json
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any

import decisions

PUT_ASIDE = "damaged pages that a repair has put aside"
"""What even a full look leaves out, rightly."""


def told(home: Path, *words: str) -> tuple[int, str, str]:
    """A command on a home, in this process: exit code, stdout, stderr."""
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        code = decisions.main(["--home", str(home), *words])
    return code, out.getvalue(), err.getvalue()


def verified(home: Path, level: str = "--full") -> dict[str, Any]:
    """What ``decisions verify`` says of a home. Raises AssertionError when it says nothing."""
    code, said, complained = told(home, "verify", level, "--json")
    try:
        shape: dict[str, Any] = json.loads(said)
    except ValueError:
        raise AssertionError(f"verify ended with {code}: {said}{complained}") from None
    assert code == (0 if shape["ok"] else 1), (code, said)
    assert shape["ok"] == (not shape["faults"]), said
    return shape


def is_whole(home: Path) -> None:
    """Everything was looked at, and there is no fault."""
    shape = verified(home)
    assert shape["ok"], shape["faults"]
    unseen = [what for what in shape["not_checked"] if not what.startswith(PUT_ASIDE)]
    assert not unseen, unseen

"""The command in this process, for tests to which a process of its own means nothing.

Starting a Python and importing everything costs more than most commands do. What a process is
(exit at a signal, a terminal, a closed pipe, encodings) is tried with
``tests.test_decisions_command.run``, which looks the same.
"""

from __future__ import annotations

import io
import os
import subprocess
import sys
from pathlib import Path

import pytest

import decisions

ROOT = Path(__file__).parents[1]


def run(
    *arguments: str, home: Path, given: str | None = None, **environ: str
) -> subprocess.CompletedProcess[str]:
    """The command on a home of its own: exit code and what it said. Raises what it raises."""
    words = ["--home", str(home), *arguments]
    out, err = io.BytesIO(), io.BytesIO()
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("DECISIONS_")]:
            patch.delenv(name)
        for name, value in environ.items():
            patch.setenv(name, value)
        patch.chdir(ROOT)
        patch.setattr(sys, "stdin", io.StringIO(given or ""))
        patch.setattr(sys, "stdout", io.TextIOWrapper(out, encoding="utf-8"))
        patch.setattr(sys, "stderr", io.TextIOWrapper(err, encoding="utf-8"))
        code = decisions.main(words)
        sys.stdout.flush()
        sys.stderr.flush()
        said = out.getvalue().decode(), err.getvalue().decode()
    return subprocess.CompletedProcess(words, code, *said)

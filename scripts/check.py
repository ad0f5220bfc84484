"""Check the code without running it: lint, layout, types, and which room may import which.

    python3 scripts/check.py

All checks run, even when one fails; the exit code is 1 if any did. It makes the environment first
where it is missing or stale.
"""

from pathlib import Path

from environment import arguments, python_for, run, run_script
from folder import tell
from installer import command


def checks(python: Path) -> list[tuple[str, list[str | Path]]]:
    """What each check is called, and the words that run it."""
    return [
        ("ruff (lint)", [python, "-m", "ruff", "check", "--quiet", "."]),
        ("ruff (layout)", [python, "-m", "ruff", "format", "--check", "--quiet", "."]),
        ("mypy (types)", [python, "-m", "mypy", "--no-error-summary"]),
        ("import-linter (rooms)", [command(python, "lint-imports"), "--no-logo"]),
    ]


def main() -> int:
    options = arguments("Check lint, layout, types and imports.").parse_args()
    failed = []
    for name, words in checks(python_for(options.venv, project=False)):
        tell(f"{name} ...")
        if run(words):
            failed.append(name)
    tell(f"Failed: {', '.join(failed)}." if failed else "All checks passed.")
    return 1 if failed else 0


if __name__ == "__main__":
    run_script(main)

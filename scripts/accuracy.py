"""Say how well the parser reads the golden pages, and write it into docs/accuracy.md.

    python3 scripts/accuracy.py           measure, print, write the page
    python3 scripts/accuracy.py --check   measure, print; exit 1 if the page says something else

The pages are ``tests/pages``; what they expect was written by hand. Only what stands between the
page's two markers is written, the rest is prose. It makes the environment first where it is
missing or stale.
"""

import json
import subprocess
import sys
from collections.abc import Mapping
from io import TextIOWrapper
from pathlib import Path
from typing import Any, cast

from environment import ROOT, arguments, python_for, run_script
from folder import Stopped, tell

PAGE = ROOT / "docs" / "accuracy.md"
BEGIN = "<!-- written by scripts/accuracy.py -->"
END = "<!-- end of what scripts/accuracy.py writes -->"


def measured(python: Path) -> dict[str, Any]:
    """What ``python -m tests.golden`` says. Raises Stopped when it does not end well."""
    done = subprocess.run(
        [python, "-m", "tests.golden"], cwd=ROOT, stdout=subprocess.PIPE, check=False
    )
    if done.returncode:
        raise Stopped("The golden pages could not be read; the lines above say why.")
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def rendered(found: Mapping[str, Any]) -> str:
    """The measurement as Markdown: a table, then every miss."""
    lines = [
        f"{found['read']} pages read, {found['refused']} pages that are no decision.",
        "",
        "| what | on the pages | found | right | precision | recall |",
        "|---|---|---|---|---|---|",
    ]
    for what, expected, got, right, precision, recall in found["rows"]:
        lines.append(f"| {what} | {expected} | {got} | {right} | {precision:.3f} | {recall:.3f} |")
    wrong = [
        *(f"{page}: {what} {how}: `{item}`" for page, what, how, item in found["misses"]),
        *(f"{page}: {each}" for page, each in found["differences"]),
    ]
    lines += ["", f"Misses: {len(wrong) or 'none'}.", *(f"- {each}" for each in wrong)]
    return "\n".join(lines)


def written_into(page: str, text: str) -> str:
    """The page with ``text`` between its markers. Raises Stopped when they are not there."""
    head, begin, rest = page.partition(BEGIN)
    _, end, tail = rest.partition(END)
    if not begin or not end:
        raise Stopped(f"{PAGE.name} must hold the lines {BEGIN!r} and {END!r}, in this order.")
    return f"{head}{BEGIN}\n{text}\n{END}{tail}"


def main() -> int:
    parser = arguments("Measure the parser on the golden pages.")
    parser.add_argument("--check", action="store_true", help="Only compare docs/accuracy.md.")
    options = parser.parse_args()
    text = rendered(measured(python_for(options.venv, project=False)))
    # A miss may hold any sign; a console that cannot show it is no reason to stop.
    cast("TextIOWrapper", sys.stdout).reconfigure(errors="backslashreplace")
    print(text, flush=True)
    before = PAGE.read_text(encoding="utf-8")
    after = written_into(before, text)
    if before == after:
        return 0
    if options.check:
        tell(f"{PAGE} says something else; run scripts/accuracy.py and look at the difference.")
        return 1
    PAGE.write_text(after, encoding="utf-8", newline="\n")
    tell(f"Written into {PAGE}.")
    return 0


if __name__ == "__main__":
    run_script(main)

"""Write the list of columns in docs/data.md anew from the models and views.

    python3 scripts/data_docs.py

Only what stands between the page's two markers is written, the rest is prose. A test says when this
has not been run. It makes the environment first where it is missing or stale.
"""

import subprocess
from pathlib import Path

from environment import ROOT, arguments, python_for, run_script
from folder import Stopped, tell

PAGE = ROOT / "docs" / "data.md"
BEGIN = "<!-- written by scripts/data_docs.py -->"
END = "<!-- end of what scripts/data_docs.py writes -->"


def listed(python: Path) -> str:
    """What ``python -m archive.dictionary_page`` says. Raises Stopped when it does not end well."""
    done = subprocess.run(
        [python, "-m", "archive.dictionary_page"], cwd=ROOT, stdout=subprocess.PIPE, check=False
    )
    if done.returncode:
        raise Stopped("The columns could not be read; the lines above say why.")
    return done.stdout.decode("utf-8").replace("\r\n", "\n").strip()


def written_into(page: str, text: str) -> str:
    """The page with ``text`` between its markers. Raises Stopped when they are not there."""
    head, begin, rest = page.partition(BEGIN)
    _, end, tail = rest.partition(END)
    if not begin or not end:
        raise Stopped(f"{PAGE} lacks {BEGIN} or {END}.")
    return f"{head}{BEGIN}\n\n{text}\n\n{END}{tail}"


def main() -> int:
    options = arguments("Write the list of columns in docs/data.md.").parse_args()
    text = listed(python_for(options.venv, project=False))
    PAGE.write_text(
        written_into(PAGE.read_text(encoding="utf-8"), text), encoding="utf-8", newline="\n"
    )
    tell(f"{PAGE} is written.")
    return 0


if __name__ == "__main__":
    run_script(main)

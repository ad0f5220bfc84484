"""Write docs/reference anew from the code: the commands, and the shapes of their JSON.

    python3 scripts/reference.py

A test says when this has not been run. It makes the environment first where it is missing or stale.
The list of tables is written by scripts/data_docs.py.
"""

import subprocess

from environment import ROOT, arguments, python_for, run_script
from folder import Stopped, tell


def main() -> int:
    options = arguments("Write docs/reference.").parse_args()
    python = python_for(options.venv, project=False)
    done = subprocess.run([python, "-m", "tests.reference"], cwd=ROOT, check=False)
    if done.returncode:
        raise Stopped("The pages could not be written; the lines above say why.")
    tell(f"{ROOT / 'docs' / 'reference'} is written.")
    return 0


if __name__ == "__main__":
    run_script(main)

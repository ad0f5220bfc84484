"""Run the whole test suite, making the environment first where it is missing or stale.

    python3 scripts/test.py                       everything, as many at once as there are cores
    python3 scripts/test.py tests/test_x.py -k y  any words for pytest

The exit code is pytest's.
"""

from environment import arguments, python_for, run, run_script
from folder import tell


def main() -> int:
    parser = arguments("Run the test suite; all other words go to pytest.")
    options, for_pytest = parser.parse_known_args()
    python = python_for(options.venv)
    tell("Running the tests ...")
    # A worker for each core pays only where there is much to do.
    words = for_pytest or ["-n", "auto", "--dist", "worksteal"]
    return run([python, "-m", "pytest", *words])


if __name__ == "__main__":
    run_script(main)

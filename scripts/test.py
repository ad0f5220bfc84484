"""Run the whole test suite, making the environment first where it is missing or stale.

    python3 scripts/test.py                       everything
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
    return run([python, "-m", "pytest", *for_pytest])


if __name__ == "__main__":
    run_script(main)

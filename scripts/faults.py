"""Try every fault that a crawl must survive, many times over, and print tried and passed.

    python3 scripts/faults.py                  all of them; more than half an hour
    python3 scripts/faults.py --list           their names
    python3 scripts/faults.py --only SIGKILL   those whose name holds SIGKILL
    python3 scripts/faults.py --but SIGKILL    the others
    python3 scripts/faults.py --write          all, and the figures into docs/reliability.md
    python3 scripts/faults.py --fuzz           100,000 spoilt pages instead; some five minutes
    python3 scripts/faults.py --fuzz --trials 2000 --seed 8

Each trial breaks something (the site, the network, the disk, the process), then makes one clean
run and holds the archive against the site's own log. The faults are in ``tests/faults``. The exit
code is 0 only if every trial passed.
"""

from environment import ROOT, arguments, python_for, run, run_script
from folder import tell

FIGURES = ROOT / "docs" / "reliability.md"


def main() -> int:
    parser = arguments(
        "Try every fault; other words go to the suite (-m tests.faults, or tests.faults.fuzzing)."
    )
    parser.add_argument(
        "--write", action="store_true", help="write the figures into docs/reliability.md"
    )
    parser.add_argument(
        "--fuzz",
        action="store_true",
        help="spoil the golden pages at random (tests.faults.fuzzing)",
    )
    options, for_suite = parser.parse_known_args()
    python = python_for(options.venv)
    tell("Spoiling pages ..." if options.fuzz else "Trying the faults ...")
    suite = "tests.faults.fuzzing" if options.fuzz else "tests.faults"
    target = ["--write", str(FIGURES)] if options.write else []
    return run([python, "-W", "error", "-m", suite, *for_suite, *target])


if __name__ == "__main__":
    run_script(main)

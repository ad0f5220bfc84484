"""Hold the API against its own description: schemathesis asks it what the description allows and
what it forbids, and checks each answer.

    pip install schemathesis
    python scripts/api_fuzz.py [SECONDS]

An invented archive in a directory of its own is served on loopback by ``decisions serve``, workers
and limits of time included, and everything is ended and removed afterwards. Nothing may answer with
a status of 500 or above, but 503 with a reason; each answer must be described. (That a query of the
right form must be understood is not checked: the query language has a grammar of its own.)
"""

import contextlib
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

SECONDS = 120
CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
    "negative_data_rejection",
    "unsupported_method",
    "allow_header_conformance",
)


def main(seconds: int) -> int:
    """The exit code of schemathesis: 0 when nothing was found."""
    from tests.exporting import fill

    tool = shutil.which("schemathesis", path=str(Path(sys.executable).parent)) or "schemathesis"
    with tempfile.TemporaryDirectory() as directory:
        home = Path(directory)
        fill(home)
        with served(home) as url:
            return subprocess.run(
                [
                    tool, "run", f"{url}/api/v1/openapi.json",
                    "--checks", ",".join(CHECKS),
                    "--phases", "examples,coverage,fuzzing",
                    "--max-time", str(seconds),
                    "--continue-on-failure",
                    "--request-timeout", "20",
                    "--no-color",
                ],
                check=False,
                cwd=home,
            ).returncode  # fmt: skip


@contextlib.contextmanager
def served(home: Path) -> Iterator[str]:
    """The address of a room over the archive in a directory."""
    command = [sys.executable, "-m", "decisions", "--home", str(home), "serve", "--port", "0"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as server:
        try:
            said = server.stdout.readline() if server.stdout else ""
            found = re.search(r"http://\S+", said)
            if found is None:
                raise SystemExit(f"decisions serve did not say where it is: {said!r}")
            yield found[0].rstrip("/")
        finally:
            server.terminate()
            server.wait(30)


if __name__ == "__main__":
    raise SystemExit(main(int(sys.argv[1]) if len(sys.argv) > 1 else SECONDS))

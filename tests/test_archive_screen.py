"""Nothing scraped or given can do anything to a terminal: no control byte beyond newline and tab.

Every command is run over an archive with something hostile in each text of each table, with
hostile arguments in every place that takes text, and with hostile settings. A command that is added
to the table is tried by itself, with and without a reference; to give it better arguments, add a
row to ``CALLS``.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

import decisions
from archive.screen import clean
from tests.planting import HOSTILE, REFERENCE, grown

ROOT = Path(__file__).parents[1]
NOBODY = "http://127.0.0.1:9"
"""A port where nobody answers."""

CALLS: dict[str, list[list[str]]] = {
    "search": [
        ["council"],
        ["council", "--json"],
        ["council", "--jsonl"],
        ["council", "--refs"],
        ["council", "--facets"],
        ["council", "--context", "1"],
        ["council", "--explain"],
        ["cuoncil"],
        ["--all"],
        ['"' + HOSTILE.replace("\x00", "")],
        ["(council"],
    ],
    "similar": [
        [REFERENCE + HOSTILE],
        [REFERENCE + HOSTILE, "--json"],
        [REFERENCE + HOSTILE, "--refs"],
        [REFERENCE],
    ],
    "terms": [["coun"], ["coun", "--json"], ["planted"]],
    "certificate": [["show", "FILE"], ["verify", "FILE"], ["verify", "FILE", "--json"]],
    "show": [
        [REFERENCE],
        [REFERENCE, "--json"],
        [REFERENCE, "--markdown"],
        [REFERENCE, "--section", "no such section"],
        ["24 001 00"],
    ],
    "crawl": [["--base-url", NOBODY, "--delay", "0"]],
    "doctor": [["--base-url", NOBODY], ["--offline"], ["--offline", "--json"]],
    "status": [[], ["--json"], ["--max-age", "1h"]],
    "correct": [
        [REFERENCE],
        [REFERENCE, "--json"],
        ["--list"],
        ["--list", "--json"],
        [REFERENCE, "--add", "--kind", "apology", "--paragraph", "1"],
        [REFERENCE, "--add", "--kind", "apology", "--paragraph", "1", "--by", "\x1bme"],
        [REFERENCE, "--add", "--kind", "apology", "--paragraph", "999"],
    ],
    "history": [[REFERENCE], [REFERENCE, "--json"]],
    "diff": [[REFERENCE], [REFERENCE, "--json"], [REFERENCE, "--from", "9"]],
    "changes": [[], ["--json"]],
    "coverage": [[], ["--json"]],
    "failures": [[], ["--all"], ["--all", "--json"], ["--page", "1", "--output", "FILE"]],
    "export": [["csv", "--output", "EXPORT"], ["jsonl", "--output", "EXPORT", "--force"]],
    "backup": [["EXPORT"], ["EXPORT", "--force", "--json"], ["HERE"]],
    "restore": [["FILE"], ["no such"]],
    "verify": [["--jobs", "1"], ["--full", "--jobs", "1"], ["--json"]],
    "import": [["FILE"], ["PAGE"], ["."]],
    "index": [[], ["--rebuild"], ["--optimize"], ["--json"]],
    "cron": [[], ["--json"]],
    "parse": [["FILE"], ["FILE", "--json"], ["PAGE"], ["PAGE", "--json"], ["PAGE", "--explain"]],
    "reparse": [["--jobs", "1"], ["--jobs", "2"], ["--json", "--jobs", "1"]],
    "quality": [[], ["--json"]],
    "bodies": [
        [],
        ["list"],
        ["list", "--json"],
        ["show", "Northmoor"],
        ["import", "FILE"],
        ["merge", "no such", "nor such"],
        ["set", "no such", "--type", "county"],
    ],
    "path": [[], ["log"]],
    "serve": [
        ["--host", "no such\x1b[31m host"],
        ["--allow-host", HOSTILE.replace("\x00", "")],
        ["--public-url", "https://a/" + HOSTILE.replace("\x00", "")],
    ],
    "config": [[], ["--json"]],
}

ENDS = {"serve": ["--workers", "9", "--threads", "1"]}
"""What makes a command that would stay there refuse, whatever else it is told."""

SHOWS = {"search", "show", "history", "diff", "changes", "bodies", "failures", "similar"}
"""Commands that must have shown something planted, or the test would prove nothing."""


def _calls(name: str) -> list[list[str]]:
    return CALLS.get(name, [[], ["--json"], [REFERENCE], [REFERENCE, "--json"]])


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The home of a hostile archive with its index."""
    home = tmp_path_factory.mktemp("planted")
    grown(home)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "stdout", sys.stdout)
        patch.setattr(sys, "stderr", sys.stderr)
        assert decisions.main(["--home", str(home), "index", "--rebuild"]) == 0
    (home / "file").write_text(f'{{"a{clean(HOSTILE)}": "{HOSTILE}"}}', encoding="utf-8")
    return home


@pytest.fixture
def home(planted: Path, tmp_path: Path) -> Path:
    """A copy of it, for a test that may change it."""
    return shutil.copytree(planted, tmp_path / "home")


def _assert_harmless(said: bytes) -> str:
    """Nothing in these bytes does anything to a terminal; gives them as text."""
    text = said.decode("utf-8")
    bad = sorted({char for char in text if clean(char) != char})
    assert not bad, [f"U+{ord(char):04X}" for char in bad]
    return text


def _run(capfdbinary: pytest.CaptureFixture[bytes], arguments: list[str]) -> tuple[int, str, str]:
    capfdbinary.readouterr()
    code = decisions.main(arguments)
    sys.stdout.flush()
    out, err = capfdbinary.readouterr()
    return code, _assert_harmless(out), _assert_harmless(err)


@pytest.mark.parametrize("name", decisions.COMMANDS)
def test_no_command_passes_on_what_was_planted(
    name: str,
    home: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfdbinary: pytest.CaptureFixture[bytes],
) -> None:
    monkeypatch.chdir(home)  # Some of what is given is the name of a file to write.
    shown = ""
    page = home / f"page{HOSTILE[:20].replace(chr(0), '')}.html".replace("/", "")
    if os.name == "posix":
        page.write_bytes(f"<html><title>{HOSTILE}</title><body>{HOSTILE}".encode())
    for call in _calls(name):
        given = [
            {
                "FILE": str(home / "file"),
                "PAGE": str(page),
                "EXPORT": str(home.parent / "out"),
                "HERE": str(home.parent),
            }.get(word, word)
            for word in call
        ]
        code, out, err = _run(
            capfdbinary, ["--home", str(home), "--contact", "me@example.org", name, *given]
        )
        assert code in (0, 1, 2, 3, 4), (call, code, err)
        shown += out + err
    if name in SHOWS:
        assert "PLANTED" in shown


def _textual(command: click.Command) -> Iterator[click.Parameter]:
    for parameter in command.params:
        flag = isinstance(parameter, click.Option) and (parameter.is_flag or parameter.count)
        if not flag:
            yield parameter


def _leaves(name: str) -> Iterator[tuple[list[str], click.Command]]:
    command = decisions.group.get_command(click.Context(decisions.group), name)
    assert command is not None
    if isinstance(command, click.Group):
        for sub in command.list_commands(click.Context(command)):
            found = command.get_command(click.Context(command), sub)
            assert found is not None
            yield [name, sub], found
    else:
        yield [name], command


@pytest.mark.parametrize("name", decisions.COMMANDS)
def test_no_command_passes_on_a_hostile_argument(
    name: str,
    home: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfdbinary: pytest.CaptureFixture[bytes],
) -> None:
    monkeypatch.chdir(home)  # Some of what is given is the name of a file to write.
    hostile = HOSTILE.replace("\x00", "") + "\udc9b\udcff"
    for path, command in _leaves(name):
        for parameter in _textual(command):
            given = [*path]
            if isinstance(parameter, click.Option):
                given += [parameter.opts[0], hostile]
            needed = [each for each in command.params if isinstance(each, click.Argument)]
            for each in needed:
                if each is parameter:
                    given.append(hostile)
                elif each.required:
                    given.append(REFERENCE)
            given += ENDS.get(name, [])
            code, out, err = _run(capfdbinary, ["--home", str(home), *given])
            assert err or out or code == 0
        _run(capfdbinary, ["--home", str(home), *path, "--" + hostile])
        _run(capfdbinary, ["--home", str(home), *path, "a", "b", "c", "d", hostile])


@pytest.mark.parametrize(
    "arguments",
    [
        ["HOSTILE"],
        ["--HOSTILE"],
        ["--home", "HOSTILE", "status"],
        ["--database", "HOSTILE", "status"],
    ],
)
def test_nor_does_the_root(arguments: list[str], capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    hostile = HOSTILE.replace("\x00", "") + "\udc9b\udcff"
    code, _, err = _run(capfdbinary, [word.replace("HOSTILE", hostile) for word in arguments])
    assert code != 0
    assert err


@pytest.mark.parametrize("name", ["DELAY", "DATABASE_URL", "HOME", "CONTACT", "QUALITY_LIMITS"])
@pytest.mark.parametrize("command", ["config", "status", "quality", "cron", "path"])
def test_a_hostile_setting(
    name: str,
    command: str,
    planted: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfdbinary: pytest.CaptureFixture[bytes],
) -> None:
    monkeypatch.setenv("DECISIONS_HOME", str(planted))
    monkeypatch.setenv(f"DECISIONS_{name}", HOSTILE.replace("\x00", "") + "\udc9b")
    code, _, err = _run(capfdbinary, [command])
    assert code == 0 or err


def test_a_hostile_settings_file(home: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    for line in (
        f'contact = "{HOSTILE}"',
        'contact = "\\u001b[31m"',
        "x\\u001b = 1",
        '"\\u009b" = 1',
    ):
        (home / "config.toml").write_text(line + "\n", encoding="utf-8")
        code, _, err = _run(capfdbinary, ["--home", str(home), "config"])
        assert code == 0 or err


CSV = [["export", "csv"], ["search", "--all", "--csv"]]


@pytest.mark.parametrize("call", CSV)
def test_csv_into_a_pipe_is_verbatim(
    call: list[str], planted: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    capfdbinary.readouterr()
    assert decisions.main(["--home", str(planted), *call]) == 0
    sys.stdout.flush()
    out, err = capfdbinary.readouterr()
    assert HOSTILE.encode() in out
    _assert_harmless(err)


# --- on a terminal ------------------------------------------------------------------------------

ON_TERMINAL = [
    *CSV,
    ["export", "jsonl"],
    ["export", "ris"],
    ["search", "council"],
    ["search", "council", "--facets"],
    ["search", "council", "--jsonl"],
    ["similar", REFERENCE],
    ["show", REFERENCE],
    ["diff", REFERENCE],
    ["config"],
    ["bodies"],
    ["reparse", "--jobs", "1"],
    ["index", "--rebuild"],
    ["show", HOSTILE.replace("\x00", "")],
]

_OURS = re.compile(
    r"\x1b\[[0-9;]*m"  # colours
    r"|\x1b\[\?25[lh]|\x1b\[[0-9]*[AK]|\x1b\[2K|\x1b\[1A|\r"  # a bar that is drawn again
)


@pytest.mark.skipif(os.name != "posix", reason="there are no pseudo-terminals here")
@pytest.mark.parametrize("call", ON_TERMINAL)
def test_on_a_terminal_nothing_but_our_colours_and_bars(call: list[str], home: Path) -> None:
    text = _on_terminal(["-m", "decisions", "--home", str(home), *call])
    assert text
    stripped = _OURS.sub("", text)
    bad = sorted({char for char in stripped if clean(char) != char})
    assert not bad, [f"U+{ord(char):04X}" for char in bad]
    # Nor the sequences that could be taken for ours: the only colours are those we give.
    assert "\x1b[31mPLANTED" not in text.replace("PLANTED", "", 1)


def _on_terminal(arguments: list[str]) -> str:
    import pty

    ours, theirs = pty.openpty()
    env = {**os.environ, "TERM": "xterm-256color", "COLUMNS": "100"}
    env.pop("NO_COLOR", None)
    child = subprocess.Popen(
        [sys.executable, *arguments], stdin=theirs, stdout=theirs, stderr=theirs, cwd=ROOT, env=env
    )
    os.close(theirs)
    said = bytearray()
    try:
        while piece := os.read(ours, 65536):
            said += piece
    except OSError:
        pass  # The other end was closed.
    finally:
        os.close(ours)
        child.wait()
    return said.decode("utf-8")


# --- what nobody meant to print -------------------------------------------------------------------


@pytest.mark.parametrize(
    "program",
    [
        "raise RuntimeError(HOSTILE)",
        "import warnings; warnings.warn(HOSTILE)",
        "import logging; logging.getLogger('a').warning(HOSTILE)",
        "print(HOSTILE); print(HOSTILE, file=sys.stderr)",
        "import click; click.echo(HOSTILE); click.secho(HOSTILE, fg='red')",
    ],
)
def test_whoever_prints(program: str) -> None:
    start = f"import sys; from archive.screen import settle_streams; HOSTILE = {HOSTILE!r}; "
    done = subprocess.run(
        [sys.executable, "-c", start + "settle_streams(); " + program],
        capture_output=True,
        check=False,
        cwd=ROOT,
        env={**os.environ, "PYTHONIOENCODING": "utf-8"},
    )
    assert "PLANTED" in _assert_harmless(done.stdout) + _assert_harmless(done.stderr)


# --- other encodings, a reader that goes, a full disk ---------------------------------------------

READERS = [
    ["search", "council"],
    ["show", REFERENCE],
    ["status"],
    ["changes"],
    ["bodies"],
    ["diff", REFERENCE],
    ["export", "csv"],
]


IN_ENCODING = """
import json, sys
import decisions

for call in json.loads(sys.argv[1]):
    decisions.main(call)
    print("<<end>>", flush=True)
"""


@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "latin-1"])
def test_another_encoding(encoding: str, planted: Path) -> None:
    # What an export writes is a file, and those are UTF-8.
    files = [call for call in READERS if call[0] == "export"]
    for calls in ([call for call in READERS if call not in files], files):
        words = json.dumps([["--home", str(planted), *call] for call in calls])
        done = subprocess.run(
            [sys.executable, "-c", IN_ENCODING, words],
            capture_output=True,
            check=False,
            cwd=ROOT,
            env={**os.environ, "PYTHONIOENCODING": encoding, "LC_ALL": "C"},
        )
        assert done.returncode == 0
        assert b"Traceback" not in done.stderr
        if calls is not files:
            told = _assert_harmless(done.stdout.decode(encoding).encode()).split("<<end>>")
            assert all(text.strip() for text in told[: len(calls)]), told
            assert len(told) == len(calls) + 1


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no full disk to be had here")
@pytest.mark.parametrize("call", READERS)
def test_a_full_disk_is_one_sentence(call: list[str], planted: Path) -> None:
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "decisions", "--home", str(planted), *call],
            stdout=full,
            stderr=subprocess.PIPE,
            check=False,
            cwd=ROOT,
        )
    assert done.returncode == 1
    assert b"No space left" in done.stderr
    assert b"Traceback" not in done.stderr


@pytest.mark.skipif(os.name != "posix", reason="pipes are closed in another way here")
@pytest.mark.parametrize("call", READERS)
def test_a_reader_that_goes_is_no_error(call: list[str], planted: Path) -> None:
    ours, theirs = os.pipe()
    os.close(ours)
    done = subprocess.run(
        [sys.executable, "-m", "decisions", "--home", str(planted), *call],
        stdout=theirs,
        stderr=subprocess.PIPE,
        check=False,
        cwd=ROOT,
    )
    os.close(theirs)
    assert b"Traceback" not in done.stderr
    assert b"Exception ignored" not in done.stderr
    assert done.returncode in (0, 1)

"""The command's root: help, exit codes, plain errors, and nothing imported that is not needed."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

import decisions
from tests.commanding import run as run_here

ROOT = Path(__file__).parents[1]


def run(
    *arguments: str, home: Path, given: str | None = None, **environ: str
) -> subprocess.CompletedProcess[str]:
    """The real command in a process of its own, on a home of its own."""
    env = {k: v for k, v in os.environ.items() if not k.startswith("DECISIONS_")} | environ
    return subprocess.run(
        [sys.executable, "-m", "decisions", "--home", str(home), *arguments],
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        cwd=ROOT,
        env=env,
        input=given,
    )


@pytest.mark.parametrize("name", decisions.COMMANDS)
def test_every_command_has_help_and_stands_in_the_list(name: str) -> None:
    runner = CliRunner()
    listed = runner.invoke(decisions.group, ["--help"])
    assert name in listed.output
    shown = runner.invoke(decisions.group, [name, "--help"])
    assert shown.exit_code == 0, shown.output
    assert "Usage:" in shown.output
    assert len(shown.output.splitlines()) > 5


def test_the_help_imports_no_room(tmp_path: Path) -> None:
    program = (
        "import sys, decisions\n"
        "code = decisions.main(['--help'])\n"
        "heavy = {'sqlalchemy', 'alembic', 'httpx', 'selectolax', 'whoosh', 'rich'}\n"
        "assert not heavy & set(sys.modules), heavy & set(sys.modules)\n"
        "sys.exit(code)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_the_version_is_told(tmp_path: Path) -> None:
    assert run("--version", home=tmp_path).stdout.startswith("decisions 0.")


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["nonsense"], 2, "No such command"),
        (["search", "damp"], 1, "decisions crawl"),
        (["show", "20-011-198"], 1, "decisions crawl"),
        (["export", "csv"], 1, "decisions crawl"),
        (["status"], 1, "decisions crawl"),
        (["crawl"], 2, "contact"),
        (["crawl", "--base-url", "https://www.lgo.org.uk"], 2, "loopback"),
        (["crawl", "--base-url", "http://10.0.0.1"], 2, "loopback"),
        (["crawl", "--since", "yesterday"], 2, "2024-06-01"),
        (["crawl", "--since", "2031-02-30"], 2, "2031-02-30"),
        (["crawl", "--since", "2025", "--until", "2024"], 2, "before"),
        (["crawl", "--source", "phso"], 2, "lgsco"),
        (["parse", "no-such-file.html"], 1, "no-such-file.html"),
        (["status", "--max-age", "soon"], 2, "36h"),
        (["path", "nowhere"], 2, "nowhere"),
    ],
)
def test_mistakes_get_one_sentence_and_the_right_code(
    tmp_path: Path, arguments: list[str], code: int, words: str
) -> None:
    done = run_here(*arguments, home=tmp_path / "home")
    assert done.returncode == code, done.stderr
    assert words in done.stderr + done.stdout
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "home" / "decisions.db").exists()


def test_an_argument_that_is_not_wanted_cannot_move_the_cursor(tmp_path: Path) -> None:
    done = run("coverage", "x\x1b]0;y\x07\u202e", home=tmp_path)
    assert done.returncode == 2
    assert "unexpected extra argument (x]0;y)" in done.stderr


def test_a_closed_port_is_an_error_and_loses_nothing(tmp_path: Path) -> None:
    done = run("crawl", "--base-url", "http://127.0.0.1:9", "--delay", "0", home=tmp_path / "home")
    assert done.returncode == 3, done.stderr
    assert "robots.txt" in done.stdout + done.stderr
    assert "Traceback" not in done.stderr


def test_a_file_that_is_no_database_is_named_and_kept(tmp_path: Path) -> None:
    (tmp_path / "decisions.db").write_bytes(b"not a database" * 100)
    for arguments in (["status"], ["search", "damp"], ["index"], ["reparse"]):
        done = run(*arguments, home=tmp_path)
        assert done.returncode == 1, arguments
        assert "decisions.db" in done.stderr
        assert "Traceback" not in done.stderr
    assert (tmp_path / "decisions.db").read_bytes() == b"not a database" * 100


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("contact = ", "not valid TOML"),
        ('contakt = "a@b.example"', "contakt"),
        ("delay = -1", "delay"),
        ("contact = 3", "contact"),
    ],
)
def test_a_bad_setting_is_named(tmp_path: Path, text: str, words: str) -> None:
    (tmp_path / "config.toml").write_text(text, encoding="utf-8")
    done = run("status", home=tmp_path)
    assert done.returncode == 2
    assert words in done.stderr
    assert "config.toml" in done.stderr


def test_settings_come_from_flag_then_environment_then_file(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text('contact = "file@example.org"\ndelay = 5\n')
    shown = run("config", home=tmp_path).stdout
    assert "file@example.org" in shown
    assert "5.0" in shown
    shown = run("config", home=tmp_path, DECISIONS_CONTACT="env@example.org").stdout
    assert "env@example.org" in shown
    assert "DECISIONS_CONTACT" in shown


def test_a_password_is_never_shown(tmp_path: Path) -> None:
    url = "postgresql+psycopg://me:secret@db.example/archive"
    done = run("config", "--json", home=tmp_path, DECISIONS_DATABASE_URL=url)
    assert "secret" not in done.stdout
    assert "db.example" in done.stdout


def test_where_things_lie(tmp_path: Path) -> None:
    assert run("path", home=tmp_path).stdout.strip() == str(tmp_path)
    assert run("path", "database", home=tmp_path).stdout.strip() == str(tmp_path / "decisions.db")


@pytest.mark.parametrize("arguments", [["--help"], ["config"], ["path"], ["parse", "--help"]])
def test_a_closed_stdout_is_no_error(tmp_path: Path, arguments: list[str]) -> None:
    program = (
        "import runpy, sys; sys.stdout = sys.__stdout__ = None;"
        "runpy.run_module('decisions', run_name='__main__')"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, *arguments],
        cwd=ROOT,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
        env={**os.environ, "DECISIONS_HOME": str(tmp_path)},
    )
    assert "Traceback" not in done.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full here")
def test_a_full_disk_under_the_output_is_one_sentence(tmp_path: Path) -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "decisions", "--home", str(tmp_path), "config"],
            cwd=ROOT,
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert done.returncode == 1
    assert done.stderr.startswith("decisions: ")
    assert "Traceback" not in done.stderr


def test_a_misspelt_command_is_told_the_near_ones(tmp_path: Path) -> None:
    done = run("serch", "damp", home=tmp_path)
    assert done.returncode == 2
    assert "No such command 'serch'. Did you mean 'search' or 'serve'?" in done.stderr


@pytest.mark.skipif(os.name == "nt", reason="a pipe without a reader is another error there")
@pytest.mark.parametrize("words", [["config"], ["path"], ["search", "--help"]])
def test_a_reader_that_goes_early_is_no_error(tmp_path: Path, words: list[str]) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    try:
        done = subprocess.run(
            [sys.executable, "-m", "decisions", "--home", str(tmp_path), *words],
            cwd=ROOT,
            stdout=writing,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    finally:
        os.close(writing)
    assert (done.returncode, done.stderr) == (0, "")

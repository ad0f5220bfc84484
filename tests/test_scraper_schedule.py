"""Whatever a path holds, it reaches the command whole: through cron, systemd and Windows."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

import decisions
from archive.config import Config, sqlite_url
from archive.errors import UsageError
from scraper.schedule import At, cron_line, systemd_service, systemd_timer, windows_task
from scraper.schedule_command import command_of, limit
from scraper.schedule_command import settings as needed
from tests.crawling import TODAY, World
from tests.site import Site, invent
from tests.test_decisions_command import run

AT = At(3, 17)
NASTY = [
    "plain",
    "/srv/two words/decisions",
    "100%",
    "%",
    "a%%b",
    "back\\%slash",
    "it's",
    'say "so"',
    "$HOME",
    "`id`",
    "a;b|c&d>e",
    "#no comment",
    "tilde~ star* ?",
    "ümlaut",
    "",
    "trailing\\",
]
WORDS = st.text(st.characters(exclude_categories=("Cc", "Cs")), max_size=12) | st.sampled_from(
    NASTY
)


def as_cron_reads(line: str) -> str:
    """The command of a crontab line as cron hands it to the shell: the first percent sign without
    a backslash ends it, a backslash before one is taken away (crontab(5))."""
    found = re.match(r"\d+ \d+ \* \* \* (.*)", line, re.DOTALL)
    assert found
    text, out, place = found[1], [], 0
    while place < len(text):
        if text.startswith("\\%", place):
            out.append("%")
            place += 2
        elif text[place] == "\\":
            out.append(text[place : place + 2])
            place += 2
        elif text[place] == "%":
            break
        else:
            out.append(text[place])
            place += 1
    return "".join(out)


@pytest.mark.skipif(sys.platform == "win32", reason="cron hands its line to /bin/sh")
@pytest.mark.parametrize("word", NASTY)
def test_cron_hands_every_word_over_whole(tmp_path: Path, word: str) -> None:
    log = tmp_path / "100% of 'it'.txt"
    show = "import json, sys; print(json.dumps(sys.argv[1:])); sys.exit(3)"
    line = cron_line([sys.executable, "-c", show, word, "end"], str(log), AT)
    assert line.startswith("17 3 * * * ")
    done = subprocess.run(
        ["/bin/sh", "-c", as_cron_reads(line)], capture_output=True, text=True, check=False
    )
    assert done.stderr == ""
    assert json.loads(done.stdout) == [word, "end"], "a failing run is printed, so cron mails it"
    assert log.exists()


@pytest.mark.skipif(sys.platform == "win32", reason="cron hands its line to /bin/sh")
def test_a_run_that_goes_well_prints_nothing(tmp_path: Path) -> None:
    line = cron_line([sys.executable, "-c", "print('all well')"], str(tmp_path / "log"), AT)
    done = subprocess.run(
        ["/bin/sh", "-c", as_cron_reads(line)], capture_output=True, text=True, check=False
    )
    assert (done.stdout, done.returncode) == ("", 0)
    assert (tmp_path / "log").read_text() == "all well\n"


def as_systemd_reads(line: str) -> list[str]:
    """The words of an ExecStart line by the rules of systemd.service(5) and systemd.syntax(7)."""
    words: list[str] = []
    for quoted, bare in re.findall(r'"((?:[^"\\]|\\.)*)"|(\S+)', line):
        text = re.sub(r"\\(.)", r"\1", quoted) if quoted or not bare else bare
        text = text.replace("%%", "\0")
        assert "%" not in text
        text = text.replace("\0", "%")
        words.append(text if not words else text.replace("$$", "$"))
    return words


@given(st.lists(WORDS, max_size=4))
@settings(max_examples=200, deadline=None)
def test_systemd_reads_back_the_same_words(words: list[str]) -> None:
    command = ["/opt/decisions/bin/decisions", *words]
    (line,) = re.findall(r"^ExecStart=(.*)$", systemd_service(command, "x"), re.MULTILINE)
    assert as_systemd_reads(line) == command


def test_a_dollar_in_the_programs_own_path_is_left_to_env() -> None:
    service = systemd_service(["/srv/$x/decisions", "crawl"], "x")
    assert 'ExecStart=/usr/bin/env "/srv/$$x/decisions" crawl' in service


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not here")
def test_systemd_itself_finds_nothing_wrong(tmp_path: Path) -> None:
    program = tmp_path / "two words 100%"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    service = tmp_path / "decisions-crawl.service"
    service.write_text(systemd_service([str(program), "--home", "/a b/$c"], "Nightly crawl"))
    timer = tmp_path / "decisions-crawl.timer"
    timer.write_text(systemd_timer("Nightly crawl", AT))
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", str(service), str(timer)],
        capture_output=True,
        text=True,
        check=False,
    )
    ours = [line for line in done.stderr.splitlines() if "decisions-crawl" in line]
    assert ours == []


def test_the_timer_is_spread_and_made_up_for() -> None:
    timer = systemd_timer("Nightly crawl", AT)
    assert "OnCalendar=*-*-* 03:17:00\n" in timer
    assert "RandomizedDelaySec=30min\n" in timer
    assert "Persistent=true\n" in timer


def test_windows_gets_its_own_quotes() -> None:
    line = windows_task([r"C:\Program Files\d\decisions.exe", "--home", r"C:\a b", "crawl"], AT)
    assert line == (
        "schtasks /Create /F /SC DAILY /TN decisions-crawl /ST 03:17 /TR "
        r'"\"C:\Program Files\d\decisions.exe\" --home \"C:\a b\" crawl"'
    )


@pytest.mark.parametrize("word", ["100%", "x" * 300])
def test_what_no_windows_line_can_carry_is_not_tried(word: str) -> None:
    assert windows_task(["decisions.exe", word], AT) is None


def test_a_newline_is_refused_everywhere() -> None:
    with pytest.raises(UsageError, match="control character"):
        cron_line(["decisions", "a\nb"], "log", AT)
    with pytest.raises(UsageError, match="control character"):
        systemd_service(["decisions", "a\nb"], "x")
    with pytest.raises(UsageError, match="control character"):
        windows_task(["decisions", "a\nb"], AT)


def test_the_command_is_the_one_that_was_called(tmp_path: Path) -> None:
    there = {tmp_path / "bin" / "decisions", tmp_path / "other" / "decisions.exe"}

    def found(called: str, scripts: str) -> list[str]:
        return command_of(
            called,
            "/usr/bin/python3",
            tmp_path / scripts,
            tmp_path / "decisions.py",
            there.__contains__,
        )

    assert found(str(tmp_path / "bin" / "decisions"), "none") == [str(tmp_path / "bin/decisions")]
    windows = str(tmp_path / "other" / "decisions.exe")
    assert found(str(tmp_path / "other" / "decisions"), "none") == [windows]
    assert found("/x/decisions.py", "bin") == [str(tmp_path / "bin" / "decisions")]
    module = str(tmp_path / "decisions.py")
    assert found("/x/decisions.py", "none") == ["/usr/bin/python3", module]


def test_only_what_a_nightly_run_cannot_find_is_said(tmp_path: Path) -> None:
    config = Config(
        home=tmp_path, database_url=sqlite_url(tmp_path / "d.db"), contact="a@b.example"
    )
    in_file = replace(config, origins=(("contact", str(config.config_file)),))
    home = ["--home", str(tmp_path)]
    assert list(needed(in_file, None)) == home
    assert list(needed(in_file, "c@d.example")) == [*home, "--contact", "c@d.example"]
    by_environment = replace(config, origins=(("contact", "DECISIONS_CONTACT"),))
    assert list(needed(by_environment, None)) == [*home, "--contact", "a@b.example"]
    server = replace(config, origins=(("database_url", "DECISIONS_DATABASE_URL"),))
    with pytest.raises(UsageError, match=r"config\.toml"):
        list(needed(server, None))


def test_a_limited_archive_is_crawled_with_its_limit_again(tmp_path: Path) -> None:
    assert limit([], None) == []
    assert limit([], "B Council") == ["--body", "B Council"]
    assert limit(["A & Co"], None) == ["--body", "A & Co"]
    assert limit(["A & Co", "B Council"], "B Council") == ["--body", "B Council"]
    with pytest.raises(UsageError, match="A & Co and B Council"):
        limit(["A & Co", "B Council"], None)
    cases = invent(24, seed=7, today=TODAY)
    name = cases[0].body
    with Site(cases) as site:
        world = World(site, tmp_path)
        world.crawl(body=name)
        words = ["--home", str(tmp_path), "--contact", "a@b.example", "cron", "--json"]
        done = CliRunner().invoke(decisions.group, words)
    assert json.loads(done.output)["command"][-3:] == ["crawl", "--body", name]


def test_the_command_prints_all_three_and_needs_a_contact(tmp_path: Path) -> None:
    def cron(*words: str) -> str:
        done = CliRunner().invoke(decisions.group, ["--home", str(tmp_path), "cron", *words])
        assert done.exit_code == 0, done.exception
        return done.output

    with pytest.raises(AssertionError, match="needs a contact"):
        cron()
    with pytest.raises(AssertionError, match="neither an e-mail address"):
        cron("--contact", "me")
    told = cron("--contact", "a@b.example")
    assert re.search(r"^\d{1,2} [345] \* \* \* ", told, re.MULTILINE)
    for piece in ("crontab -e", "decisions-crawl.timer", "schtasks", "a@b.example"):
        assert piece in told
    assert not list(tmp_path.iterdir()), "nothing is installed"
    minutes = {json.loads(cron("--contact", "a@b.example", "--json"))["at"] for _ in range(12)}
    assert len(minutes) > 1


def test_what_is_printed_runs_from_anywhere(tmp_path: Path) -> None:
    shape = json.loads(run("cron", "--contact", "a@b.example", "--json", home=tmp_path).stdout)
    words = [*shape["command"][:-1], "status", "--json"]
    done = subprocess.run(words, capture_output=True, text=True, check=False, cwd=tmp_path)
    assert done.returncode == 1
    assert "decisions crawl" in done.stderr, "the archive is empty, and it says so"

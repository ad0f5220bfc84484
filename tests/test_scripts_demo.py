"""The demo plays on its own: nothing of the person's own is read, changed or reached."""

import os
import sys
import textwrap
from pathlib import Path

import demo
import look_alike
import pytest
from environment import ROOT
from folder import Stopped, claimed, empty
from installer import command, interpreter


def test_the_persons_own_settings_and_proxies_stay_out_of_it() -> None:
    kept = {"PATH": "p", "LANG": "en_GB.UTF-8", "NO_COLOR": "1"}
    theirs = {
        "DECISIONS_HOME": "/real",
        "DECISIONS_DATABASE_URL": "postgresql://real",
        "http_proxy": "http://proxy",
        "HTTPS_PROXY": "http://proxy",
        "ALL_PROXY": "socks5://proxy",
        "PYTHONPATH": "elsewhere",
    }
    assert look_alike.apart({**kept, **theirs}) == kept


def test_a_home_without_the_demos_marker_is_not_emptied(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(demo, "ROOT", tmp_path)
    monkeypatch.setattr(demo, "python_for", lambda chosen: Path(sys.executable))
    monkeypatch.setattr(sys, "argv", ["demo.py"])
    monkeypatch.setattr("signal.signal", lambda *handler: None)
    home = tmp_path / demo.HOME
    home.mkdir()
    (home / "decisions.db").write_text("a real archive")
    with pytest.raises(Stopped, match="left alone"):
        demo.main()
    assert [path.name for path in home.iterdir()] == ["decisions.db"]


def test_a_command_is_shown_as_one_would_type_it() -> None:
    inside = command(interpreter(ROOT / ".venv"), "decisions")
    assert Path(demo.shown(inside)).parts[0] == ".venv"
    assert not demo.shown(inside).endswith(".exe")
    outside = Path(sys.executable).resolve().anchor + "decisions"
    assert demo.shown(Path(outside)) == outside


def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, program: str) -> Path:
    """Put a site of this program's in place of the look-alike; the log it will write."""
    package = tmp_path / "tests" / "site"
    package.mkdir(parents=True)
    (package / "__init__.py").touch()
    (package / "__main__.py").write_text(textwrap.dedent(program))
    monkeypatch.setattr(look_alike, "ROOT", tmp_path)
    return tmp_path / "site.log"


TALKS = """
    import os, pathlib, sys, threading, time
    threading.Thread(target=lambda: (sys.stdin.read(), os._exit(0))).start()
    pathlib.Path("pid").write_text(str(os.getpid()))
    print("a request", file=sys.stderr)
    print("http://127.0.0.1:1")
    while True:
        print("x" * 10000)
        time.sleep(0.01)
"""


def is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.mark.skipif(os.name == "nt", reason="os.kill(pid, 0) ends a process there")
@pytest.mark.parametrize("end", [None, KeyboardInterrupt, Stopped])
def test_the_site_is_stopped_however_the_block_ends(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, end: type[BaseException] | None
) -> None:
    log = site(tmp_path, monkeypatch, TALKS)

    def use() -> None:
        with look_alike.look_alike(Path(sys.executable), log) as url:
            assert url == "http://127.0.0.1:1"
            assert is_running(int((tmp_path / "pid").read_text()))
            if end is not None:
                raise end

    if end is None:
        use()
    else:
        with pytest.raises(end):
            use()
    assert not is_running(int((tmp_path / "pid").read_text()))
    assert log.read_text().strip() == "a request"


def test_a_site_that_does_not_start_is_reported_with_its_log(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = site(tmp_path, monkeypatch, "raise SystemExit('the port is taken')")
    with (
        pytest.raises(Stopped, match=r"site\.log"),
        look_alike.look_alike(Path(sys.executable), log),
    ):
        pytest.fail("it was taken for started")
    assert "the port is taken" in log.read_text()


def test_a_site_off_this_machine_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = site(tmp_path, monkeypatch, "print('http://192.0.2.1:80')")
    with pytest.raises(Stopped), look_alike.look_alike(Path(sys.executable), log):
        pytest.fail("it was used")


def tool(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, program: str) -> demo.Tool:
    """A ``decisions`` that is this program of Python's, asked from a folder of the test's own."""
    script = tmp_path / "decisions.py"
    script.write_text(program)
    monkeypatch.setattr(demo, "ROOT", tmp_path)
    made = demo.Tool(Path(sys.executable))
    monkeypatch.setattr(made, "words", lambda *more: [sys.executable, str(script), *more])
    return made


def test_the_reference_shown_is_that_of_the_best_hit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = """print('{"hits": [{"reference": "20 011 198"}, {"reference": "21 000 001"}]}')"""
    assert tool(tmp_path, monkeypatch, program).first_reference("noise") == "20 011 198"


@pytest.mark.parametrize("program", ["""print('{"hits": []}')""", "raise SystemExit(1)"])
def test_a_demo_that_finds_nothing_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, program: str
) -> None:
    with pytest.raises(Stopped, match="found nothing"):
        tool(tmp_path, monkeypatch, program).first_reference("noise")


def test_an_unexpected_end_stops_the_demo(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    made = tool(tmp_path, monkeypatch, "raise SystemExit(3)")
    made.run("crawl", may_end=(0, 3))
    with pytest.raises(Stopped, match="exit code 3"):
        made.run("search", "data protection")
    assert 'search "data protection"' in capsys.readouterr().err


def test_an_interrupted_demo_leaves_a_home_it_may_empty_next_time(tmp_path: Path) -> None:
    with claimed(tmp_path / demo.HOME, demo.MARKER, wait=False):
        (tmp_path / demo.HOME / "half").touch()
    with claimed(tmp_path / demo.HOME, demo.MARKER, wait=False):
        empty(tmp_path / demo.HOME, demo.MARKER)
    assert [path.name for path in (tmp_path / demo.HOME).iterdir()] == [demo.MARKER]

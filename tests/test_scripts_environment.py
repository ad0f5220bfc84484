"""The environment the scripts work in: when it is made again, and what is said when it cannot."""

import os
import sys
import venv
from pathlib import Path

import environment
import pytest
from environment import Stamp, Step
from folder import Stopped
from installer import interpreter

WANTED = Stamp("c1", "p1", "cpython 3.11", "/checkout", "/checkout/.venv")


def test_an_unknown_environment_is_made_anew() -> None:
    assert environment.step_for(None, WANTED) is Step.ALL


def test_an_equal_one_is_left_as_it_is() -> None:
    assert environment.step_for(Stamp(*WANTED), WANTED) is Step.NOTHING


def test_a_changed_pyproject_installs_only_the_project_again() -> None:
    assert environment.step_for(WANTED._replace(project="p0"), WANTED) is Step.PROJECT


@pytest.mark.parametrize("field", ["constraints", "python", "checkout", "environment"])
def test_any_other_change_makes_it_anew(field: str) -> None:
    found = WANTED._replace(**{field: "other"})
    assert environment.step_for(found, WANTED) is Step.ALL
    assert environment.step_for(found._replace(project="p0"), WANTED) is Step.ALL


def test_a_stamp_is_read_as_it_was_written(tmp_path: Path) -> None:
    environment.write_stamp(tmp_path, WANTED)
    assert environment.read_stamp(tmp_path) == WANTED
    assert [path.name for path in tmp_path.iterdir()] == [environment.STAMP]


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"constraints": "c1"}', '"x"', "\x00"])
def test_a_stamp_that_says_nothing_counts_as_none(tmp_path: Path, text: str) -> None:
    (tmp_path / environment.STAMP).write_text(text, encoding="utf-8")
    assert environment.read_stamp(tmp_path) is None


def test_a_missing_stamp_counts_as_none(tmp_path: Path) -> None:
    assert environment.read_stamp(tmp_path) is None


def test_the_stamp_follows_the_files_it_is_made_from(tmp_path: Path) -> None:
    (tmp_path / "constraints.txt").write_text("a==1")
    (tmp_path / "pyproject.toml").write_text("x")
    folder = tmp_path / ".venv"
    first = environment.stamp_for(folder, tmp_path)
    assert first == environment.stamp_for(folder, tmp_path)
    (tmp_path / "pyproject.toml").write_text("y")
    second = environment.stamp_for(folder, tmp_path)
    assert environment.step_for(first, second) is Step.PROJECT
    (tmp_path / "constraints.txt").write_text("a==2")
    assert environment.step_for(second, environment.stamp_for(folder, tmp_path)) is Step.ALL


def test_an_environment_made_by_hand_is_never_changed(tmp_path: Path) -> None:
    (tmp_path / "pyvenv.cfg").write_text("home = somewhere")
    with pytest.raises(Stopped, match="left alone"):
        environment.ready(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["pyvenv.cfg"]


class Made:
    """Stands in for what takes a minute: notes what was asked, and makes what the rest looks at."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.did: list[str] = []
        self.fails = False
        monkeypatch.setattr(environment, "create", self.create)
        monkeypatch.setattr(environment, "pip_for", lambda folder: ["pip"])
        monkeypatch.setattr(environment, "install", self.install)

    def create(self, folder: Path) -> None:
        self.did.append("create")
        python = interpreter(folder)
        python.parent.mkdir()
        python.touch()

    def install(self, pip: list[str], *what: object, lock: int) -> None:
        if self.fails:
            raise Stopped("no network")
        self.did.append("packages" if "--require-hashes" in what else "project")


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> Made:
    return Made(monkeypatch)


def test_it_is_made_once_and_then_only_used(tmp_path: Path, made: Made) -> None:
    folder = tmp_path / ".venv"
    python = environment.ready(folder)
    assert python == interpreter(folder)
    assert made.did == ["create", "packages", "project"]
    assert environment.ready(folder) == python
    assert made.did == ["create", "packages", "project"]


def test_one_that_was_left_half_made_is_emptied_and_made_anew(tmp_path: Path, made: Made) -> None:
    folder = tmp_path / ".venv"
    made.fails = True
    with pytest.raises(Stopped, match="no network"):
        environment.ready(folder)
    assert environment.read_stamp(folder) is None
    (folder / "half").touch()
    made.fails = False
    environment.ready(folder)
    assert not (folder / "half").exists()
    assert made.did == ["create", "create", "packages", "project"]


def test_one_whose_python_is_gone_is_made_anew(tmp_path: Path, made: Made) -> None:
    folder = tmp_path / ".venv"
    environment.ready(folder).unlink()
    environment.ready(folder)
    assert made.did.count("create") == 2


def test_a_changed_project_does_not_install_the_packages_again(tmp_path: Path, made: Made) -> None:
    folder = tmp_path / ".venv"
    environment.ready(folder)
    environment.write_stamp(folder, environment.stamp_for(folder)._replace(project="older"))
    environment.ready(folder)
    assert made.did == ["create", "packages", "project", "project"]


def test_pins_are_read_with_and_without_hashes() -> None:
    text = "# made\na-b==1.0 \\\n    --hash=sha256:00\nc==2\nd==3 ; sys_platform == 'win32' \\\n"
    assert environment.pinned(text) == {"a-b": "1.0", "c": "2"}


def test_what_this_python_lacks_is_named() -> None:
    text = "pytest==0.0.1\nno-such-thing==1\n"
    assert environment.lacking(text, None) == ["pytest", "no-such-thing"]


def test_the_project_of_another_checkout_is_not_this_one(tmp_path: Path) -> None:
    assert environment.lacking("", tmp_path) == ["decisions (installed from this checkout)"]


def test_an_environment_made_by_hand_that_lacks_something_does_not_serve(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    venv.EnvBuilder(symlinks=os.name != "nt").create(tmp_path)
    assert not environment.made_by_hand(interpreter(tmp_path), project=False)
    first = next(iter(environment.pinned(environment.CONSTRAINTS.read_text(encoding="utf-8"))))
    assert f"it lacks {first}" in capfd.readouterr().err


def test_an_exit_code_is_passed_on_as_it_is() -> None:
    assert environment.run([sys.executable, "-c", "raise SystemExit(5)"]) == 5


@pytest.mark.skipif(os.name == "nt", reason="signals end nothing there")
def test_a_death_by_signal_gives_the_code_a_shell_gives() -> None:
    program = "import os, signal; os.kill(os.getpid(), signal.SIGKILL)"
    assert environment.run([sys.executable, "-c", program]) == 128 + 9


def stops() -> int:
    raise Stopped("the reason")


def is_interrupted() -> int:
    raise KeyboardInterrupt


def test_a_reason_to_stop_is_a_line_and_no_traceback(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        environment.run_script(stops)
    assert (end.value.code, capsys.readouterr().err) == (1, "the reason\n")


def test_ctrl_c_ends_with_130(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        environment.run_script(is_interrupted)
    assert (end.value.code, capsys.readouterr().err) == (130, "Stopped.\n")

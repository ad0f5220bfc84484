"""Every example in docs/search.md does what the page says."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from archive.records import Citation, Remedy, SectionKind
from tests.search_app import FakeApp
from tests.search_fakes import FakeArchive, decision

K = SectionKind
PAGE = Path(__file__).resolve().parents[1] / "docs" / "search.md"


def examples(sign: str) -> list[str]:
    lines = PAGE.read_text(encoding="utf-8").splitlines()
    return [line.removeprefix(f"{sign} decisions ") for line in lines if line.startswith(sign)]


def _archive() -> Iterator[FakeArchive]:
    remedy = Remedy(
        section=1, paragraph=1, char_start=0, char_end=4, kind="payment",
        amount_pence=195000, rate_pence=None, rate_period=None, share_percent=None,
        payee=None, is_total=True, deadline=None, raw="", rule="",
    )  # fmt: skip
    cited = Citation(1, 1, 0, 4, "Care Act 2014", 2014, None, "Care Act 2014", None)
    text = "Late tuition came from the school."
    yield FakeArchive(
        replace(
            decision(
                "24 001 001",
                body="Hampleshire County Council",
                sections={
                    K.COMPLAINT: [
                        "The drop-in at A&E. The Council's reply said educational noise."
                    ],
                    K.POWERS: ["We may stop (section 24A(6), as amended)."],
                    K.FINDINGS: [text],
                    K.ANALYSIS: [text],
                    K.REMEDY: ["Pay £1,950."],
                },
            ),
            remedies=(remedy,),
            citations=(cited,),
        ),
        decision("24 001 002", summary="Tuition. It was not late."),
    )


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> FakeApp:
    app = FakeApp(tmp_path_factory.mktemp("docs"), next(_archive()))
    app.run("index")
    return app


@pytest.mark.parametrize("line", examples("$"))
def test_each_example_finds_something(app: FakeApp, line: str) -> None:
    result = app.run(*shlex.split(line))
    assert result.exit_code == 0, result.output
    assert result.stderr == ""
    assert "24 001 00" in result.stdout
    assert "Nothing found" not in result.stdout


@pytest.mark.parametrize("line", examples("!"))
def test_each_refusal_is_a_usage_error(app: FakeApp, line: str) -> None:
    result = app.run(*shlex.split(line))
    code = getattr(result.exception, "exit_code", result.exit_code)
    assert code == 2
    assert result.stdout == ""


def test_the_page_has_the_examples_it_had() -> None:
    assert len(examples("$")) >= 57
    assert len(examples("!")) >= 9


def test_the_page_and_the_help_name_every_option(app: FakeApp) -> None:
    page = PAGE.read_text(encoding="utf-8")
    options = set(re.findall(r"--[a-z][a-z-]+", app.run("search", "--help").stdout))
    shown_as_fields = {"--category", "--kind", "--outcome", "--status", "--source"}
    assert len(options) > 20
    for option in options - shown_as_fields - {"--help"}:
        assert option in page, option

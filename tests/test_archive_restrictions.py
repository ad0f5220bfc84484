"""A restricted text is passed on to nobody, at once, until the question is settled."""

from __future__ import annotations

import csv
import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from archive.passing_on import RESTRICTED_NOTICE
from tests.erasing import DOOMED, OTHERS, WORD, command, fill, worded
from tests.site import Site


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    with Site([*OTHERS, worded(1)]) as site:
        yield fill(site, tmp_path_factory.mktemp("filled") / "home").home


@pytest.fixture
def home(filled: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(filled, tmp_path / "home"))


def restrict(home: Path) -> None:
    asked = ("restrict", DOOMED.reference, "--reason", "may be recognised", "--by", "the editor")
    assert command(home, *asked) == 0


def found(home: Path, capsys: pytest.CaptureFixture[str], *asked: str) -> dict[str, object]:
    capsys.readouterr()
    assert command(home, "search", *asked, "--json") == 0
    shape: dict[str, object] = json.loads(capsys.readouterr().out)
    return shape


def test_a_search_counts_it_apart_and_shows_nothing_of_it(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Without bringing the index in step: the archive is asked, not the index."""
    everything = found(home, capsys, "council")
    assert found(home, capsys, WORD)["total"] == 1
    restrict(home)
    shape = found(home, capsys, WORD, "--facet", "all")
    assert (shape["total"], shape["restricted"], shape["hits"]) == (0, 1, [])
    assert not any(shape["facets"].values())  # type: ignore[attr-defined]  # a mapping
    assert command(home, "search", WORD) == 0
    assert "1 decision answers too and is not shown" in capsys.readouterr().err
    without = found(home, capsys, "-" + WORD)
    assert (without["total"], without["restricted"]) == (len(OTHERS), 0)
    assert found(home, capsys, DOOMED.reference)["total"] == 0
    assert command(home, "unrestrict", DOOMED.reference, "--reason", "settled") == 0
    assert found(home, capsys, "council") | {"took_ms": 0} == everything | {"took_ms": 0}


@pytest.mark.parametrize("more", [(), ("--include-withdrawn",)])
def test_an_export_has_its_reference_and_a_notice(
    home: Path, tmp_path: Path, more: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    restrict(home)
    for form in ("csv", "jsonl"):
        output = tmp_path / f"all.{form}"
        assert command(home, "export", form, "--output", str(output), *more) == 0
        text = output.read_text(encoding="utf-8")
        assert "says this 3 times" not in text
        assert RESTRICTED_NOTICE in text
    with (tmp_path / "all.csv").open(encoding="utf-8", newline="") as file:
        references = [row["reference"] for row in csv.DictReader(file)]
    assert DOOMED.reference in references


def test_it_is_shown_to_the_operator_who_asks(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    restrict(home)
    capsys.readouterr()
    for asked in (("show",), ("diff",)):
        assert command(home, *asked, DOOMED.reference) == 1
        told = capsys.readouterr()
        assert told.out == ""
        assert "may be recognised" in told.err
        assert command(home, *asked, DOOMED.reference, "--include-restricted") == 0
        assert WORD in capsys.readouterr().out
    assert command(home, "similar", DOOMED.reference) == 1


def test_a_certificate_says_that_one_was_left_out(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    restrict(home)
    output = tmp_path / "proof.json"
    assert command(home, "search", WORD, "--certificate", str(output)) == 0
    shape = json.loads(output.read_text(encoding="utf-8"))
    assert shape["references"] == []
    assert any("does not pass them on" in caveat for caveat in shape["caveats"])
    assert command(home, "certificate", "verify", str(output)) == 0


def test_who_why_and_when_stay_on_record(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    restrict(home)
    assert command(home, "restrict", DOOMED.reference, "--reason", "again") == 2
    assert "restricted already" in capsys.readouterr().err
    command(home, "unrestrict", DOOMED.reference, "--reason", "settled", "--by", "the editor")
    assert command(home, "unrestrict", DOOMED.reference) == 2
    capsys.readouterr()
    command(home, "restrict", "--list", "--json")
    assert json.loads(capsys.readouterr().out)["restrictions"] == []
    command(home, "restrict", "--list", "--all", "--json")
    (one,) = json.loads(capsys.readouterr().out)["restrictions"]
    assert (one["reason"], one["by"]) == ("may be recognised", "the editor")
    assert (one["lifted_reason"], one["lifted_by"]) == ("settled", "the editor")


def test_an_erasure_takes_the_restriction_along(home: Path) -> None:
    restrict(home)
    assert command(home, "erase", DOOMED.reference, "--reason", "asked", "--yes") == 0
    assert command(home, "restrict", DOOMED.reference, "--reason", "again") == 1


def test_its_words_stand_in_no_list_of_words(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A word that nobody else has may be a name."""

    def listed() -> list[str]:
        capsys.readouterr()
        assert command(home, "terms", WORD[:4], "--json") == 0
        return [term["word"] for term in json.loads(capsys.readouterr().out)["terms"]]

    def spelt() -> str:
        capsys.readouterr()
        assert command(home, "search", f"{WORD[:4]}*", "--explain") == 0
        return capsys.readouterr().out

    assert WORD.lower() in listed()
    assert WORD.lower() in spelt()
    restrict(home)
    assert WORD.lower() not in listed()
    assert WORD.lower() not in spelt()

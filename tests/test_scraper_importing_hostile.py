"""Saved pages that were made to hurt: refused in one sentence each, and what is sound beside them
comes in."""

from __future__ import annotations

import gzip
import os
import tracemalloc
import zipfile
from pathlib import Path

import pytest

from scraper.saved import Found, Passed, SavedUnreadable, instant
from scraper.saved_archives import WarcFile
from scraper.saved_files import SavedFiles
from scraper.sources.lgsco import Lgsco
from tests.test_scraper_importing import (
    CASE,
    OTHER,
    Home,
    address,
    after,
    home,  # noqa: F401 - a fixture
    html,
    saved,
    warc,
)

ENDLESS = "goes on and on"


@pytest.mark.parametrize(
    "content",
    [
        b"WARC/1.0\r\nWARC-Type: response\r\nX: " + b"a" * 6_000_000,
        b"WARC/1.0\r\nWARC-Type: response\r\n" + b"X: y\r\n" * 1_000_000,
        b"\0" * 6_000_000,
    ],
)
def test_heads_without_an_end_are_not_read_to_it(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.warc.gz"
    path.write_bytes(gzip.compress(content))
    tracemalloc.start()
    try:
        with pytest.raises(SavedUnreadable, match=ENDLESS):
            list(WarcFile(path, Lgsco.at()).survey())
        assert tracemalloc.get_traced_memory()[1] < 60_000_000
    finally:
        tracemalloc.stop()


def test_an_instant_before_all_instants_is_none_and_spoils_no_other_record(
    home: Home,  # noqa: F811
    tmp_path: Path,
) -> None:
    assert instant("0001-01-01T00:00:00+12:00") is None
    assert instant("9999-12-31T23:59:59-12:00") is None
    odd = tmp_path / "odd.warc"
    warc(odd, [(address(OTHER), after(OTHER, 90), html(OTHER))], zipped=False)
    date = f"{after(OTHER, 90):%Y-%m-%dT%H:%M:%SZ}".encode()
    sound = warc(
        tmp_path / "sound.warc", [(address(CASE), after(CASE, 90), html(CASE))], zipped=False
    )
    both = tmp_path / "both.warc"
    both.write_bytes(
        odd.read_bytes().replace(date, b"0001-01-01T00:00:00+12:00") + sound.read_bytes()
    )
    assert home.take(both, code=3)["captures"] == {"added": 1}


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no such files here")
@pytest.mark.parametrize("name", ["pipe.warc", "pipe.wacz", "pipe.html"])
def test_a_pipe_is_not_waited_for(home: Home, tmp_path: Path, name: str) -> None:  # noqa: F811
    os.mkfifo(tmp_path / name)
    (told,) = home.take(tmp_path / name, code=1)["unreadable"]
    assert "neither an ordinary file nor a directory" in told
    code, _, err = home.run("import", tmp_path, "--addresses", tmp_path / name)
    assert (code, "no ordinary file" in err) == (2, True)


@pytest.mark.skipif(os.name != "posix", reason="links need rights here")
def test_a_link_that_was_named_is_followed(home: Home, tmp_path: Path) -> None:  # noqa: F811
    there = warc(tmp_path / "a.warc.gz", [(address(CASE), after(CASE, 90), html(CASE))])
    link = tmp_path / "link.warc.gz"
    link.symlink_to(there)
    assert home.take(link)["captures"] == {"added": 1}


def test_a_damaged_member_of_a_package_does_not_hide_the_others(
    home: Home,  # noqa: F811
    tmp_path: Path,
) -> None:
    sound = warc(tmp_path / "a.warc.gz", [(address(CASE), after(CASE, 90), html(CASE))])
    path = tmp_path / "a.wacz"
    noise = bytes((7 * each * each) % 251 for each in range(50_000))
    with zipfile.ZipFile(path, "w") as made:
        for number, way in enumerate((zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA)):
            made.writestr(f"{number}.warc", noise, way)
        made.writestr("empty.warc", b"")
        made.writestr("sound.warc.gz", sound.read_bytes())
        places = [(info.header_offset, info.compress_size) for info in made.infolist()[:3]]
    content = bytearray(path.read_bytes())
    for start, size in places:
        content[start + 60 : start + 60 + size // 2] = b"\xff" * (size // 2)
    path.write_bytes(content)
    report = home.take(path, code=3)
    assert report["captures"] == {"added": 1}
    assert [each["reason"] for each in report["refused"]] == ["damaged"] * 4
    assert ".decisions-" not in str(report)  # Where it was unpacked is nobody's business.


def test_a_package_that_would_swell_is_not_unpacked(home: Home, tmp_path: Path) -> None:  # noqa: F811
    path = tmp_path / "a.wacz"
    with (
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made,
        made.open("zeros.warc", "w") as member,
    ):
        for _ in range(120):
            member.write(b"\0" * 1_000_000)
    (refused,) = home.take(path, code=3)["refused"]
    assert "unpack to 120,000,000" in refused["message"]


@pytest.mark.parametrize(
    "head",
    [
        b"<link " * 11_000,
        b"<link rel" + b" " * 60_000,
        b"<link rel=canonical " * 3_200,
        b"<!-- Mirrored from x by HTTrack" + b"],a" * 21_000,
        b"<!-- Page saved with SingleFile url: " * 1_700,
        b"<!--" + b" " * 60_000,
        b"<meta property=og:url " * 3_000,
    ],
)
def test_a_page_that_begins_a_note_thousands_of_times_is_passed(
    tmp_path: Path, head: bytes
) -> None:
    """Some took half a minute each; now a hundred of them take a second or two."""
    path = saved(tmp_path / "page.html", head)
    (found,) = SavedFiles(path, Lgsco.at()).survey()
    assert isinstance(found, Passed)
    assert found.reason == "no_address"


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="everything can be read here")
def test_a_directory_that_is_closed_does_not_hide_the_others(tmp_path: Path) -> None:
    closed = tmp_path / "a"
    closed.mkdir(mode=0)
    (tmp_path / "b").mkdir()
    note = f"<!-- saved from url=(0042){address(CASE)} -->".encode()
    saved(tmp_path / "b" / "page.html", note + html(CASE))
    found = list(SavedFiles(tmp_path, Lgsco.at()).survey())
    closed.chmod(0o700)
    assert [type(each) for each in found] == [Found, Passed]


def test_a_list_longer_than_any_is_not_read(home: Home, tmp_path: Path) -> None:  # noqa: F811
    path = tmp_path / "list.csv"
    with path.open("wb") as file:
        file.write(b"file,url\n")
        file.truncate(1 << 30)
    code, _, err = home.run("import", tmp_path, "--addresses", path)
    assert (code, "larger than" in err) == (2, True)

"""Pages that others saved come in with their own dates, and nothing of ours is lost by it."""

from __future__ import annotations

import gzip
import io
import json
import os
import signal
import sqlite3
import subprocess
import sys
import zipfile
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

import decisions
from archive.config import Config, sqlite_url
from archive.opening import open_to_read
from archive.records import DecisionKind, Status
from scraper.report import EXIT_DONE
from scraper.saved import instant, unwrapped
from scraper.sources.lgsco_urls import SITE
from tests.crawling import ALL, TODAY, World
from tests.site import Case, Site
from tests.site.markups import CYCLE, render
from tests.test_scraper_crawl import CASES

ROOT = Path(__file__).parents[1]
STATEMENTS = [
    case
    for case in CASES
    if case.kind == DecisionKind.STATEMENT and timedelta(450) < TODAY - case.decided_on
]
CASE, OTHER = STATEMENTS[0], STATEMENTS[1]
CAPTCHA = b"<html><body><h1>Are you a human?</h1><p>Complete the captcha.</p></body></html>"


def html(case: Case) -> bytes:
    return render(case, CYCLE[0]).encode()


def address(case: Case) -> str:
    return SITE + case.path


def changed(case: Case, word: str) -> Case:
    """The case with another text: its summary says something else."""
    return replace(case, summary=f"{case.summary} {word}.")


def after(case: Case, days: int) -> datetime:
    """An instant so many days after a decision."""
    return datetime(
        case.decided_on.year, case.decided_on.month, case.decided_on.day, 9, 30, tzinfo=UTC
    ) + timedelta(days=days)


Record = tuple[str, datetime, bytes]


def warc(
    path: Path,
    records: Sequence[Record],
    *,
    zipped: bool = True,
    headers: Any = (),
    status: str = "200 OK",
) -> Path:
    """A WARC file with a response for each record."""
    with path.open("wb") as file:
        writer = WARCWriter(file, gzip=zipped)
        writer.write_record(writer.create_warcinfo_record(path.name, {"software": "a test"}))
        for url, at, body in records:
            told = StatusAndHeaders(
                status,
                [("Content-Type", "text/html; charset=utf-8"), *headers],
                protocol="HTTP/1.1",
            )
            record = writer.create_warc_record(
                url,
                "response",
                payload=io.BytesIO(body),
                http_headers=told,
                warc_headers_dict={"WARC-Date": f"{at:%Y-%m-%dT%H:%M:%SZ}"},
            )
            writer.write_record(record)
            record.raw_stream.close()
    return path


class Home:
    """An archive of its own, and the command run on it."""

    def __init__(self, path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.path = path
        self._capsys = capsys

    def run(self, *words: str | Path) -> tuple[int, str, str]:
        code = decisions.main(["--home", str(self.path), *map(str, words)])
        said = self._capsys.readouterr()
        return code, said.out, said.err

    def take(self, *paths: Path, code: int = 0, more: Sequence[str | Path] = ()) -> dict[str, Any]:
        found, out, err = self.run("import", *paths, *more, "--json")
        assert found == code, err + out
        report: dict[str, Any] = json.loads(out)
        return report

    def held(self) -> dict[str, tuple[int, str]]:
        """Reference → version and content hash of every decision."""
        config = Config(home=self.path, database_url=sqlite_url(self.path / "decisions.db"))
        with open_to_read(config) as archive:
            return {
                stored.decision.reference: (stored.revision, stored.decision.content_sha256())
                for stored in archive.stored_all()
            }

    def stored(self, case: Case) -> Any:
        config = Config(home=self.path, database_url=sqlite_url(self.path / "decisions.db"))
        with open_to_read(config) as archive:
            return archive.find(case.reference)


@pytest.fixture
def home(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Home:
    return Home(tmp_path / "home", capsys)


def test_a_web_archive_comes_in_with_its_own_dates_and_can_be_found(
    home: Home, tmp_path: Path
) -> None:
    path = warc(tmp_path / "a.warc.gz", [(address(CASE), after(CASE, 90), html(CASE))])
    assert home.take(path)["captures"] == {"added": 1}
    stored = home.stored(CASE)
    assert stored.first_seen_at == stored.last_seen_at == after(CASE, 90)
    code, out, _ = home.run("history", CASE.reference, "--json")
    assert code == 0
    (imported,) = json.loads(out)["imported"]
    assert imported["captured_at"].startswith(f"{after(CASE, 90):%Y-%m-%dT%H:%M}")
    assert (imported["form"], imported["container"], imported["dated_by"]) == (
        "warc",
        "a.warc.gz",
        "capture",
    )
    code, out, _ = home.run("search", "council", "--json")
    assert code == 0
    assert CASE.reference in out


@pytest.mark.parametrize("name", ["a.warc", "a.warc.gz"])
def test_the_same_file_again_changes_nothing(home: Home, tmp_path: Path, name: str) -> None:
    path = warc(
        tmp_path / name,
        [(address(case), after(case, 90), html(case)) for case in STATEMENTS[:5]],
        zipped=name.endswith("gz"),
    )
    assert home.take(path)["captures"] == {"added": 5}
    held = home.held()
    assert home.take(path)["captures"] == {"held": 5}
    assert home.held() == held


def test_versions_come_in_the_order_of_their_captures_not_of_the_file(
    home: Home, tmp_path: Path
) -> None:
    records = [
        (address(CASE), after(CASE, 300), html(changed(CASE, "Third"))),
        (address(CASE), after(CASE, 90), html(CASE)),
        (address(CASE), after(CASE, 200), html(changed(CASE, "Second"))),
        (address(CASE), after(CASE, 250), html(changed(CASE, "Second"))),
    ]
    report = home.take(warc(tmp_path / "a.warc.gz", records))
    assert report["captures"] == {"added": 1, "amended": 2, "same": 1}
    stored = home.stored(CASE)
    assert stored.revision == 3
    assert stored.decision.summary.endswith("Third.")
    assert (stored.first_seen_at, stored.last_seen_at) == (after(CASE, 90), after(CASE, 300))


def test_an_older_capture_never_changes_the_text_that_is_held(home: Home, tmp_path: Path) -> None:
    new = (address(CASE), after(CASE, 300), html(changed(CASE, "New")))
    home.take(warc(tmp_path / "new.warc.gz", [new]))
    before = home.held()
    old = (address(CASE), after(CASE, 90), html(CASE))
    same = (address(CASE), after(CASE, 120), html(changed(CASE, "New")))
    report = home.take(warc(tmp_path / "old.warc.gz", [old, same]))
    assert report["captures"] == {"earlier": 1, "same": 1}
    assert home.held() == before
    assert home.stored(CASE).first_seen_at == after(CASE, 90)
    _, out, _ = home.run("history", CASE.reference)
    assert "another, older text, kept as a capture" in out


def test_a_page_that_is_damaged_here_does_not_keep_a_newer_one_out(
    home: Home, tmp_path: Path
) -> None:
    home.take(warc(tmp_path / "old.warc.gz", [(address(CASE), after(CASE, 90), html(CASE))]))
    with closing(sqlite3.connect(home.path / "decisions.db")) as connection, connection:
        connection.execute("UPDATE page SET body_zstd = x'00'")
    new = (address(CASE), after(CASE, 300), html(changed(CASE, "New")))
    report = home.take(warc(tmp_path / "new.warc.gz", [new]))
    assert report["captures"] == {"amended": 1}


def test_a_statement_whose_time_is_over_is_not_said_to_stand_on_the_site(
    home: Home, tmp_path: Path
) -> None:
    old = replace(CASE, decided_on=date(2019, 5, 2), reference="18 016 321")
    young = replace(CASE, decided_on=date.today() - timedelta(days=200), reference="25 016 322")  # noqa: DTZ011 - any day will do
    records = [(address(case), after(case, 50), html(case)) for case in (old, young)]
    home.take(warc(tmp_path / "a.warc.gz", records))
    assert home.stored(old).status is Status.EXPIRED
    assert home.stored(old).status_since is None
    assert home.stored(young).status is Status.LIVE
    code, out, err = home.run("verify", "--full", "--jobs", "1")
    assert code == 0, out + err


def test_what_is_no_decision_is_told_and_never_stored(home: Home, tmp_path: Path) -> None:
    at = after(CASE, 90)
    records = [
        (address(CASE), at, CAPTCHA),
        (address(OTHER), after(OTHER, 90), html(CASE)),  # the wrong decision's page
        (SITE + "/about-us", at, html(CASE)),
        ("https://elsewhere.example" + CASE.path, at, html(CASE)),
        (address(STATEMENTS[2]), after(STATEMENTS[2], -3), html(STATEMENTS[2])),
        (address(STATEMENTS[3]), datetime(2999, 1, 1, tzinfo=UTC), html(STATEMENTS[3])),
        (address(STATEMENTS[4]), after(STATEMENTS[4], 80), html(STATEMENTS[4])[:900]),
    ]
    report = home.take(warc(tmp_path / "a.warc.gz", records), code=3)
    assert report["captures"] == {}
    assert [each["reason"] for each in report["refused"]].count("no_date") == 2
    assert {each["reason"] for each in report["refused"]} >= {
        "captcha",
        "wrong_reference",
        "truncated",
    }
    assert report["left_out"]["other_page"] == 2
    assert home.held() == {}


def test_errors_and_redirects_of_the_site_are_left_out(home: Home, tmp_path: Path) -> None:
    record = (address(CASE), after(CASE, 90), html(CASE))
    report = home.take(warc(tmp_path / "a.warc.gz", [record], status="404 Not Found"))
    assert report["left_out"]["other_status"] == 1
    assert report["captures"] == {}


def test_a_coding_is_undone_whether_or_not_the_writer_undid_it(home: Home, tmp_path: Path) -> None:
    coded = [("Content-Encoding", "gzip")]
    one = (address(CASE), after(CASE, 90), gzip.compress(html(CASE)))
    two = (address(OTHER), after(OTHER, 90), html(OTHER))
    report = home.take(
        warc(tmp_path / "a.warc.gz", [one], headers=coded),
        warc(tmp_path / "b.warc.gz", [two], headers=coded),
    )
    assert report["captures"] == {"added": 2}


def test_chunks_are_joined(home: Home, tmp_path: Path) -> None:
    body = html(CASE)
    chunked = b"%x\r\n%s\r\n%x\r\n%s\r\n0\r\n\r\n" % (500, body[:500], len(body) - 500, body[500:])
    record = (address(CASE), after(CASE, 90), chunked)
    path = warc(tmp_path / "a.warc.gz", [record], headers=[("Transfer-Encoding", "chunked")])
    assert home.take(path)["captures"] == {"added": 1}


def test_a_file_that_is_cut_short_gives_what_stands_before(home: Home, tmp_path: Path) -> None:
    path = warc(
        tmp_path / "a.warc.gz",
        [(address(case), after(case, 90), html(case)) for case in STATEMENTS[:4]],
    )
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) - 700])
    report = home.take(path, code=3)
    assert report["captures"] == {"added": 3}
    assert len(report["refused"]) == 1


def test_a_record_with_other_bytes_than_its_checksum_is_refused(home: Home, tmp_path: Path) -> None:
    path = warc(tmp_path / "a.warc", [(address(CASE), after(CASE, 90), html(CASE))], zipped=False)
    spoilt = path.read_bytes().replace(b"Council", b"Cuoncil", 3)
    path.write_bytes(spoilt)
    report = home.take(path, code=3)
    assert report["captures"] == {}
    assert report["refused"][0]["reason"] == "damaged"


def test_a_record_that_repeats_another_is_a_capture_of_its_own(home: Home, tmp_path: Path) -> None:
    path = tmp_path / "a.warc.gz"
    warc(path, [(address(CASE), after(CASE, 90), html(CASE))])
    with path.open("ab") as file:
        writer = WARCWriter(file, gzip=True)
        writer.write_record(
            writer.create_revisit_record(
                address(CASE),
                "sha1:X",
                address(CASE),
                f"{after(CASE, 90):%Y-%m-%dT%H:%M:%SZ}",
                warc_headers_dict={"WARC-Date": f"{after(CASE, 400):%Y-%m-%dT%H:%M:%SZ}"},
            )
        )
    assert home.take(path)["captures"] == {"added": 1, "same": 1}
    assert home.stored(CASE).last_seen_at == after(CASE, 400)


def package(path: Path, members: dict[str, bytes], hashes: dict[str, str] | None = None) -> Path:
    """A WACZ package; ``hashes`` of its members by name."""
    with zipfile.ZipFile(path, "w") as file:
        for name, content in members.items():
            file.writestr(name, content)
        if hashes is not None:
            resources = [{"path": name, "hash": value} for name, value in hashes.items()]
            file.writestr("datapackage.json", json.dumps({"resources": resources}))
    return path


def test_a_package_is_read_and_its_hashes_are_held_against_it(home: Home, tmp_path: Path) -> None:
    inner = warc(tmp_path / "x.warc.gz", [(address(CASE), after(CASE, 90), html(CASE))])
    members = {"archive/data.warc.gz": inner.read_bytes(), "pages/pages.jsonl": b"{}"}
    wrong = {"archive/data.warc.gz": "sha256:" + "0" * 64}
    report = home.take(package(tmp_path / "bad.wacz", members, wrong), code=3)
    assert report["captures"] == {}
    assert home.take(package(tmp_path / "good.wacz", members))["captures"] == {"added": 1}
    _, out, _ = home.run("history", CASE.reference, "--json")
    assert json.loads(out)["imported"][0]["form"] == "wacz"


@pytest.mark.skipif(os.name == "nt", reason="SIGKILL is of POSIX systems")
def test_what_a_killed_import_had_unpacked_goes_with_the_next_command_that_writes(
    home: Home, tmp_path: Path
) -> None:
    inner = warc(tmp_path / "x.warc.gz", [(address(CASE), after(CASE, 90), html(CASE))])
    path = package(tmp_path / "a.wacz", {"archive/data.warc.gz": inner.read_bytes()})
    program = (
        "import os, signal, sys\n"
        "from scraper import importing\n"
        "importing.Importer.run = lambda *_: os.kill(os.getpid(), signal.SIGKILL)\n"
        "import decisions\n"
        "decisions.main(sys.argv[1:])\n"
    )
    words = ["--home", str(home.path), "import", str(path)]
    done = subprocess.run([sys.executable, "-c", program, *words], cwd=ROOT, check=False)
    assert done.returncode == -signal.SIGKILL
    (left,) = home.path.glob(".decisions-*")
    assert list(left.rglob("*.warc.gz"))
    assert home.run("index")[0] == 0
    assert not left.exists()


def test_a_package_cannot_write_outside(home: Home, tmp_path: Path) -> None:
    inner = warc(tmp_path / "x.warc.gz", [(address(CASE), after(CASE, 90), html(CASE))])
    members = {"../../../escaped.warc.gz": inner.read_bytes()}
    home.take(package(tmp_path / "evil.wacz", members))
    assert not list(tmp_path.parent.rglob("escaped*"))


@pytest.mark.parametrize("name", ["a.warc.gz", "a.warc", "a.wacz"])
@pytest.mark.parametrize(
    "content", [b"", b"no archive at all", b"\x1f\x8b\x08broken", b"WARC/1.0\r\n"]
)
def test_what_is_no_archive_is_told_in_one_sentence(
    home: Home, tmp_path: Path, name: str, content: bytes
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    code, out, err = home.run("import", path)
    assert code == 1, out + err
    assert name in out
    assert "Traceback" not in out + err


# --- files ---------------------------------------------------------------------------------


def saved(path: Path, content: bytes, at: datetime | None = None) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    if at is not None:
        os.utime(path, (at.timestamp(), at.timestamp()))
    return path


def test_a_copied_site_is_laid_out_as_the_site_and_dated_by_its_files(
    home: Home, tmp_path: Path
) -> None:
    root = tmp_path / "copy"
    saved(root / ("www.lgo.org.uk" + CASE.path + ".html"), html(CASE), after(CASE, 100))
    saved(root / OTHER.path.lstrip("/"), html(OTHER), after(OTHER, 110))
    saved(root / "robots.txt", b"User-agent: *")
    report = home.take(root)
    assert report["captures"] == {"added": 2}
    assert home.stored(CASE).first_seen_at == after(CASE, 100)
    assert home.stored(OTHER).first_seen_at == after(OTHER, 110)
    _, out, _ = home.run("history", CASE.reference)
    assert "by the date of its file" in out


@pytest.mark.parametrize(
    ("note", "dated"),
    [
        (b"<!-- saved from url=(0060)%s -->", None),
        (
            (
                b"<!--\n Page saved with SingleFile \n url: %s \n"
                b" saved date: Tue May 04 2027 11:00:00 GMT+0100 (British Summer Time)\n-->"
            ),
            None,
        ),
        (
            (
                b"<!-- Mirrored from %s by HTTrack Website Copier/3.x [XR&CO'2014], "
                b"Tue, 04 May 2021 10:00:00 GMT -->"
            ),
            datetime(2021, 5, 4, 10, tzinfo=UTC),
        ),
        (b'<link rel="canonical" href="%s">', None),
        (
            b"<!-- saved from url=(0090)https://archive.example/web/20210504100000/%s -->",
            datetime(2021, 5, 4, 10, tzinfo=UTC),
        ),
    ],
)
def test_the_notes_that_tools_leave_say_address_and_date(
    home: Home, tmp_path: Path, note: bytes, dated: datetime | None
) -> None:
    case = replace(CASE, decided_on=date(2021, 1, 5))
    body = html(case).replace(b"<head>", b"<head>" + note % address(case).encode(), 1)
    at = datetime(2021, 6, 1, 12, tzinfo=UTC)
    path = saved(tmp_path / "pages" / "page.html", body, at)
    if b"2027" in note:
        # A date in the future is no date of a capture.
        assert home.take(path, code=3)["refused"][0]["reason"] == "no_date"
        return
    assert home.take(path)["captures"] == {"added": 1}
    assert home.stored(case).first_seen_at == (dated or at)


def test_a_list_gives_address_and_date_of_what_does_not_say(home: Home, tmp_path: Path) -> None:
    folder = tmp_path / "pages"
    saved(folder / "one.html", html(CASE))
    saved(folder / "two.html", html(OTHER))
    report = home.take(folder, code=3)
    assert {each["reason"] for each in report["refused"]} == {"no_address"}
    rows = tmp_path / "list.csv"
    when = after(CASE, 70)
    rows.write_text(
        f"file,url,captured_at\none.html,{address(CASE)},{when.isoformat()}\n"
        f"two.html,{address(OTHER)},{after(OTHER, 80).date().isoformat()}\n",
        encoding="utf-8",
    )
    assert home.take(folder, more=("--addresses", rows))["captures"] == {"added": 2}
    assert home.stored(CASE).first_seen_at == when


@pytest.mark.parametrize(
    "text",
    [
        "name,address\n",
        "file,url,captured_at\none.html,x,yesterday\n",
        "file,url,captured_at\na,b,2021-05-04T10:00\n",
    ],
)
def test_a_list_that_cannot_be_read_is_an_error_of_the_call(
    home: Home, tmp_path: Path, text: str
) -> None:
    rows = tmp_path / "list.csv"
    rows.write_text(text, encoding="utf-8")
    code, _, err = home.run("import", tmp_path, "--addresses", rows)
    assert code == 2, err
    assert "list.csv" in err


def test_a_page_without_its_chapters_is_refused_and_taken_with_them(
    home: Home, tmp_path: Path
) -> None:
    with Site([CASE]) as site:
        site.split(CASE.reference, 2)
        import httpx

        parts = [httpx.get(f"{site.url}{CASE.path}{query}").content for query in ("", "?chapter=2")]
    at = after(CASE, 90)
    first = (address(CASE), at, parts[0])
    second = (address(CASE) + "?chapter=2", at + timedelta(minutes=1), parts[1])
    report = home.take(warc(tmp_path / "half.warc.gz", [first]), code=3)
    assert report["refused"][0]["reason"] == "chapter_missing"
    report = home.take(warc(tmp_path / "all.warc.gz", [second, first]))
    assert (report["captures"], report["chapters"]) == ({"added": 1}, 1)


def test_a_dry_run_reads_everything_and_stores_nothing(home: Home, tmp_path: Path) -> None:
    path = warc(tmp_path / "a.warc.gz", [(address(CASE), after(CASE, 90), html(CASE))])
    report = home.take(path, more=("--dry-run",))
    assert (report["captures"], report["dry_run"]) == ({"added": 1}, True)
    assert home.held() == {}


# --- beside a crawl ------------------------------------------------------------------------


def test_an_import_beside_a_crawl_loses_and_renews_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    gone = replace(CASE, reference="25 901 001", decided_on=date(2025, 6, 3))
    with Site([case for case in CASES if case != OTHER]) as site:
        world = World(site, tmp_path / "home")
        assert world.crawl().exit_code() == EXIT_DONE
        home = Home(tmp_path / "home", capsys)
        before = home.held()
        records = [
            (site.url + CASE.path, world.now - timedelta(days=9), html(changed(CASE, "Old"))),
            (site.url + gone.path, world.now - timedelta(days=400), html(gone)),
        ]
        path = warc(tmp_path / "a.warc.gz", records)
        report = home.take(path, more=("--base-url", site.url))
        assert report["captures"] == {"added": 1, "earlier": 1}
        assert {key: value for key, value in home.held().items() if key != gone.reference} == before
        # The site never listed it and does not have it: two runs settle that it was withdrawn.
        for _ in range(2):
            assert home.stored(gone).status is Status.LIVE
            world.now += timedelta(days=1)
            assert world.crawl(since=ALL, revisit=0).exit_code() == EXIT_DONE
        assert home.stored(gone).status is Status.WITHDRAWN


def test_an_old_capture_does_not_bring_back_what_has_left(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with Site(CASES) as site:
        world = World(site, tmp_path / "home")
        world.crawl()
        seen = world.now
        site.withdraw(CASE.reference)
        for _ in range(2):
            world.now += timedelta(days=1)
            world.crawl(since=ALL, revisit=0)
        home = Home(tmp_path / "home", capsys)
        assert home.stored(CASE).status is not Status.LIVE
        between = (site.url + CASE.path, seen + timedelta(hours=3), html(changed(CASE, "Late")))
        path = warc(tmp_path / "a.warc.gz", [between])
        assert home.take(path, more=("--base-url", site.url))["captures"] == {"amended": 1}
        assert home.stored(CASE).status is not Status.LIVE


def test_pages_of_another_site_never_enter(home: Home, tmp_path: Path) -> None:
    path = warc(tmp_path / "a.warc.gz", [(address(CASE), after(CASE, 90), html(CASE))])
    home.take(path)
    mine = warc(
        tmp_path / "b.warc.gz", [("http://127.0.0.1:9" + OTHER.path, after(OTHER, 9), html(OTHER))]
    )
    code, _, err = home.run("import", mine, "--base-url", "http://127.0.0.1:9")
    assert code == 1
    assert "takes none from" in err


# --- small parts ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "inner", "at"),
    [
        (
            "https://web.example/web/20210504100001id_/http://www.lgo.org.uk/x",
            "http://www.lgo.org.uk/x",
            datetime(2021, 5, 4, 10, 0, 1, tzinfo=UTC),
        ),
        ("https://www.lgo.org.uk/web/page", "https://www.lgo.org.uk/web/page", None),
        (
            "web.example/web/20219904100001/https:/www.lgo.org.uk/x",
            "https://www.lgo.org.uk/x",
            None,
        ),
    ],
)
def test_a_replay_address_holds_an_address_and_a_date(
    url: str, inner: str, at: datetime | None
) -> None:
    assert unwrapped(url) == (inner, at)


def test_an_instant_without_a_zone_is_none() -> None:
    assert instant("2021-05-04T10:00:00") is None
    assert instant("2021-05-04") == datetime(2021, 5, 4, tzinfo=UTC)
    assert instant("2021-05-04T10:00:00+01:00") == datetime(2021, 5, 4, 9, tzinfo=UTC)

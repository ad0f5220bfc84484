"""A certificate says what was searched and found, shows any edit, and can be checked later."""

from __future__ import annotations

import errno
import json
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields, replace
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any, get_type_hints

import pytest

import decisions
from archive import __version__
from archive.config import Config, sqlite_url
from archive.coverage_now import coverage_now
from archive.coverage_reader import read_coverage
from archive.errors import ArchiveError, DatabaseUnusable, UsageError
from archive.evidence import open_evidence
from archive.filing import new_files
from archive.opening import open_to_read, open_to_write
from archive.records import Decision, Paragraph, Section, SectionKind
from archive.screen import clean
from search import certificate as certificates
from search import manifest as manifests
from search.certificate import SHOWN_ONLY, canonical
from search.certificate_check import READERS, compare, read_certificate
from search.certificate_command import certify
from search.certificate_words import markdown_end, markdown_reference, markdown_top
from search.errors import CertificateError
from search.index import Index
from search.request import SearchRequest
from tests.crawling import TODAY, World
from tests.site import Site, invent
from tests.specimens import NOON, SOURCE, decision, later, page

ROOT = Path(__file__).parents[1]
REFERENCES = ("24 001 001", "24 001 002", "24 001 003")
TEXTS = ("Late tuition.", "Tuition came late.", "A noisy dog.")


def about(reference: str, text: str, **changes: Any) -> Decision:
    """A decision that says one sentence; its content text's hash follows from it."""
    section = Section(
        SectionKind.FINDINGS, "What I found", 1, None, (Paragraph(1, 1, None, 0, text),)
    )
    return decision(
        reference,
        **{
            "summary": None,
            "sections": (section,),
            "citations": (),
            "cross_references": (),
            "remedies": (),
            "text_sha256": sha256(text.encode()).hexdigest(),
            **changes,
        },
    )


@dataclass
class Home:
    """A real archive and index, and the command on them."""

    config: Config
    capture: pytest.CaptureFixture[str]

    @property
    def file(self) -> Path:
        return self.config.home / "proof.json"

    def save(
        self, made: Decision, body: bytes, *, minutes: int = 0, previous: Decision | None = None
    ) -> None:
        with open_to_write(self.config, now=NOON, tell=lambda _: None) as archive:
            source = archive.register(SOURCE)
            at = later(minutes)
            number = archive.save_page(
                replace(page(made.reference, body=body), url=made.url, fetched_at=at)
            )
            archive.save_decision(source, made, [number], at=at, previous=previous)
            Index(self.config.index_dir).follow(archive)

    def reparse(self, made: Decision) -> None:
        with open_to_write(self.config, now=NOON, tell=lambda _: None) as archive:
            source = archive.register(SOURCE)
            held = archive.find(made.reference)
            ids, _ = archive.current_pages(held.id)
            archive.save_decision(source, made, ids, at=later(9))
            Index(self.config.index_dir).follow(archive)

    def change(self, *statements: str) -> None:
        """By other means: SQL on the file, and the index brought in step."""
        with sqlite3.connect(str(self.config.sqlite_path)) as connection:
            for statement in statements:
                connection.execute(statement)
        connection.close()
        with open_to_write(self.config, now=NOON, tell=lambda _: None) as archive:
            Index(self.config.index_dir).follow(archive)

    def run(self, *arguments: str) -> tuple[int, str, str]:
        code = decisions.main(["--home", str(self.config.home), *arguments])
        out, err = self.capture.readouterr()
        return code, out, err

    def certify(self, *query: str) -> dict[str, Any]:
        code, _, err = self.run("search", *query, "--certificate", str(self.file), "--force")
        assert code == 0, err
        found: dict[str, Any] = json.loads(self.file.read_text(encoding="utf-8"))
        return found

    def verify(self) -> tuple[int, dict[str, Any]]:
        code, out, err = self.run("certificate", "verify", str(self.file), "--json")
        assert out, err
        found: dict[str, Any] = json.loads(out)
        return code, found

    def refused(self, words: str) -> None:
        code, out, err = self.run("certificate", "verify", str(self.file))
        assert (code, out) == (1, ""), err
        assert words in err
        assert "proof.json" in err
        assert "Traceback" not in err


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive with three decisions, made once and copied for each test."""
    place = tmp_path_factory.mktemp("template")
    config = Config(place, sqlite_url(place / "decisions.db"))
    with open_to_write(config, now=NOON, tell=lambda _: None) as archive:
        source = archive.register(SOURCE)
        for reference, text in zip(REFERENCES, TEXTS, strict=True):
            number = archive.save_page(page(reference, body=f"<html>{text}</html>".encode()))
            archive.save_decision(source, about(reference, text), [number], at=NOON)
        Index(config.index_dir).follow(archive)
    return place


@pytest.fixture
def home(template: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Home:
    shutil.copytree(template, tmp_path, dirs_exist_ok=True)
    return Home(Config(tmp_path, sqlite_url(tmp_path / "decisions.db")), capsys)


# --- what it says -----------------------------------------------------------------------------


def test_it_names_the_question_the_archive_and_every_decision(home: Home) -> None:
    found = home.certify("late", "tuition", "--from", "2024", "-n", "1", "--sort", "oldest")
    assert found["query"] == "late tuition"
    assert found["understood"] == "late AND tuition AND date:2024-01-01.."
    assert found["tree"]["node"] == "and"
    assert found["request"]["first"] == "2024-01-01"
    assert found["request"]["sort"] == "oldest"
    assert not SHOWN_ONLY & found["request"].keys()
    assert found["made_at"].endswith("Z")
    assert (found["total"], found["searched"]) == (2, 3)
    assert [one["reference"] for one in found["references"]] == ["24 001 001", "24 001 002"]
    first = found["references"][0]
    assert first["key"] == "24-001-001@1"
    assert first["text_sha256"] == sha256(b"Late tuition.").hexdigest()
    assert first["page_sha256"] == [sha256(b"<html>Late tuition.</html>").hexdigest()]
    assert first["title"] == "Northmoor District Council (24 001 001)"
    assert (first["decided_on"], first["status"], first["revision"]) == ("2025-06-09", "live", 1)
    archive = found["archive"]
    assert (archive["decisions"], archive["statuses"]) == (3, {"live": 3})
    assert archive["sources"][0]["attribution"] == SOURCE.attribution
    assert found["tool"]["version"] == __version__
    assert found["tool"]["index"]["engine"]
    assert found["tool"]["parsers"] == {"test-1": 3}
    assert any("five years" in caveat for caveat in found["caveats"])
    assert "no signature" in found["about"]


def test_a_query_that_was_widened_is_kept_as_it_was_typed(home: Home) -> None:
    app = decisions.Wiring(home.config)
    wider = SearchRequest(query="tuition OR dog")
    certify(app, wider, str(home.file), overwrite=False, typed="tuition")
    found = json.loads(home.file.read_text(encoding="utf-8"))
    assert (found["query"], found["request"]["query"]) == ("tuition", "tuition OR dog")
    assert found["total"] == 3
    assert "As typed: tuition\n" in home.file.with_suffix(".md").read_text(encoding="utf-8")
    assert home.verify()[0] == 0


def test_the_readable_copy_says_the_same(home: Home) -> None:
    found = home.certify("late tuition")
    text = home.file.with_suffix(".md").read_text(encoding="utf-8")
    assert "Found: 2 decisions" in text
    for one in found["references"]:
        assert one["key"] in text
        assert one["text_sha256"] in text
    assert f"`{found['sha256']}`" in text
    assert "No span of dates is proven complete" in text
    code, shown, _ = home.run("certificate", "show", str(home.file))
    assert (code, shown) == (0, text)


def test_what_is_printed_is_not_changed_by_it(home: Home) -> None:
    _, plain, _ = home.run("search", "tuition", "--refs")
    code, out, err = home.run("search", "tuition", "--refs", "--certificate", str(home.file))
    assert (code, out) == (0, plain)
    assert "certificate of 2 decisions written" in err


def test_flags_are_part_of_what_was_asked(home: Home) -> None:
    found = home.certify("--phrase", "late tuition", "--not", "dog")
    assert found["query"] == '"late tuition" -"dog"'
    assert (found["request"]["phrases"], found["request"]["without"]) == (["late tuition"], ["dog"])
    assert found["total"] == 1
    assert home.verify()[0] == 0


def test_other_names_that_were_looked_for_are_in_it(home: Home) -> None:
    home.save(about("24 001 008", "The education, health and care plan."), b"plan")
    found = home.certify("EHCP", "--expand")
    assert found["query"] == "EHCP"
    assert found["request"]["query"] != "EHCP"
    assert [one["reference"] for one in found["references"]] == ["24 001 008"]
    assert home.verify()[0] == 0


def test_that_nothing_was_found_can_be_shown(home: Home) -> None:
    found = home.certify("submarine")
    assert (found["total"], found["references"]) == (0, [])
    assert found["archive"]["decisions"] == 3
    assert "No decision in the archive answered" in home.file.with_suffix(".md").read_text()
    assert home.verify()[0] == 0
    home.save(about("24 001 009", "A submarine."), b"new")
    code, report = home.verify()
    assert code == 3
    assert report["new"] == [{"key": "24-001-009@1", "why": "answers now"}]


def test_an_empty_archive_has_no_certificate(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bare = Home(Config(tmp_path, sqlite_url(tmp_path / "decisions.db")), capsys)
    with open_to_write(bare.config, now=NOON, tell=lambda _: None):
        pass
    code, _, err = bare.run("search", "late", "--certificate", str(bare.file))
    assert code == 1
    assert "decisions crawl" in err
    assert [one.name for one in tmp_path.iterdir() if "proof" in one.name] == []


def test_a_withdrawn_decision_goes_without_its_title(home: Home) -> None:
    withdraw(home, "24 001 001")
    one = home.certify("late tuition")["references"][0]
    assert (one["reference"], one["status"], one["title"]) == ("24 001 001", "withdrawn", None)
    assert "took it down" in one["notice"]


def withdraw(home: Home, reference: str) -> None:
    home.change(
        f"UPDATE decision SET status='withdrawn', status_since='2026-04-01 00:00:00.000000' "  # noqa: S608 - a specimen's reference
        f"WHERE reference='{reference}'",
        "INSERT INTO change (decision_id, kind, at) SELECT id, 'withdrawn', "  # noqa: S608 - a specimen's reference
        f"'2026-04-01 00:00:00.000000' FROM decision WHERE reference='{reference}'",
    )


def test_an_index_that_lags_behind_gives_no_certificate(home: Home) -> None:
    with open_to_write(home.config, now=NOON, tell=lambda _: None) as archive:
        number = archive.save_page(page("24 001 007"))
        archive.save_decision(archive.register(SOURCE), about("24 001 007", "x"), [number], at=NOON)
    code, _, err = home.run("search", "late", "--certificate", str(home.file))
    assert code == 1
    assert "decisions index" in err
    assert not home.file.exists()


@pytest.mark.parametrize(("codec", "ending"), [("stock", "trm"), ("arrays", "inv")])
def test_a_spoilt_list_of_words_gives_no_certificate(
    home: Home, monkeypatch: pytest.MonkeyPatch, codec: str, ending: str
) -> None:
    """Damage in the middle of a large file is not seen at opening, and with the stock codec a
    search that finds something does not look for it: fewer decisions would be certified than
    answer. Ours compares what it reads each time."""
    monkeypatch.setattr(manifests, "_EDGE", 16)
    assert home.run("index", "--rebuild", "--codec", codec)[0] == 0
    home.certify("late", "OR", "dog")
    (path,) = home.config.index_dir.glob(f"gen-*/*.{ending}")
    path.write_bytes(path.read_bytes().replace(b"dog", b"qog"))
    code, _, err = home.run("search", "late")
    assert code == 0 if codec == "stock" else "damaged" in err, "the rest still answers, or nothing"
    code, _, err = home.run("certificate", "verify", str(home.file))
    assert code == 1
    assert "damaged" in err
    code, _, err = home.run("search", "late OR dog", "--certificate", str(home.file), "--force")
    assert code == 1
    assert "damaged" in err
    assert len(json.loads(home.file.read_text(encoding="utf-8"))["references"]) == 3


def test_coverage_is_what_the_coverage_command_tells(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with Site(invent(60, seed=9, today=TODAY)) as site:
        world = World(site, tmp_path)
        world.crawl()
    with open_to_write(world.config, now=NOON, tell=lambda _: None) as archive:
        source = archive.source_id("lgsco")
        archive.windows.save(
            source, date(2019, 1, 1), date(2019, 1, 31), body="", state="unproven",
            stated=5, found=3, at=NOON,
        )  # fmt: skip
    with open_to_read(world.config) as reading:
        expected = read_coverage(reading, "lgsco", today=TODAY)
    with open_evidence(world.config.database_url) as evidence:
        (origin,) = evidence.sources()
        found: Any = coverage_now(evidence.run, origin.id, today=TODAY)
    months = {month["month"]: month for month in found["months"]}
    assert len(months) > 10
    for row in expected.rows:
        shape = {
            item.name: getattr(row, item.name)
            for item in fields(row)
            if isinstance(getattr(row, item.name), int)
        }
        assert shape.items() <= months[row.name].items()
        assert (months[row.name]["proven_at"] is None) == (row.proven_at is None)
        assert months[row.name]["stated"] == row.stated
    assert found["held"] == 60
    assert found["proven_since"] is not None
    assert found["last_crawl_ended"] is not None
    assert [one for one in found["open_windows"] if one["found"] == 3] == [
        {
            "first_day": "2019-01-01", "last_day": "2019-01-31", "state": "unproven",
            "stated": 5, "found": 3, "only": None,
        }
    ]  # fmt: skip


def test_a_gap_between_windows_is_named(home: Home) -> None:
    with open_to_write(home.config, now=NOON, tell=lambda _: None) as archive:
        source = archive.register(SOURCE)
        for first, last in (("2025-06-01", "2025-06-30"), ("2025-08-01", "2025-08-31")):
            archive.windows.save(
                source, date.fromisoformat(first), date.fromisoformat(last), body="",
                state="proven", stated=3, found=3, at=NOON,
            )  # fmt: skip
    gaps = home.certify("late")["coverage"]["lgsco"]["never_asked"]
    assert gaps[0] == {"first_day": "2025-07-01", "last_day": "2025-07-31", "only": None}
    assert gaps[1]["first_day"] == "2025-09-01"
    text = home.file.with_suffix(".md").read_text()
    assert "Never asked for: 2025-07-01 to 2025-07-31" in text


def test_it_needs_no_sqlalchemy(home: Home) -> None:
    script = """
import sys, decisions
code = decisions.main(sys.argv[1:])
heavy = {"sqlalchemy", "alembic", "httpx", "selectolax", "scraper"} & set(sys.modules)
assert not heavy, heavy
sys.exit(code)
"""
    base = [sys.executable, "-c", script, "--home", str(home.config.home)]
    for arguments in (
        ["search", "late", "--certificate", str(home.file)],
        ["certificate", "verify", str(home.file)],
    ):
        done = subprocess.run(
            [*base, *arguments], cwd=ROOT, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr


# --- what became of it ------------------------------------------------------------------------


def test_nothing_changed_is_the_same(home: Home) -> None:
    home.certify("tuition")
    code, report = home.verify()
    assert (code, report["verdict"], report["same"]) == (0, "same", 2)
    assert report["archive"]["same_fingerprint"]
    code, out, _ = home.run("certificate", "verify", str(home.file))
    assert code == 0
    assert "exactly what it held then" in out


def test_a_better_parser_changes_nothing(home: Home) -> None:
    home.certify("tuition")
    better = about("24 001 001", "Late tuition.", title="Another Title (24 001 001)")
    home.reparse(replace(better, parser_version="test-2"))
    code, report = home.verify()
    assert (code, report["verdict"], report["same"]) == (0, "same", 2)
    assert report["archive"]["same_fingerprint"]
    assert {"of": "the parser", "then": "test-1", "now": "test-1, test-2"} in report["versions"]


def test_new_amended_gone_and_withdrawn_are_told_apart(home: Home) -> None:
    home.save(about("24 001 005", "Tuition again."), b"five")
    home.certify("tuition")
    one, two = about(REFERENCES[0], "Late tuition."), about(REFERENCES[1], "Tuition came late.")
    home.save(about("24 001 004", "More tuition."), b"four", minutes=10**6)
    home.save(about("24 001 001", "Very late tuition."), b"one", minutes=5, previous=one)
    home.save(about("24 001 002", "Nothing."), b"two", minutes=5, previous=two)
    home.save(
        about("24 001 003", "A dog at tuition."),
        b"three",
        minutes=5,
        previous=about(REFERENCES[2], "A noisy dog."),
    )
    withdraw(home, "24 001 005")
    code, report = home.verify()
    assert (code, report["verdict"]) == (3, "differs")
    assert report["total"] == {"then": 3, "now": 4}
    assert sorted((one["key"], one["why"]) for one in report["new"]) == [
        ("24-001-003@2", "answers now"),
        ("24-001-004@1", "added since"),
    ]
    assert report["gone"] == [{"key": "24-001-002@1", "why": "answers no more"}]
    assert report["text_amended"] == [{"then": "24-001-001@1", "now": "24-001-001@2"}]
    assert report["status_changed"] == [
        {"then": "24-001-005@1", "now": "24-001-005@1", "from": "live", "to": "withdrawn"}
    ]
    assert report["same"] == 0
    assert not report["archive"]["same_fingerprint"]
    assert not report["archive"]["changed_outside_the_log"]
    code, out, _ = home.run("certificate", "verify", str(home.file))
    assert code == 3
    for words in ("new: 2", "gone: 1", "24-001-001@1, now 24-001-001@2", "now withdrawn"):
        assert words in out


def test_an_erased_decision_is_gone_from_the_archive(home: Home) -> None:
    home.certify("tuition")
    home.change(
        "INSERT INTO change (decision_id, kind, at) VALUES (1, 'erased', '2026-04-01 00:00:00')",
        "DELETE FROM revision_page WHERE revision_id IN "
        "(SELECT id FROM revision WHERE decision_id=1)",
        "DELETE FROM decision_url WHERE decision_id=1",
        "DELETE FROM finding WHERE decision_id=1",
        "DELETE FROM revision WHERE decision_id=1",
        "DELETE FROM paragraph WHERE section_id IN (SELECT id FROM section WHERE decision_id=1)",
        "DELETE FROM section WHERE decision_id=1",
        "DELETE FROM decision WHERE id=1",
    )
    code, report = home.verify()
    assert code == 3
    assert report["gone"] == [{"key": "24-001-001@1", "why": "erased"}]


def test_only_the_bytes_of_a_page_differ(home: Home) -> None:
    home.certify("tuition")
    home.save(
        about("24 001 001", "Late tuition.", outcome_raw="UPHELD"),
        b"the same text, another menu",
        minutes=5,
        previous=about("24 001 001", "Late tuition."),
    )
    code, report = home.verify()
    assert code == 3
    assert report["page_changed"] == [{"then": "24-001-001@1", "now": "24-001-001@2"}]
    assert report["text_amended"] == []


def test_a_change_that_the_log_does_not_tell_is_noticed(home: Home) -> None:
    home.certify("tuition")
    home.change("UPDATE decision SET text_sha256='" + "f" * 64 + "' WHERE id=3")
    code, report = home.verify()
    assert (code, report["verdict"], report["same"]) == (3, "differs", 2)
    assert report["archive"]["changed_outside_the_log"]
    assert "by other means" in home.run("certificate", "verify", str(home.file))[1]


def test_the_fingerprint_is_what_the_certificate_says_it_is(home: Home) -> None:
    """Made by hand from the words of ``sha256_of``, so that somebody else can do so too."""
    found = home.certify("tuition")["archive"]["sha256"]
    digest = sha256()
    for reference, text in zip(REFERENCES, TEXTS, strict=True):
        line = [
            "lgsco",
            reference,
            [sha256(f"<html>{text}</html>".encode()).hexdigest()],
            sha256(text.encode()).hexdigest(),
            "live",
        ]
        digest.update((json.dumps(line) + "\n").encode())
    assert found == digest.hexdigest()


def test_one_view_of_the_archive_whatever_is_written_meanwhile(home: Home) -> None:
    with open_evidence(home.config.database_url) as evidence:
        before = (evidence.identity(), evidence.fingerprint())
        home.save(about("24 001 004", "More tuition."), b"four")
        assert (evidence.identity(), evidence.fingerprint()) == before
    with open_evidence(home.config.database_url) as evidence:
        assert evidence.fingerprint() != before[1]


# --- files that cannot be trusted -------------------------------------------------------------


def test_no_byte_can_be_changed(home: Home) -> None:
    home.certify("late tuition")
    raw = home.file.read_bytes()
    read_certificate(raw.decode())
    for place in range(0, len(raw), 7):
        spoilt = bytearray(raw)
        spoilt[place] ^= 0x01
        with pytest.raises(CertificateError):
            read_certificate(spoilt.decode("ascii", "replace"))


def test_another_layout_of_the_same_json_is_the_same_certificate(home: Home) -> None:
    found = home.certify("tuition")
    home.file.write_text(json.dumps(found, indent=3, ensure_ascii=False), encoding="utf-8")
    assert home.verify()[0] == 0


def resealed(found: dict[str, Any]) -> str:
    """The certificate as somebody who computes the hash anew would write it."""
    rest = {name: value for name, value in found.items() if name != "sha256"}
    return json.dumps({**rest, "sha256": sha256(canonical(rest).encode()).hexdigest()})


EDITS: dict[str, Callable[[dict[str, Any]], object]] = {
    "total": lambda c: c.update(total=99),
    "total no number": lambda c: c.update(total="2"),
    "total true": lambda c: c.update(total=True),
    "huge": lambda c: c["archive"].update(last_change=10**400),
    "negative": lambda c: c["archive"].update(last_change=-1),
    "archive a list": lambda c: c.update(archive=[]),
    "no archive": lambda c: c.pop("archive"),
    "no request": lambda c: c.pop("request"),
    "query a number": lambda c: c["request"].update(query=1),
    "phrases a text": lambda c: c["request"].update(phrases="abc"),
    "unknown order": lambda c: c["request"].update(sort="random"),
    "bad date": lambda c: c["request"].update(first="yesterday"),
    "unknown option": lambda c: c["request"].update(telepathy=True),
    "made when": lambda c: c.update(made_at="noon"),
    "without zone": lambda c: c.update(made_at="2026-03-02T12:00:00"),
    "reference twice": lambda c: (c["references"].append(c["references"][0]), c.update(total=3)),
    "reference a text": lambda c: c["references"].__setitem__(0, "24 001 001"),
    "hash no hash": lambda c: c["references"][0].update(text_sha256="../../etc"),
    "page no list": lambda c: c["references"][0].update(page_sha256="a" * 64),
    "seen when": lambda c: c["references"][0].update(first_seen_at=""),
    "no index": lambda c: c["tool"].pop("index"),
    "version a number": lambda c: c["tool"].update(version=3),
    "parsers a list": lambda c: c["tool"].update(parsers=[1]),
    "coverage null": lambda c: c.update(coverage=None),
    "half a character": lambda c: c["references"][0].update(reference="24 001 \ud800"),
}


@pytest.mark.parametrize("name", EDITS)
def test_a_wrong_shape_is_refused_even_with_a_right_hash(home: Home, name: str) -> None:
    found = home.certify("tuition")
    EDITS[name](found)
    home.file.write_text(resealed(found), encoding="utf-8")
    home.refused("")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "no JSON"),
        ("[]", "no certificate"),
        ("{}", "no certificate"),
        ("[" * 200_000, ""),
        ('{"certificate":' + '{"a":' * 100_000, ""),
        ('{"certificate": NaN}', "number"),
        ('{"certificate": 1e999}', "number"),
        ('{"certificate": ' + "9" * 10_000 + "}", ""),
        ('{"certificate": 1, "certificate": 2}', "twice"),
        ('{"certificate":"decisions search certificate","schema":2}', "schema 2"),
        ('{"certificate":"decisions search certificate","schema":[1]}', "schema"),
        ('{"certificate":"decisions search certificate","schema":1}', "shape"),
        ("\x00\x1b[2J", "no JSON"),
    ],
)
def test_a_hostile_file_is_one_sentence(home: Home, text: str, words: str) -> None:
    home.file.write_text(text, encoding="utf-8")
    home.refused(words)


def test_bytes_that_are_no_text_and_files_that_are_not_there(home: Home) -> None:
    home.file.write_bytes(b"\xff\xfe\x00")
    home.refused("no text")
    home.file.unlink()
    home.refused("no such file")
    home.file.mkdir()
    home.refused("no such file")


def test_show_of_a_well_sealed_but_odd_file_is_an_error(home: Home) -> None:
    found = home.certify("tuition")
    found["coverage"] = {"lgsco": {"only": 3}}
    home.file.write_text(resealed(found), encoding="utf-8")
    code, _, err = home.run("certificate", "show", str(home.file))
    assert code == 1
    assert "shape" in err


HIDDEN = "x\x1b[2J\x9b\x07\u202e\r\ny"


def in_every_text(value: Any) -> Any:
    """The same shape with something hidden in every text."""
    if isinstance(value, dict):
        return {name: in_every_text(each) for name, each in value.items()}
    if isinstance(value, list):
        return [in_every_text(each) for each in value]
    return HIDDEN if isinstance(value, str) or value is None else value


def test_no_text_of_a_certificate_can_move_the_cursor(home: Home) -> None:
    found = home.certify("tuition")
    top = {name: found[name] for name in found if name != "references"}
    hidden = in_every_text(top)
    span = {"first_day": HIDDEN, "last_day": HIDDEN}
    window = {**span, "state": HIDDEN, "stated": 1, "found": 2}
    for coverage in hidden["coverage"].values():
        coverage |= {
            "only": [HIDDEN],
            "open_windows": [window],
            "parts_not_adding_up": [window],
            "never_asked": [span],
        }
    lines = [
        *markdown_top(hidden, HIDDEN),
        *markdown_reference(1, in_every_text(found["references"][0])),
        *markdown_end(HIDDEN),
    ]
    assert lines
    for line in lines:
        assert clean(line) == line
        assert "\n" not in line


def test_the_moment_of_a_certificate_cannot_either(home: Home) -> None:
    found = home.certify("tuition")
    # Any one character may stand between day and time.
    found["made_at"] = found["made_at"].replace("T", "\x9b")
    home.file.write_text(resealed(found), encoding="utf-8")
    assert "\x9b" not in home.run("certificate", "verify", str(home.file))[1]


def test_scraped_text_cannot_become_markup_or_move_the_cursor(home: Home) -> None:
    title = "<script>x</script> [a](b)\x1b[2J\nCouncil (24 001 011)"
    home.save(about("24 001 011", "Peculiar.", title=title), b"odd")
    home.certify("peculiar")
    text = home.file.with_suffix(".md").read_text(encoding="utf-8")
    assert "\x1b" not in text
    assert "\\<script\\>" in text
    assert "\nCouncil" not in text


def test_a_request_of_any_kind_can_be_read_back() -> None:
    hints = get_type_hints(SearchRequest)
    for item in fields(SearchRequest):
        assert item.name in SHOWN_ONLY or hints[item.name] in READERS, item.name
    asked = SearchRequest(
        query="a", phrases=("b c",), first=date(2024, 1, 2), remedy_min=5, limit=None, snippets=0
    )
    shape = certificates.request_json(asked)
    values = {name: READERS[hints[name]](value) for name, value in shape.items()}
    assert SearchRequest(**values, limit=None, snippets=0) == asked


def test_comparing_counts_each_decision_once() -> None:
    def one(reference: str, text: str = "a", page: str = "p", status: str = "live") -> Any:
        return {
            "source": "x", "reference": reference, "text_sha256": text,
            "page_sha256": [page], "status": status,
        }  # fmt: skip

    then = [one("1"), one("2"), one("3"), one("4"), one("5")]
    now = [one("1"), one("2", "b"), one("3", page="q"), one("4", "b", status="expired"), one("6")]
    found = compare(then, now)
    assert found.same == 1
    assert [new["reference"] for new in found.new] == ["6"]
    assert [gone["reference"] for gone in found.gone] == ["5"]
    assert [pair[0]["reference"] for pair in found.text] == ["2", "4"]
    assert [pair[0]["reference"] for pair in found.page] == ["3"]
    assert [pair[0]["reference"] for pair in found.status] == ["4"]


# --- the archive it comes from ----------------------------------------------------------------


def test_a_database_of_no_schema_is_named(home: Home) -> None:
    home.certify("tuition")
    with sqlite3.connect(str(home.config.sqlite_path)) as connection:
        connection.execute("DELETE FROM alembic_version")
    connection.close()
    code, _, err = home.run("certificate", "verify", str(home.file))
    assert code == 1
    assert "schema" in err
    with sqlite3.connect(str(home.config.sqlite_path)) as connection:
        connection.execute("ALTER TABLE decision RENAME COLUMN text_sha256 TO older")
    connection.close()
    with (
        pytest.raises(DatabaseUnusable, match="text_sha256"),
        open_evidence(home.config.database_url) as evidence,
    ):
        evidence.fingerprint()


def test_versions_that_differ_are_named_and_do_not_count(home: Home) -> None:
    found = home.certify("tuition")
    found["tool"]["version"] = "0.0.1"
    found["tool"]["database_schema"] = "0000"
    found["tool"]["index"]["schema"] = "1"
    home.file.write_text(resealed(found), encoding="utf-8")
    code, report = home.verify()
    assert code == 0
    assert {one["of"]: one["then"] for one in report["versions"]} == {
        "decisions": "0.0.1",
        "the database's schema": "0000",
        "the index's schema": "1",
    }
    out = home.run("certificate", "verify", str(home.file))[1]
    assert "another version of decisions: 0.0.1 then" in out


def test_another_archive_is_named(home: Home) -> None:
    found = home.certify("tuition")
    found["archive"]["archive_id"] = "elsewhere"
    home.file.write_text(resealed(found), encoding="utf-8")
    code, report = home.verify()
    assert code == 0
    assert not report["archive"]["same_archive"]
    assert "another archive" in home.run("certificate", "verify", str(home.file))[1]


def test_an_archive_that_cannot_be_written_can_be_certified(home: Home, tmp_path: Path) -> None:
    locked = [home.config.home, *home.config.home.rglob("*")]
    elsewhere = tmp_path.parent / f"{tmp_path.name}-out"
    elsewhere.mkdir()
    modes = {one: one.stat().st_mode for one in locked}
    for one in locked:
        one.chmod(0o555 if one.is_dir() else 0o444)
    try:
        proof = elsewhere / "proof.json"
        code, _, err = home.run("search", "tuition", "--certificate", str(proof))
        assert code == 0, err
        assert home.run("certificate", "verify", str(proof))[0] == 0
    finally:
        for one, mode in modes.items():
            one.chmod(mode)


# --- writing it -------------------------------------------------------------------------------


def leftovers(directory: Path) -> list[str]:
    return [one.name for one in directory.iterdir() if "partial" in one.name]


def test_an_older_certificate_is_not_written_over_unasked(home: Home) -> None:
    home.certify("tuition")
    before = home.file.read_bytes()
    code, out, err = home.run("search", "dog", "--certificate", str(home.file))
    assert (code, out) == (2, "")
    assert "--force" in err
    assert home.file.read_bytes() == before
    home.certify("dog")
    assert home.file.read_bytes() != before
    assert leftovers(home.config.home) == []


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("proof.md", "proof.json"),
        ("", "name"),
        ("decisions.db", "belongs to the archive"),
        ("decisions.db-wal", "belongs to the archive"),
        ("decisions.lock", "belongs to the archive"),
        ("crawl.jsonl", "belongs to the archive"),
        ("synonyms.toml", "belongs to the archive"),
        ("index/x.json", "belongs to the archive"),
        ("no/such/place.json", "cannot be written"),
        (".", "directory"),
    ],
)
def test_a_name_that_cannot_be_meant_is_refused(home: Home, name: str, words: str) -> None:
    path = str(home.config.home / name) if name else ""
    code, _, err = home.run("search", "tuition", "--certificate", path, "--force")
    assert code in (1, 2)
    assert words in err
    assert leftovers(home.config.home) == []


def test_force_alone_is_a_usage_error(home: Home) -> None:
    code, _, err = home.run("search", "tuition", "--force")
    assert code == 2
    assert "--certificate" in err


def test_a_full_disk_leaves_nothing_half(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    real = os.fsync

    def full(handle: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as disk:
        disk.setattr(os, "fsync", full)
        code, _, err = home.run("search", "tuition", "--certificate", str(home.file))
    assert os.fsync is real
    assert code == 1
    assert "cannot be written" in err
    assert not home.file.exists()
    assert not home.file.with_suffix(".md").exists()
    assert leftovers(home.config.home) == []


def test_of_two_at_once_one_fails_and_the_other_is_whole(tmp_path: Path) -> None:
    names = [str(tmp_path / "a.json"), str(tmp_path / "a.md")]
    first = new_files(names, forbidden=[], overwrite=False)
    second = new_files(names, forbidden=[], overwrite=False)
    ours, theirs = first.__enter__(), second.__enter__()
    for number, (one, other) in enumerate(zip(ours, theirs, strict=True)):
        one.write(f"first {number}")
        other.write(f"second {number}")
    second.__exit__(None, None, None)
    with pytest.raises(UsageError, match="there already"):
        first.__exit__(None, None, None)
    assert (tmp_path / "a.json").read_text() == "second 0"
    assert (tmp_path / "a.md").read_text() == "second 1"
    assert leftovers(tmp_path) == []


def test_without_links_a_taken_name_is_still_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def none(*_: object) -> None:
        raise OSError(errno.EPERM, "no links here")

    monkeypatch.setattr(os, "link", none)
    target = tmp_path / "a.json"
    with new_files([str(target)], forbidden=[], overwrite=False) as (file,):
        file.write("whole")
    assert target.read_text() == "whole"
    with (
        pytest.raises(UsageError, match="there already"),
        new_files([str(tmp_path / "b.json")], forbidden=[], overwrite=False) as (file,),
    ):
        (tmp_path / "b.json").write_text("somebody else's")
    assert (tmp_path / "b.json").read_text() == "somebody else's"


def test_an_error_inside_leaves_no_file(tmp_path: Path) -> None:
    def work() -> None:
        with new_files([str(tmp_path / "a.json")], forbidden=[], overwrite=True) as (file,):
            file.write("half")
            raise ArchiveError("broken")

    with pytest.raises(ArchiveError, match="broken"):
        work()
    assert list(tmp_path.iterdir()) == []


def test_references_pass_one_by_one() -> None:
    """However many answer, no list of them is made."""
    taken: list[int] = []

    def references() -> Iterator[dict[str, object]]:
        for number in range(3):
            taken.append(number)
            yield {"n": number}

    pieces = certificates.sealed(certificates.Seal({"total": 3, "about": ""}), references())
    seen = [len(taken) for piece in pieces if '"n"' in piece]
    assert seen == [1, 2, 3]
    short = certificates.sealed(certificates.Seal({"total": 4}), references())
    with pytest.raises(ValueError, match="3 references"):
        "".join(short)

"""``decisions verify`` finds every fault that was planted, and none where nothing was."""

from __future__ import annotations

import json
import shutil
import sqlite3
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import zstandard

from archive import captures, lock
from archive.config import Config, sqlite_url
from archive.errors import UsageError
from archive.fault import Fault, Level, Scope, Tally
from archive.opening import open_to_read, open_to_write
from archive.verify import verify
from scraper.progress import Silent
from scraper.verify_command import page_readers
from search import manifest as manifests
from search.index import Index
from tests.crawling import TODAY, World
from tests.site import Site, invent
from tests.test_decisions_command import run as command

CASES = invent(12, seed=5, today=TODAY)
FULL = Scope(Level.FULL)
QUICK = Scope(Level.QUICK)
DERIVED = (
    "INSERT INTO change (decision_id, kind, at, revision_id) "
    "SELECT 1, 'derived', '2026-11-22 04:00:00', MAX(id) FROM revision WHERE decision_id = 1"
)


@dataclass(frozen=True)
class Home:
    """A home of its own, to be spoilt."""

    path: Path

    @property
    def config(self) -> Config:
        return Config(home=self.path, database_url=sqlite_url(self.path / "decisions.db"))

    def spoil(self, *statements: str, values: tuple[object, ...] = ()) -> None:
        """Change rows behind the archive's back: nothing is checked."""
        connection = sqlite3.connect(self.path / "decisions.db")
        connection.execute("PRAGMA ignore_check_constraints=ON")
        try:
            with connection:
                for statement in statements:
                    done = connection.execute(statement, values)
                    assert done.rowcount > 0, statement
        finally:
            connection.close()

    def one(self, statement: str) -> object:
        connection = sqlite3.connect(self.path / "decisions.db")
        try:
            return connection.execute(statement).fetchone()[0]
        finally:
            connection.close()

    def verify(self, scope: Scope = FULL, *, tally: Tally | None = None) -> list[Fault]:
        with open_to_read(self.config) as archive:
            return list(
                verify(
                    archive,
                    scope,
                    readers=page_readers(1),
                    index=Index(self.config.index_dir),
                    steps=Silent(),
                    tally=Tally() if tally is None else tally,
                )
            )


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive with a decision that was amended once."""
    home = tmp_path_factory.mktemp("crawled")
    with Site(CASES) as site:
        world = World(site, home)
        world.crawl()
        site.amend(CASES[3].amended(words="We have looked at this again."))
        world.now += timedelta(days=9)
        assert world.crawl(revisit=100).changed == 1
    return home


@pytest.fixture
def home(crawled: Path, tmp_path: Path) -> Home:
    shutil.copytree(crawled, tmp_path / "home")
    return Home(tmp_path / "home")


def checks(faults: list[Fault]) -> set[str]:
    return {fault.check for fault in faults}


# --- nothing wrong ----------------------------------------------------------------------------


def test_a_whole_archive_has_no_faults_and_everything_was_looked_at(home: Home) -> None:
    tally = Tally()
    assert home.verify(tally=tally) == []
    assert tally.not_checked == []
    decisions = home.one("SELECT COUNT(*) FROM decision")
    assert tally.checked["decisions"] == tally.checked["indexed"] == decisions
    assert tally.checked["pages"] == home.one("SELECT COUNT(*) FROM page")
    assert tally.checked["versions"] == len(CASES) + 1


def test_verifying_writes_nothing_and_takes_no_lock(home: Home) -> None:
    before = {
        path: (path.stat().st_mtime_ns, path.read_bytes())
        for path in home.path.rglob("*")
        if path.is_file() and not path.name.endswith(("-shm", "-wal"))
    }
    with lock.writer_lock(home.config):
        assert home.verify() == []
    assert before == {path: (path.stat().st_mtime_ns, path.read_bytes()) for path in before}


def test_an_archive_on_read_only_media_is_verified(home: Home) -> None:
    home.one("PRAGMA journal_mode=DELETE")
    every = [home.path, *home.path.rglob("*")]
    for path in every:
        path.chmod(0o555 if path.is_dir() else 0o444)
    try:
        assert home.verify() == []
    finally:
        for path in every:
            path.chmod(0o755 if path.is_dir() else 0o644)


def test_the_parts_of_a_subset_are_the_whole_once(home: Home) -> None:
    pages = decisions = 0
    for part in range(5):
        tally = Tally()
        assert home.verify(Scope(Level.SUBSET, part, 5), tally=tally) == []
        pages += tally.checked["pages"]
        decisions += tally.checked["decisions"]
    assert pages == home.one("SELECT COUNT(*) FROM page")
    assert decisions == len(CASES)


@pytest.mark.parametrize(
    "text", ["", "1", "0/7", "8/7", "1/0", "a/b", "1/2/3", "-1/7", "1/9999999"]
)
def test_a_part_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="--subset"):
        Scope.of_subset(text)


def test_what_a_crawl_writes_meanwhile_is_no_fault(home: Home) -> None:
    """One view: a decision that is taken out while the verification runs is still whole in it."""
    with open_to_read(home.config) as archive:
        found = verify(
            archive,
            FULL,
            readers=page_readers(1),
            index=Index(home.config.index_dir),
            steps=_AtPages(lambda: home.spoil("UPDATE paragraph SET text = 'other words'")),
            tally=Tally(),
        )
        assert list(found) == []
    assert "content" in checks(home.verify())


class _AtPages(Silent):
    def __init__(self, act: Callable[[], None]) -> None:
        self._act = act

    def stage(self, name: str, total: int | None) -> None:
        if name == "pages":
            writer = threading.Thread(target=self._act)
            writer.start()
            writer.join()


def test_an_index_that_is_behind_is_told_and_no_fault(home: Home) -> None:
    home.spoil(DERIVED)
    tally = Tally()
    assert home.verify(tally=tally) == []
    assert any("behind the archive" in what for what in tally.not_checked)


# --- pages ------------------------------------------------------------------------------------


def flipped(packed: bytes, bit: int) -> bytes:
    spoilt = bytearray(packed)
    spoilt[bit // 8] ^= 1 << (bit % 8)
    return bytes(spoilt)


def test_one_flipped_bit_anywhere_in_a_stored_page_names_its_decision(home: Home) -> None:
    packed = home.one("SELECT body_zstd FROM page WHERE id = 1")
    reference = home.one(
        "SELECT reference FROM decision d JOIN revision r ON r.decision_id = d.id "
        "JOIN revision_page p ON p.revision_id = r.id WHERE page_id = 1"
    )
    assert isinstance(packed, bytes)
    bits = len(packed) * 8
    for bit in {3, 36, 40, bits // 3, bits // 2, bits - 1, *range(145, 153)}:
        home.spoil("UPDATE page SET body_zstd = ? WHERE id = 1", values=(flipped(packed, bit),))
        found = [fault for fault in home.verify() if fault.check == "pages"]
        assert [(fault.page_id, fault.reference) for fault in found] == [(1, reference)], bit
        assert "repair" in found[0].do


def test_no_bit_of_a_stored_page_can_flip_unseen(home: Home) -> None:
    """Some bits of a Zstandard frame mean nothing: the page comes out whole, and it is told."""
    from archive.verify_pages import _bytes_problem

    sha256 = str(home.one("SELECT sha256 FROM page WHERE id = 2"))
    packed = home.one("SELECT body_zstd FROM page WHERE id = 2")
    assert isinstance(packed, bytes)
    assert _bytes_problem(packed, sha256) is None
    unseen = [
        bit
        for bit in range(0, len(packed) * 8, 7)
        if _bytes_problem(flipped(packed, bit), sha256) is None
    ]
    assert unseen == []


SPOILT_PAGES = {
    "the tail is cut off": "UPDATE page SET body_zstd = substr(body_zstd, 1, length(body_zstd)-1)",
    "something is added": "UPDATE page SET body_zstd = body_zstd || x'00ff'",
    "nothing is left": "UPDATE page SET body_zstd = NULL",
    "it is empty": "UPDATE page SET body_zstd = x''",
    "it is text": "UPDATE page SET body_zstd = 'text'",
    "the hash is another": "UPDATE page SET sha256 = replace(sha256, '0', '1')",
    "the hash is none": "UPDATE page SET sha256 = 'none'",
    "the headers are no list": "UPDATE page SET headers = '{\"a\": 1}'",
    "the headers are bytes": "UPDATE page SET headers = x'ff00'",
    "the time is none": "UPDATE page SET fetched_at = 'yesterday'",
    "the status is absurd": "UPDATE page SET status = 99999",
    "the address is bytes": "UPDATE page SET final_url = x'ff'",
    "others have its bytes": "UPDATE page SET body_zstd = NULL, body_page_id = 4",
}


@pytest.mark.parametrize("statement", SPOILT_PAGES.values(), ids=SPOILT_PAGES)
def test_whatever_is_wrong_with_a_page_is_found(home: Home, statement: str) -> None:
    home.spoil(f"{statement} WHERE id = 3")
    assert [fault.page_id for fault in home.verify() if fault.check == "pages"] == [3]
    part = Scope(Level.SUBSET, 3, 100)
    assert [fault.page_id for fault in home.verify(part) if fault.check == "pages"] == [3]


def test_a_bomb_in_the_place_of_a_page_is_a_fault_and_eats_no_memory(home: Home) -> None:
    bomb = zstandard.ZstdCompressor().compress(bytes(captures.MAX_BODY + 1))
    home.spoil("UPDATE page SET body_zstd = ? WHERE id = 3", values=(bomb,))
    (fault,) = [fault for fault in home.verify() if fault.check == "pages"]
    assert "claims a size of 67,108,865" in fault.what


# --- decisions --------------------------------------------------------------------------------

ALTERED = {
    "text": ("UPDATE paragraph SET text = text || '.' WHERE id = 20", "text of paragraph"),
    "number": ("UPDATE paragraph SET number = 99 WHERE number = 3", "number of paragraph"),
    "amount": (
        "UPDATE remedy SET amount_pence = amount_pence + 1 WHERE amount_pence IS NOT NULL",
        "amount_pence of remedies",
    ),
    "remedy gone": ("DELETE FROM remedy", "remedies, the page has"),
    "citation": ("UPDATE citation SET year = 1875 WHERE year IS NOT NULL", "year of citations"),
    "finding": ("UPDATE finding SET subject = 'x' WHERE id = 2", "subject of findings"),
    "outcome": (
        "UPDATE decision SET outcome = 'unknown' WHERE id = 2",
        "outcome is unknown, the page says",
    ),
    "date": ("UPDATE decision SET decided_on = '2020-01-01' WHERE id = 2", "decided_on is 2020"),
    "title": ("UPDATE decision SET title = 'Other (1)' WHERE id = 2", "title is Other (1)"),
    "content hash": (
        "UPDATE decision SET content_sha256 = replace(content_sha256, '1', '2') WHERE id = 2",
        "content_sha256 is not what its page gives",
    ),
    "reading hash": (
        "UPDATE decision SET reading_sha256 = replace(reading_sha256, '1', '2') WHERE id = 2",
        "reading_sha256 is not what its page gives",
    ),
    "address": ("UPDATE decision SET url = 'https://example.org/' WHERE id = 2", "url is https"),
    "heading": ("UPDATE section SET heading = 'x' WHERE id = 4", "heading of section"),
    "kind": ("UPDATE section SET kind = 'other' WHERE kind = 'complaint'", "kind of section"),
    "version's hash": (
        "UPDATE revision SET content_sha256 = replace(content_sha256, '1', '2') WHERE number = 1",
        "the hashes differ",
    ),
    "bytes for a text": ("UPDATE decision SET summary = x'00ff' WHERE id = 2", "summary"),
    "no UTF-8": ("UPDATE paragraph SET text = CAST(x'41ff' AS TEXT) WHERE id = 9", "text of"),
    "no date at all": ("UPDATE decision SET decided_on = '2020-99-99' WHERE id = 2", "cannot be"),
    "an outcome nobody knows": ("UPDATE decision SET outcome = 'won' WHERE id = 2", "cannot be"),
    "no such kind": ("UPDATE section SET kind = 'poem' WHERE id = 4", "cannot be read"),
    "warnings": ("UPDATE decision SET warnings = '{' WHERE id = 2", "cannot be read"),
}


@pytest.mark.parametrize(("statement", "what"), ALTERED.values(), ids=ALTERED)
def test_a_row_altered_by_hand_is_found(home: Home, statement: str, what: str) -> None:
    home.spoil(statement)
    found = [fault for fault in home.verify() if fault.check == "content"]
    assert any(what in fault.what for fault in found), [fault.what for fault in found]
    assert all(fault.reference and fault.url and "repair" in fault.do for fault in found)


def test_a_deleted_section_is_found_with_the_rows_it_leaves_behind(home: Home) -> None:
    home.spoil("DELETE FROM section WHERE id = 5")
    found = home.verify()
    assert any("section" in f.what and "is missing" in f.what for f in found)
    assert "foreign_keys" in checks(found)


def test_the_hash_that_no_parser_has_a_part_in_is_held_against_every_version(home: Home) -> None:
    home.spoil("UPDATE revision SET text_sha256 = replace(text_sha256, '1', '2')")
    told = [fault for fault in home.verify() if fault.check == "page_text"]
    assert len(told) == len(CASES) + 1


def test_a_version_that_names_another_decisions_page_is_found(home: Home) -> None:
    home.spoil("UPDATE revision_page SET page_id = 8 WHERE revision_id = 5")
    (fault,) = [f for f in home.verify() if f.check == "content"]
    assert "is about" in fault.what


def test_a_version_without_a_page_is_found(home: Home) -> None:
    home.spoil("DELETE FROM revision_page WHERE revision_id = 5")
    assert any("no page" in fault.what for fault in home.verify())


def test_what_another_parser_read_is_not_held_against_this_one_and_that_is_told(home: Home) -> None:
    home.spoil(
        "UPDATE decision SET parser_version = 'lgsco:0', reading_sha256 = 'old'",
        "UPDATE revision SET parser_version = 'lgsco:0'",
    )
    tally = Tally()
    assert home.verify(tally=tally) == []
    assert any("decisions reparse" in what for what in tally.not_checked)
    home.spoil("UPDATE paragraph SET text = 'other' WHERE id = 20")
    assert any("stored hash" in fault.what for fault in home.verify())


def test_a_correction_by_a_person_is_no_fault_and_one_altered_by_hand_is(home: Home) -> None:
    from archive.making_corrections import at_words, of_place

    now = datetime.now(UTC)
    with open_to_write(home.config, now=now, tell=lambda _: None) as archive:
        held = archive.find(CASES[5].reference)
        *_, last = held.decision.paragraphs()
        place = at_words(held.decision, f"o{last.ordinal}", None)
        new = of_place(held, place, lambda bare: replace(bare, kind="payment"), now)
        archive.corrections.save(held.id, new=new, at=now)
        Index(home.config.index_dir).follow(archive)
    assert home.verify() == []
    home.spoil("UPDATE remedy SET amount_pence = 1 WHERE correction_id IS NOT NULL")
    assert any("amount_pence" in fault.what for fault in home.verify())


# --- books ------------------------------------------------------------------------------------

BOOKS = {
    "a change before its decision was added": (
        "UPDATE change SET id = -id WHERE kind = 'amended'",
        "changes",
    ),
    "changes in another order": (
        "UPDATE change SET id = CASE kind WHEN 'amended' THEN 0 ELSE id END",
        "changes",
    ),
    "a change is gone": ("DELETE FROM change WHERE id = 3", "changes"),
    "a change of a kind there is not": ("UPDATE change SET kind = 'x' WHERE id = 3", "changes"),
    "a change of another's version": ("UPDATE change SET revision_id = 7 WHERE id = 3", "changes"),
    "a status nobody logged": (
        "UPDATE decision SET status = 'withdrawn', status_since = '2026-01-01 00:00' WHERE id = 3",
        "changes",
    ),
    "a version is gone": ("DELETE FROM revision WHERE number = 2", "changes"),
    "a decision is gone": ("DELETE FROM decision WHERE id = 3", "changes"),
    "numbers would be given twice": (
        "UPDATE sqlite_sequence SET seq = 2 WHERE name = 'change'",
        "changes",
    ),
    "an entry without its decision": (
        "UPDATE listed SET decision_id = NULL WHERE id = 3",
        "ledger",
    ),
    "an entry of another decision": ("UPDATE listed SET decision_id = 9 WHERE id = 3", "ledger"),
    "an entry is gone": ("DELETE FROM listed WHERE id = 3", "ledger"),
    "an entry that left, a decision that stands": (
        "UPDATE listed SET state = 'gone' WHERE id = 3",
        "ledger",
    ),
    "a proven window that does not add up": (
        "UPDATE listing_window SET found = found + 1 WHERE state = 'proven'",
        "ledger",
    ),
    "a window that ends before it begins": (
        "UPDATE listing_window SET last_day = '1900-01-01'",
        "ledger",
    ),
    "no identity": ("DELETE FROM archive_meta WHERE key = 'archive_id'", "integrity"),
    "an orphan": ("UPDATE paragraph SET section_id = 999999 WHERE id = 5", "foreign_keys"),
    "an instant that is none": ("UPDATE crawl SET started_at = 'noon'", "integrity"),
    "bytes for a name": ("UPDATE body SET type = x'00' WHERE id = 1", "integrity"),
    "words for a number": ("UPDATE crawl SET requests = 'many'", "integrity"),
}


@pytest.mark.parametrize(("statement", "check"), BOOKS.values(), ids=BOOKS)
def test_books_that_do_not_agree_are_found_by_the_quick_look(
    home: Home, statement: str, check: str
) -> None:
    home.spoil(statement)
    found = home.verify(QUICK)
    assert check in checks(found), [fault.what for fault in found]
    assert all(fault.do for fault in found)


def test_a_decision_that_was_imported_after_its_time_is_no_fault(home: Home) -> None:
    """Nobody saw it leave, so no change tells of it and there is no day since when it is gone."""
    home.spoil(
        "DELETE FROM listed WHERE decision_id = 2",
        "UPDATE decision SET status = 'expired', first_crawl_id = NULL WHERE id = 2",
    )
    assert home.verify(QUICK) == []
    home.spoil("UPDATE decision SET first_crawl_id = 1 WHERE id = 2")
    assert checks(home.verify(QUICK)) == {"changes", "ledger"}


def test_nothing_where_something_must_be_is_found_by_sqlite_itself(home: Home) -> None:
    connection = sqlite3.connect(home.path / "decisions.db")
    with connection:
        connection.execute("PRAGMA writable_schema=ON")
        connection.execute(
            "UPDATE sqlite_master SET sql = replace(sql, 'title TEXT NOT NULL', 'title TEXT') "
            "WHERE name = 'decision'"
        )
    connection.close()
    home.spoil("UPDATE decision SET title = NULL WHERE id = 2")
    assert any("title" in fault.what for fault in home.verify(QUICK))


def test_a_trigger_in_the_database_is_told(home: Home) -> None:
    connection = sqlite3.connect(home.path / "decisions.db")
    connection.execute("CREATE TRIGGER sly AFTER INSERT ON page BEGIN DELETE FROM page; END")
    connection.close()
    # A file that is not as we make it is not opened at all, and that is what is told.
    done = command("verify", "--quick", home=home.path)
    assert done.returncode == 1
    assert "trigger (sly on page)" in done.stdout + done.stderr


@pytest.mark.parametrize("thing", ["INDEX ix_page_url", "VIEW v_decision"])
def test_a_part_of_the_schema_that_is_gone_is_told(home: Home, thing: str) -> None:
    connection = sqlite3.connect(home.path / "decisions.db")
    connection.execute(f"DROP {thing}")
    connection.close()
    assert any(thing.split()[1] in fault.what for fault in home.verify(QUICK))


def test_a_spoilt_file_of_the_database_is_told_and_is_no_traceback(home: Home) -> None:
    home.one("PRAGMA journal_mode=DELETE")
    path = home.path / "decisions.db"
    content = bytearray(path.read_bytes())
    for at in range(len(content) // 2, len(content) // 2 + 40_000, 512):
        content[at : at + 8] = b"\xff" * 8
    path.write_bytes(content)
    done = command("verify", "--full", "--json", home=home.path)
    assert done.returncode == 1
    assert "integrity" in {fault["check"] for fault in json.loads(done.stdout)["faults"]}
    assert "Traceback" not in done.stderr


# --- erasures ---------------------------------------------------------------------------------


def test_a_decision_that_was_erased_and_stands_here_again_is_told(home: Home) -> None:
    from archive.tombstones import make

    reference = str(home.one("SELECT reference FROM decision WHERE id = 4"))
    url = str(home.one("SELECT url FROM decision WHERE id = 4"))
    at = datetime(2026, 1, 1, tzinfo=UTC)
    stone = make("lgsco", reference, [url], hash_key="aa" * 32, at=at, reason="asked")
    home.spoil(
        "INSERT INTO erased (token, source, hash_key, reference_hash, url_hashes, erased_at, "
        "reason, left_to_do, finished_at) VALUES ('t', 'lgsco', ?, ?, ?, "
        "'2026-01-01 00:00:00', 'asked', '[]', NULL)",
        values=(stone.hash_key, stone.reference_hash, json.dumps(stone.url_hashes)),
    )
    found = [fault for fault in home.verify(QUICK) if fault.check == "erased"]
    assert "not complete" in found[0].what
    assert {fault.reference for fault in found[1:]} == {reference, None}
    assert {fault.url for fault in found[1:]} == {url}
    assert any("stands in page" in fault.what for fault in found)


# --- the index --------------------------------------------------------------------------------


def test_an_index_that_lacks_a_decision_or_has_one_too_many_is_found(home: Home) -> None:
    with open_to_read(home.config) as archive:
        Index(home.config.index_dir).rebuild(_Without(archive, 4))  # type: ignore[arg-type]  # hands on what it has not
    (fault,) = home.verify(QUICK)
    assert (fault.check, fault.reference) == (
        "index",
        home.one("SELECT reference FROM decision WHERE id = 4"),
    )
    assert "decisions index" in fault.do
    with open_to_read(home.config) as archive:
        Index(home.config.index_dir).rebuild(archive)
    home.spoil(
        "DELETE FROM listed WHERE decision_id = 4",
        "UPDATE change SET kind = 'erased' WHERE decision_id = 4",
        "DELETE FROM decision WHERE id = 4",
    )
    told = [fault.what for fault in home.verify(QUICK) if fault.check == "index"]
    assert told == [told[0]]
    assert "holds decision number 4" in told[0]


class _Without:
    """An archive that hides one of its decisions from the index."""

    def __init__(self, archive: object, hidden: int) -> None:
        self._archive = archive
        self._hidden = hidden

    def __getattr__(self, name: str) -> object:
        return getattr(self._archive, name)

    def stored_all(self) -> Iterator[object]:
        every = self._archive.stored_all()  # type: ignore[attr-defined]  # an Archive
        return (stored for stored in every if stored.id != self._hidden)


def test_an_index_with_another_text_of_a_decision_is_found(home: Home) -> None:
    home.spoil(
        "UPDATE decision SET content_sha256 = replace(content_sha256, '1', '2') WHERE id = 4"
    )
    assert any("another text" in fault.what for fault in home.verify(QUICK))


@pytest.mark.parametrize(
    ("change", "check"),
    [
        ({"epoch": "another"}, "manifest"),
        ({"archive_id": "another"}, "manifest"),
        ({"cursor": 10_000}, "manifest"),
        ({"documents": 3}, "index"),  # an index that holds another number is not opened
    ],
)
def test_a_manifest_of_something_else_is_found(
    home: Home, change: dict[str, object], check: str
) -> None:
    directory = home.config.index_dir
    manifests.save(directory, replace(manifests.load(directory), **change))  # type: ignore[arg-type]  # fields by name
    assert checks(home.verify(QUICK)) == {check}


def test_a_manifest_spoilt_by_one_figure_is_not_believed(home: Home) -> None:
    path = home.config.index_dir / manifests.NAME
    text = path.read_text(encoding="utf-8")
    shape = json.loads(text)
    shape["cursor"] -= 1
    path.write_text(json.dumps(shape), encoding="utf-8")
    assert checks(home.verify(QUICK)) == {"index"}
    assert not Index(home.config.index_dir).state().usable


def test_one_flipped_bit_in_any_file_of_the_index_is_found(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(manifests, "_EDGE", 8)  # As in a large index: the middle is not looked at.
    with open_to_read(home.config) as archive:
        Index(home.config.index_dir).rebuild(archive)
    assert home.verify() == []
    files = [path for path in home.config.index_dir.glob("gen-*/*") if path.stat().st_size]
    assert len(files) > 3
    for path in files:
        content = path.read_bytes()
        for bit in (0, len(content) * 4, len(content) * 8 - 1):
            path.write_bytes(flipped(content, bit))
            told = [fault.what for fault in home.verify() if fault.check == "index"]
            assert any(path.name in what for what in told), (path.name, bit, told)
        path.write_bytes(content)
    assert home.verify() == []


@pytest.mark.parametrize("how", ["deleted", "without a manifest", "halved"])
def test_an_index_that_is_not_there_is_told(home: Home, how: str) -> None:
    directory = home.config.index_dir
    if how == "deleted":
        shutil.rmtree(directory)
    elif how == "halved":
        for path in home.config.index_dir.glob("gen-*/*.inv"):
            path.unlink()
    else:
        (directory / manifests.NAME).unlink()
    found = home.verify(QUICK)
    assert checks(found) == {"index"}
    assert all("decisions index" in fault.do for fault in found)


def test_only_new_files_are_summed_when_the_index_is_followed(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = manifests.load(home.config.index_dir)
    assert before.sums.keys() == before.files.keys()
    home.spoil(DERIVED)
    summed: list[str] = []
    whole_sum = manifests.whole_sum

    def noted(path: Path) -> int:
        summed.append(path.name)
        return whole_sum(path)

    monkeypatch.setattr(manifests, "whole_sum", noted)
    with open_to_read(home.config) as archive:
        Index(home.config.index_dir).follow(archive)
    after = manifests.load(home.config.index_dir)
    assert set(summed) == after.files.keys() - before.files.keys()
    assert after.sums.keys() == after.files.keys()
    assert home.verify() == []


# --- the command ------------------------------------------------------------------------------


def test_the_command_says_what_it_looked_at_and_what_it_did_not(home: Home) -> None:
    done = command("verify", home=home.path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Not looked at: the bytes of the pages" in done.stdout
    assert "Nothing wrong in what was looked at." in done.stdout
    home.spoil("UPDATE page SET body_zstd = x'00' WHERE id = 1")
    done = command("verify", "--full", "--json", home=home.path)
    assert done.returncode == 1
    shape = json.loads(done.stdout)
    assert (shape["schema"], shape["level"], shape["ok"]) == (1, "full", False)
    assert shape["checked"]["decisions"] == len(CASES)
    assert [fault["page_id"] for fault in shape["faults"]] == [1]
    assert shape["faults"][0].keys() == {"check", "reference", "url", "page_id", "what", "do"}


def test_a_file_that_is_no_database_is_a_fault_of_the_command(tmp_path: Path) -> None:
    (tmp_path / "decisions.db").write_bytes(b"no database at all" * 100)
    done = command("verify", "--json", home=tmp_path)
    assert done.returncode == 1
    assert [fault["check"] for fault in json.loads(done.stdout)["faults"]] == ["integrity"]
    assert command("verify", home=tmp_path / "elsewhere").returncode == 1
    assert command("verify", "--quick", "--full", home=tmp_path).returncode == 2


def test_an_index_of_nothing_is_whole(tmp_path: Path) -> None:
    """Of an archive that has no decision yet, or none any more."""
    home = Home(tmp_path)
    with open_to_write(
        home.config, now=datetime(2026, 11, 22, tzinfo=UTC), tell=lambda _: None
    ) as archive:
        Index(home.config.index_dir).follow(archive)
    assert home.verify() == []


def test_a_window_that_a_run_is_dividing_is_told_and_is_no_fault(home: Home) -> None:
    """A crawl may write while one verifies, and one that was killed goes on the next night."""
    home.spoil(
        "UPDATE listing_window SET state = 'split', found = NULL, first_day = '1974-04-01', "
        "last_day = '1974-04-02' WHERE id = (SELECT MAX(id) FROM listing_window)"
    )
    assert "divided" in home.verify(QUICK)[0].what
    home.spoil("UPDATE crawl SET finished_at = NULL WHERE id = (SELECT MAX(id) FROM crawl)")
    home.spoil(
        "UPDATE listing_window SET opened_at = (SELECT MAX(started_at) FROM crawl) "
        "WHERE state = 'split'"
    )
    tally = Tally()
    assert home.verify(QUICK, tally=tally) == []
    assert any("is dividing it" in what for what in tally.not_checked)

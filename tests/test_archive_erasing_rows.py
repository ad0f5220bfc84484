"""Which rows go and which stay, on both databases."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import MetaData, create_engine, select

from archive import tombstone_file
from archive.config import Config
from archive.erasure import carry_on, erasures, order
from archive.errors import NotFound
from archive.opening import open_to_read, open_to_write
from archive.records import ChangeKind
from archive.restrictions import restrict
from archive.server import parsed
from archive.store import Archive
from archive.tombstone_rows import STEPS, key_of
from archive.tombstones import Tombstone, make
from search.index import Index
from tests.specimens import NOON, SOURCE, decision, entry, later, page, report, url_of

WORD = "Quibblethorpe"
DOOMED, OTHER = "24 001 234", "24 005 678"


@pytest.fixture
def config(database_url: str, tmp_path: Path) -> Config:
    return Config(home=tmp_path, database_url=database_url)


def spoken(reference: str, word: str) -> bytes:
    return f"<html><h1>{word} ({reference})</h1></html>".encode()


def fill(config: Config) -> None:
    """Two versions of a doomed decision, captures of every kind, and another decision."""
    shell = b"<html>try again later</html>"
    with open_to_write(config, now=NOON, tell=lambda _: None) as archive:
        source_id = archive.register(SOURCE)
        archive.listings.note(source_id, [entry(DOOMED, summary=WORD), entry(OTHER)], NOON)
        first = decision(DOOMED, body=f"{WORD} Care", title=f"{WORD} Care ({DOOMED})")
        # An empty page of the doomed one's address holds the bytes that another's refers to.
        archive.refuse_page([archive.save_page(page(DOOMED, shell))], "shell")
        archive.refuse_page([archive.save_page(page(OTHER, shell))], "shell")
        archive.refuse_page([archive.save_page(page("24 007 777", shell))], "shell")
        one = archive.save_page(page(DOOMED, spoken(DOOMED, WORD)))
        archive.save_decision(source_id, first, [one], at=NOON)
        second = replace(first, summary=f"{WORD} again", body=f"{WORD} Care Limited")
        two = archive.save_page(page(DOOMED, spoken(DOOMED, WORD * 2), fetched_at=later(1)))
        archive.save_decision(source_id, second, [two], at=later(1), previous=first)
        # The same bytes under another's address, a list that names it, an error that does.
        wrong = archive.save_page(page(OTHER, spoken(DOOMED, WORD)))
        archive.refuse_page([wrong], "wrong_reference")
        listing = f"<li>{WORD}: 24&nbsp;001 <b>234</b></li>".encode()
        lists = archive.save_page(replace(page(body=listing), url="http://x.test/l"))
        archive.refuse_page([lists], "listing_no_count")
        held = archive.save_page(page(OTHER, b"<html>another</html>"))
        archive.save_decision(source_id, decision(OTHER), [held], at=NOON)
        (listed,) = archive.listings.select(source_id, urls=[url_of(OTHER)])
        archive.listings.mark_failed(listed.id, f"the page is about {DOOMED}, {WORD}", NOON)
        restrict(archive.engine, archive.find(DOOMED).id, "a question", by=None, at=NOON)


def erase(archive: Archive, config: Config, reference: str = DOOMED) -> Tombstone:
    with archive.engine.begin() as connection:
        key = key_of(connection)
    stone = make("lgsco", reference, [], hash_key=key, at=NOON, reason="asked")
    order(archive, config, [stone], at=NOON)
    return stone


def everything(config: Config) -> str:
    """Every value of every row of every table."""
    url = config.database_url
    engine = create_engine(url if config.sqlite_path is not None else parsed(url))
    found = MetaData()
    found.reflect(engine)
    with engine.connect() as connection:
        rows = [
            row
            for table in found.sorted_tables
            if table.name != "data_dictionary"
            for row in connection.execute(select(table))
        ]
    engine.dispose()
    return repr(rows)


def test_nothing_of_it_is_in_any_row_and_the_others_stay(config: Config) -> None:
    fill(config)
    assert WORD in everything(config)
    with open_to_write(config, now=NOON, tell=lambda _: None) as archive:
        other = archive.find(OTHER)
        erase(archive, config)
        told: list[str] = []
        outcome = carry_on(
            archive,
            config,
            at=NOON,
            index=lambda: Index(config.index_dir),
            tell=told.append,
            patient=False,
        )
        assert outcome.complete, outcome.left
        assert config.sqlite_path is not None or any("replicas" in each for each in told)
    rows = everything(config)
    for spelling in (WORD, DOOMED, "24-001-234", "24001234"):
        assert spelling not in rows
    with open_to_read(config) as archive:
        with pytest.raises(NotFound):
            archive.find(DOOMED)
        assert archive.find(OTHER) == other
        # The empty page's bytes were handed on, and are whole.
        bodies = [archive.page(number).body for number, _, _ in archive.refused_pages()]
        assert bodies == [b"<html>try again later</html>"] * 2
        last = list(archive.changes(0))[-1]
        assert (last.kind, last.decision_id) == (ChangeKind.ERASED, other.id - 1)
        (erasure,) = erasures(archive)
        assert (erasure.left, erasure.finished_at) == ((), NOON)


def test_the_body_of_its_title_goes_unless_others_have_it(config: Config) -> None:
    fill(config)
    with open_to_write(config, now=NOON, tell=lambda _: None) as archive:
        before = {body.name for body in archive.bodies.all()}
        erase(archive, config)
        after = {body.name for body in archive.bodies.all()}
    assert {WORD in name for name in before} == {True, False}
    assert after == {"Northmoor District Council"}


def test_a_report_under_another_reference_is_another_decision(config: Config) -> None:
    with open_to_write(config, now=NOON, tell=lambda _: None) as archive:
        source_id = archive.register(SOURCE)
        for reference in (DOOMED, OTHER):
            number = archive.save_page(page(reference, reference.encode()))
            archive.save_decision(source_id, report(reference), [number], at=NOON)
        erase(archive, config)
        assert archive.find(OTHER).decision == report(OTHER)


def test_a_page_that_another_decision_was_read_from_stays(config: Config) -> None:
    with open_to_write(config, now=NOON, tell=lambda _: None) as archive:
        source_id = archive.register(SOURCE)
        shared = archive.save_page(page(DOOMED))
        archive.save_decision(source_id, decision(DOOMED), [shared], at=NOON)
        archive.save_decision(source_id, decision(OTHER), [shared], at=NOON)
        with archive.engine.begin() as connection:
            key = key_of(connection)
        stone = make("lgsco", DOOMED, [], hash_key=key, at=NOON, reason="asked")
        found = order(archive, config, [stone], at=NOON)
        assert found.shared == ((shared, OTHER),)
        assert archive.page(shared).body == page(DOOMED).body


def test_what_the_list_says_is_carried_out_at_the_next_opening(config: Config) -> None:
    """A run that was killed between the list and the deletion."""
    fill(config)
    key = "ab" * 32
    stone = make("lgsco", DOOMED, [], hash_key=key, at=NOON, reason="asked")
    tombstone_file.append(config.erased_file, [stone])
    told: list[str] = []
    with open_to_write(config, now=NOON, tell=lambda _: None, remark=told.append) as archive:
        with pytest.raises(NotFound):
            archive.find(DOOMED)
        (erasure,) = erasures(archive)
    assert any("were erased" in each for each in told)
    # The index is not at hand there, so that step is left; all others are done.
    assert erasure.left == STEPS[:1]


def test_a_list_that_cannot_be_read_stops_every_writer(config: Config) -> None:
    fill(config)
    config.erased_file.write_text('{"schema":1,"token":"no"}\n')
    with (
        pytest.raises(Exception, match=r"list of erasures .*line 1"),
        open_to_write(config, now=NOON, tell=lambda _: None),
    ):
        pass


def test_a_line_cut_short_was_never_carried_out(config: Config) -> None:
    fill(config)
    config.erased_file.write_bytes(b'{"schema":1,"token":')
    with open_to_write(config, now=NOON, tell=lambda _: None) as archive:
        assert archive.find(DOOMED)
        erase(archive, config)
    assert len(tombstone_file.read(config.erased_file)) == 1

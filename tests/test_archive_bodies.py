"""Many spellings, one council or provider: what joins them, and a person's word that stays."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from archive import database
from archive.body_reading import Body, matching
from archive.config import Config, sqlite_url
from archive.errors import Ambiguous, DecisionsError, NotFound, UsageError
from archive.opening import open_to_read, open_to_write
from archive.records import BodyType, ChangeKind, Said
from archive.store import Archive
from tests.databases import plain
from tests.specimens import NOON, SOURCE, decision, later, page

AND, SIGN = "Brighton and Hove City Council", "Brighton & Hove City Council"
COUNTY, SHORT = "Hampshire County Council", "Hampshire Council"


@pytest.fixture
def config(tmp_path: Path, database_url: str) -> Config:
    return Config(home=tmp_path, database_url=database_url)


@pytest.fixture
def archive(config: Config) -> Iterator[Archive]:
    with open_to_write(config, now=NOON, tell=lambda _: None) as opened:
        yield opened


def save(archive: Archive, *names: str) -> list[int]:
    """One decision for each name; gives their numbers."""
    source_id = archive.register(SOURCE)
    ids = []
    for name in names:
        number = len(archive.decision_ids(source_id)) + 1
        reference = f"24 001 {number:03d}"
        made = decision(reference, body=name, title=f"{name} ({reference})")
        pages = [archive.save_page(page(reference))]
        ids.append(archive.save_decision(source_id, made, pages, at=NOON).decision_id)
    return ids


def named(archive: Archive, decision_id: int) -> tuple[str, str]:
    """The one name of a decision's body, and the name in its title."""
    (stored,) = archive.stored([decision_id])
    return stored.body, stored.decision.body


def derived(archive: Archive, since: int) -> list[int]:
    found = list(archive.changes(since))
    assert {change.kind for change in found} <= {ChangeKind.DERIVED}
    assert all(change.revision == 1 for change in found)
    return [change.decision_id for change in found]


def check_books(config: Config) -> None:
    """What always holds between decisions, bodies and spellings."""
    for asked in (
        "SELECT d.body_id, n.body_id FROM decision d LEFT JOIN body_name n ON name = body_name",
        "SELECT b.id, n.body_id FROM body b LEFT JOIN body_name n USING (name)",
    ):
        assert all(one == other for one, other in plain(config.database_url, asked))
    if config.sqlite_path is not None:
        assert plain(config.database_url, "PRAGMA foreign_key_check") == []


# --- spellings ------------------------------------------------------------------------------------


def test_spellings_that_differ_in_signs_alone_are_one(archive: Archive, config: Config) -> None:
    ids = save(archive, AND, SIGN, AND.upper(), COUNTY, SHORT)
    assert [named(archive, one) for one in ids] == [
        (AND, AND),
        (AND, SIGN),
        (AND, AND.upper()),
        (COUNTY, COUNTY),
        (SHORT, SHORT),
    ]
    one = archive.bodies.find(SIGN)
    assert (one.type, dict(one.said)["type"]) == (BodyType.UNITARY, Said.TABLE)
    assert [spelling.name for spelling in one.spellings] == [AND.upper(), SIGN, AND]
    assert {spelling.said_by for spelling in one.spellings} == {Said.RULE}
    assert archive.bodies.find(SHORT).type is None
    check_books(config)


def test_a_name_in_capitals_gives_way_to_the_first_other_spelling(
    archive: Archive, config: Config
) -> None:
    (loud,) = save(archive, AND.upper())
    before = archive.last_change_id()
    (plain,) = save(archive, AND)
    (again,) = save(archive, SIGN)
    assert [named(archive, one)[0] for one in (loud, plain, again)] == [AND] * 3
    told = [(change.decision_id, change.kind) for change in archive.changes(before)]
    assert (loud, ChangeKind.DERIVED) in told
    check_books(config)


def test_a_name_in_capitals_that_a_person_chose_stays(archive: Archive) -> None:
    (one,) = save(archive, SHORT)
    archive.bodies.state(SHORT, {}, at=later(1), new_name=SHORT.upper())
    (two,) = save(archive, f"{SHORT}.")
    assert [named(archive, each)[0] for each in (one, two)] == [SHORT.upper()] * 2


def test_a_new_spelling_in_an_amended_title_moves_only_its_decision(archive: Archive) -> None:
    first, second = save(archive, COUNTY, COUNTY)
    source_id = archive.register(SOURCE)
    old = next(archive.stored([first])).decision
    new = replace(old, body=SHORT, title=f"{SHORT} ({old.reference})")
    other = archive.save_page(page(old.reference, b"<html>second</html>"))
    archive.save_decision(source_id, new, [other], at=later(5), previous=old)
    assert named(archive, first) == (SHORT, SHORT)
    assert named(archive, second) == (COUNTY, COUNTY)


def test_the_body_stands_in_views_and_exports_with_the_title_beside_it(
    archive: Archive, config: Config
) -> None:
    from archive.exporting.tables import DECISION
    from archive.rendering import text_lines
    from archive.shapes import stored_json

    _, second = save(archive, AND, SIGN)
    (stored,) = archive.stored([second])
    shape = stored_json(stored, attribution="©")
    wanted = {"body": AND, "body_name": SIGN, "body_type": "unitary"}
    assert {name: shape[name] for name in wanted} == wanted
    assert {name: DECISION[name](stored) for name in wanted} == wanted
    lines = list(text_lines(stored, width=88, attribution="©"))
    assert f"Council or provider: {AND}" in lines
    assert f"Named in the title: {SIGN}" in lines
    url = config.database_url
    asked = "SELECT body, body_type, body_name FROM v_decision ORDER BY id"
    assert plain(url, asked)[1] == (AND, "unitary", SIGN)
    asked = "SELECT DISTINCT body, body_name FROM v_paragraph WHERE decision_id = ?"
    assert plain(url, asked, [second]) == [(AND, SIGN)]
    asked = "SELECT name, type, type_by, spellings, decisions FROM v_body"
    assert plain(url, asked) == [(AND, "unitary", "table", 2, 2)]


# --- merge and split ------------------------------------------------------------------------------


def test_a_merge_moves_decisions_and_tells_the_index_but_not_history(
    archive: Archive, config: Config
) -> None:
    from archive.history import events_of

    one, two, three = save(archive, COUNTY, SHORT, SHORT.upper())
    before = archive.last_change_id()
    done = archive.bodies.merge(SHORT, COUNTY, at=later(1))
    assert (done.body.name, done.decisions) == (COUNTY, 2)
    assert done.spellings == (SHORT, SHORT.upper())
    assert derived(archive, before) == [two, three]
    assert [named(archive, each)[0] for each in (one, two, three)] == [COUNTY] * 3
    assert [event.kind for event in events_of(archive, two)] == [ChangeKind.ADDED]
    assert events_of(archive, two)[0].body == COUNTY
    assert events_of(archive, two)[0].body_name == SHORT
    check_books(config)


def test_what_a_person_merged_outlives_reparse_and_new_decisions(archive: Archive) -> None:
    save(archive, COUNTY, SHORT)
    archive.bodies.merge(SHORT, COUNTY, at=later(1))
    source_id = archive.register(SOURCE)
    for decision_id in archive.decision_ids(source_id):
        page_ids, _ = archive.current_pages(decision_id)
        read = next(archive.stored([decision_id])).decision
        better = replace(read, warnings=("read better",), parser_version="test-2")
        archive.save_decision(source_id, better, page_ids, at=later(2))
        assert named(archive, decision_id)[0] == COUNTY
    (again, loud) = save(archive, SHORT, f"{SHORT.upper()}.")
    assert named(archive, again) == (COUNTY, SHORT)
    assert named(archive, loud) == (COUNTY, f"{SHORT.upper()}.")


def test_split_undoes_a_merge_with_everything_that_was_known(
    archive: Archive, config: Config
) -> None:
    one, two, three = save(archive, COUNTY, SHORT, SHORT.upper())
    facts = {"council_code": "HAX", "started_on": date(2020, 4, 1), "type": BodyType.OTHER.value}
    archive.bodies.state(SHORT, facts, at=later(1))
    known = archive.bodies.find(SHORT)
    archive.bodies.merge(SHORT, COUNTY, at=later(2))
    merged = archive.bodies.find(COUNTY)
    assert (merged.council_code, merged.type) == ("HAX", BodyType.COUNTY)
    (newer,) = save(archive, f"{SHORT} ")
    before = archive.last_change_id()
    done = archive.bodies.split(SHORT.upper(), at=later(3))
    assert (done.body.name, done.left, done.decisions) == (SHORT, COUNTY, 3)
    assert derived(archive, before) == [two, three, newer]
    assert replace(done.body, id=0, spellings=()) == replace(known, id=0, spellings=())
    left = archive.bodies.find(COUNTY)
    assert (left.council_code, left.started_on, left.type) == (None, None, BodyType.COUNTY)
    assert named(archive, one)[0] == COUNTY
    check_books(config)


def test_a_chain_of_merges_comes_apart_one_by_one(archive: Archive, config: Config) -> None:
    save(archive, "Alpha Council", "Beta Council", "Gamma Council")
    archive.bodies.merge("Alpha Council", "Beta Council", at=later(1))
    archive.bodies.merge("Beta Council", "Gamma Council", at=later(2))
    assert archive.bodies.find("Alpha Council").name == "Gamma Council"
    archive.bodies.split("Alpha Council", at=later(3))
    assert archive.bodies.find("Alpha Council").name == "Alpha Council"
    assert archive.bodies.find("Beta Council").name == "Gamma Council"
    archive.bodies.split("Beta Council", at=later(4))
    assert archive.bodies.find("Beta Council").name == "Beta Council"
    check_books(config)


def test_of_spellings_that_a_rule_joined_one_can_be_taken_out_and_stays_out(
    archive: Archive, config: Config
) -> None:
    one, two = save(archive, "Grange Care Ltd", "Grange Care Limited")
    done = archive.bodies.split("Grange Care Ltd", at=later(1))
    assert (done.body.name, done.left) == ("Grange Care Ltd", "Grange Care Limited")
    assert done.decisions == 2  # the other goes under another name now
    assert [named(archive, each)[0] for each in (one, two)] == [
        "Grange Care Ltd",
        "Grange Care Limited",
    ]
    again, new = save(archive, "Grange Care Ltd", "GRANGE CARE LTD")
    assert named(archive, again)[0] == "Grange Care Ltd"
    assert named(archive, new)[0] == "GRANGE CARE LTD"  # nobody can tell of which
    with pytest.raises(Ambiguous, match="Grange Care Limited; Grange Care Ltd"):
        archive.bodies.find("grange care ltd")
    archive.bodies.merge("Grange Care Limited", "Grange Care Ltd", at=later(2))
    archive.bodies.split("Grange Care Limited", at=later(3))
    assert archive.bodies.find("Grange Care Ltd").decisions == 2
    check_books(config)


def test_merging_what_is_one_says_so(archive: Archive) -> None:
    save(archive, AND, SIGN, COUNTY, SHORT)
    for first, second in ((AND, AND), (AND, SIGN), (SIGN, AND.lower())):
        with pytest.raises(UsageError, match="are one already"):
            archive.bodies.merge(first, second, at=later(1))
    archive.bodies.merge(COUNTY, SHORT, at=later(1))
    with pytest.raises(UsageError, match="are one already: Hampshire Council"):
        archive.bodies.merge(SHORT, COUNTY, at=later(2))
    archive.bodies.split(COUNTY, at=later(3))
    with pytest.raises(UsageError, match="no second"):
        archive.bodies.split(COUNTY, at=later(4))


def test_an_unknown_name_is_answered_with_those_that_are_near(archive: Archive) -> None:
    save(archive, AND, COUNTY, SHORT)
    before = archive.last_change_id()
    with pytest.raises(NotFound, match=r"Near to it: Hampshire Council; Hampshire County Council"):
        archive.bodies.merge("Hampshire Counsil", COUNTY, at=later(1))
    with pytest.raises(NotFound, match="Near to it: Brighton and Hove"):
        archive.bodies.find("Brighton")
    with pytest.raises(NotFound, match="`decisions bodies` lists them"):
        archive.bodies.find("Zanzibar")
    assert archive.last_change_id() == before


# --- a person's facts -----------------------------------------------------------------------------


def test_what_a_person_says_outweighs_rule_and_table(archive: Archive, config: Config) -> None:
    save(archive, AND)
    archive.bodies.state(AND, {"type": BodyType.DISTRICT.value, "gss_code": None}, at=later(1))
    with archive.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE archive_meta SET value = '0' WHERE key = 'body_rules'")
    with open_to_read(config) as reader:
        assert reader.bodies.find(AND).type is BodyType.DISTRICT
    archive.bodies.settle(later(2))
    body = archive.bodies.find(AND)
    assert (body.type, dict(body.said)["type"]) == (BodyType.DISTRICT, Said.PERSON)
    assert (body.gss_code, dict(body.said)["gss_code"]) == (None, Said.PERSON)
    archive.bodies.state(AND, {"type": None}, at=later(3))
    save(archive, SIGN)
    assert archive.bodies.find(SIGN).type is None


def test_a_rename_is_followed_by_every_decision(archive: Archive, config: Config) -> None:
    ids = save(archive, AND, SIGN)
    before = archive.last_change_id()
    done = archive.bodies.state(AND, {}, at=later(1), new_name="Brighton")
    assert (done.body.name, done.decisions) == ("Brighton", 2)
    assert derived(archive, before) == ids
    assert named(archive, ids[1]) == ("Brighton", SIGN)
    assert archive.bodies.find("BRIGHTON").name == "Brighton"
    assert archive.bodies.state(AND, {}, at=later(2), new_name="Brighton").decisions == 0
    check_books(config)


def test_a_name_of_another_is_not_taken(archive: Archive) -> None:
    save(archive, COUNTY, AND)
    with pytest.raises(UsageError, match="merge them"):
        archive.bodies.state(COUNTY, {}, at=later(1), new_name=SIGN)


def test_codes_and_days_that_cannot_be_are_refused(archive: Archive) -> None:
    save(archive, COUNTY, SHORT)
    archive.bodies.state(COUNTY, {"council_code": "HAM"}, at=later(1))
    assert archive.bodies.find("ham").name == COUNTY
    with pytest.raises(UsageError, match="HAM is the code of 'Hampshire County Council'"):
        archive.bodies.state(SHORT, {"council_code": "HAM"}, at=later(2))
    archive.bodies.state(COUNTY, {"ended_on": date(2020, 1, 1)}, at=later(2))
    with pytest.raises(UsageError, match="before the first day"):
        archive.bodies.state(COUNTY, {"started_on": date(2021, 1, 1)}, at=later(3))


def test_no_council_succeeds_itself(archive: Archive, config: Config) -> None:
    save(archive, "Alpha Council", "Beta Council", "Gamma Council")
    with pytest.raises(UsageError, match="its own successor"):
        archive.bodies.state("Alpha Council", {}, at=later(1), successor="Alpha Council")
    archive.bodies.state("Alpha Council", {}, at=later(1), successor="Beta Council")
    archive.bodies.state("Beta Council", {}, at=later(1), successor="Gamma Council")
    with pytest.raises(UsageError, match="its own successor"):
        archive.bodies.state("Gamma Council", {}, at=later(2), successor="Alpha Council")
    with pytest.raises(UsageError, match="'Beta Council' succeeds the one"):
        archive.bodies.merge("Alpha Council", "Gamma Council", at=later(2))
    done = archive.bodies.merge("Beta Council", "Gamma Council", at=later(3))
    assert done.body.successor is None
    assert done.body.predecessors == ("Alpha Council",)
    assert (
        archive.bodies.merge("Gamma Council", "Alpha Council", at=later(4)).body.successor is None
    )
    archive.bodies.state("Alpha Council", {}, at=later(5), successor="")
    check_books(config)


def test_a_search_for_words_looks_at_every_spelling_type_and_code(archive: Archive) -> None:
    save(archive, AND, SIGN, COUNTY, SHORT)
    archive.bodies.state(COUNTY, {"council_code": "XQZ"}, at=later(1))

    def names(*words: str) -> list[str]:
        return [body.name for body in matching(archive.bodies.all(), words)]

    assert names("hampshire") == [SHORT, COUNTY]
    assert names("XQZ", "hampshire") == [COUNTY]
    assert names("& hove") == [AND]
    assert names("unitary") == [AND]
    assert names("devon") == []


# --- older archives -------------------------------------------------------------------------------


def down(config: Config) -> None:
    database.migrate(database.migration_engine(config.database_url), "0001")


def test_an_archive_of_the_first_schema_is_joined_by_rule_and_told_to_the_index(
    config: Config,
) -> None:
    with open_to_write(config, now=NOON, tell=lambda _: None) as archive:
        ids = save(archive, SIGN, AND, COUNTY, AND, SHORT, *[AND.upper()] * 3)
        before = archive.last_change_id()
    down(config)
    asked = "SELECT d.id, b.name FROM decision d JOIN body b ON b.id = d.body_id ORDER BY d.id"
    names = [SIGN, AND, COUNTY, AND, SHORT, *[AND.upper()] * 3]
    assert plain(config.database_url, asked) == list(zip(ids, names, strict=True))
    with open_to_write(config, now=later(9), tell=lambda _: None) as archive:
        # Most of the titles that are not in capitals spell it so.
        assert [named(archive, one) for one in ids] == [
            (AND, SIGN),
            (AND, AND),
            (COUNTY, COUNTY),
            (AND, AND),
            (SHORT, SHORT),
            *[(AND, AND.upper())] * 3,
        ]
        assert derived(archive, before) == [ids[0], *ids[5:]]
        assert archive.bodies.find(COUNTY).type is BodyType.COUNTY
        assert archive.bodies.settle(later(10)) == 0
    check_books(config)


def test_down_again_every_spelling_has_a_body_of_its_own(config: Config) -> None:
    with open_to_write(config, now=NOON, tell=lambda _: None) as archive:
        save(archive, COUNTY, SHORT, AND, SIGN)
        archive.bodies.merge(SHORT, COUNTY, at=later(1))
        archive.bodies.state(AND, {}, at=later(2), new_name="Brighton")
    for _ in range(2):
        down(config)
        with open_to_write(config, now=later(3), tell=lambda _: None) as archive:
            names = [stored.decision.body for stored in archive.stored_all()]
            assert names == [COUNTY, SHORT, AND, SIGN]
            assert {body.name for body in archive.bodies.all()} == {COUNTY, SHORT, AND}
        check_books(config)


def test_settling_again_never_joins_what_a_person_or_two_files_keep_apart(
    archive: Archive, config: Config
) -> None:
    save(archive, "Grange Care Ltd", "Grange Care Limited", "Rose Ltd", "ROSE LTD")
    archive.bodies.split("Grange Care Ltd", at=later(1))
    archive.bodies.split("ROSE LTD", at=later(1))
    with archive.engine.begin() as connection:
        # As if files had said so: two companies of nearly one name, with codes of their own.
        connection.exec_driver_sql(
            "UPDATE body_name SET said_by = 'rule' WHERE LOWER(name) = 'rose ltd'"
        )
        connection.exec_driver_sql(
            "UPDATE body SET council_code = name, council_code_by = 'import' "
            "WHERE LOWER(name) = 'rose ltd'"
        )
        connection.exec_driver_sql("UPDATE archive_meta SET value = '0' WHERE key = 'body_rules'")
    assert archive.bodies.settle(later(2)) == 0
    assert len([body for body in archive.bodies.all() if body.decisions]) == 4
    check_books(config)


# --- all of it at random --------------------------------------------------------------------------

NAMES = (COUNTY, SHORT, AND, SIGN, AND.upper(), "Rose Ltd", "Rose Limited", "Oak Council")
ACTS = st.lists(
    st.tuples(
        st.sampled_from(["save", "merge", "split", "rename", "successor", "settle"]),
        st.sampled_from(NAMES),
        st.sampled_from(NAMES),
    ),
    max_size=12,
)


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(acts=ACTS)
def test_whatever_people_do_the_books_agree(
    acts: list[tuple[str, str, str]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    home = tmp_path_factory.mktemp("acts")
    config = Config(home=home, database_url=sqlite_url(home / "decisions.db"))
    with open_to_write(config, now=NOON, tell=lambda _: None) as archive:
        save(archive, *NAMES[:6])
        for act, one, two in acts:
            titles = [stored.decision.body for stored in archive.stored_all()]
            with contextlib.suppress(DecisionsError):  # A refusal leaves everything as it was.
                _do(archive, act, one, two)
            after = [stored.decision.body for stored in archive.stored_all()]
            assert after[: len(titles)] == titles
            check_books(config)
            assert _acyclic(archive.bodies.all())


def _do(archive: Archive, act: str, one: str, two: str) -> None:
    match act:
        case "save":
            save(archive, one)
        case "merge":
            archive.bodies.merge(one, two, at=later(1))
        case "split":
            archive.bodies.split(one, at=later(1))
        case "rename":
            archive.bodies.state(one, {}, at=later(1), new_name=f"New {two}")
        case "successor":
            archive.bodies.state(one, {}, at=later(1), successor=two)
        case _:
            with archive.engine.begin() as connection:
                connection.exec_driver_sql("DELETE FROM archive_meta WHERE key = 'body_rules'")
            archive.bodies.settle(later(1))


def _acyclic(bodies: list[Body]) -> bool:
    after = {body.name: body.successor for body in bodies}
    for start in after:
        here, seen = start, set()
        while (following := after[here]) is not None:
            if following in seen or following == start:
                return False
            seen.add(following)
            here = following
    return True

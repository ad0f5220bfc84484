"""Standard wording is found, whoever is named in it; a person's own story never is."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, update

from archive import alike, boilerplate, database
from archive.alike import ALIKE, Known, find
from archive.config import Config
from archive.ledger import ChangeRow
from archive.models import BoilerplateRow, ParagraphRow
from archive.opening import open_to_write
from archive.reader import open_texts
from archive.records import ChangeKind, Paragraph, Section, SectionKind
from archive.shingles import BANDS, Shingler, fingerprint, jaccard, plain_words
from archive.store import Archive
from benchmarks.judged_corpus import corpus
from tests.specimens import NOON, SOURCE, decision, later, page

POWERS = (
    "We cannot say that a decision is wrong only because someone disagrees with it. We look at how "
    "it was made. If there was no fault in that, we have no grounds to criticise it. (Local "
    "Government Act 1974, section 34(3), as amended)"
)
DRAFT = (
    "{name} and {body} had an opportunity to comment on a draft of this decision. I considered "
    "their comments carefully before I made a final one."
)
NAMES = ("Mr X", "Ms B", "Mrs C", "Miss D", "Mr Y")
BODIES = ("the Council", "the Care Provider", "the Trust")


def shingled(text: str) -> set[int]:
    return Shingler().shingles(plain_words(text))


# --- comparing ------------------------------------------------------------------------------------


def test_names_pronouns_and_what_the_body_is_called_make_no_difference() -> None:
    texts = {
        fingerprint(plain_words(DRAFT.format(name=name, body=body)))
        for name in NAMES
        for body in BODIES
    }
    assert len(texts) == 1
    assert plain_words("She says Mr X’s son told her.") == plain_words(
        "He says Ms B's son told him."
    )


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (POWERS, POWERS.replace(", as amended)", ")")),
        (POWERS, POWERS.replace("section 34(3)", "s34(3)")),
        (POWERS, POWERS.replace("criticise it", "criticise the decision itself")),
    ],
)
def test_the_same_standard_paragraph_spelt_otherwise_is_alike(one: str, other: str) -> None:
    assert ALIKE <= jaccard(shingled(one), shingled(other)) < 1


@given(st.lists(st.sampled_from("abcdefgh"), min_size=3, max_size=40), st.randoms())
def test_equal_shingles_give_equal_bands_whatever_came_before(
    words: list[str], chance: random.Random
) -> None:
    first, second = Shingler(), Shingler()
    second.shingles([chance.choice("xyz") for _ in range(9)])
    bands = first.bands(first.shingles(words))
    assert bands == second.bands(second.shingles(words))
    assert len(bands) == BANDS


def test_hashes_are_the_same_in_every_run_and_on_every_system() -> None:
    shingler = Shingler()
    words = plain_words(POWERS)
    assert fingerprint(words) == 0xFACE527DB41848DA
    bands = (
        138427366,
        3327151569,
        2316738046,
        1639056591,
        397480406,
        4234833868,
    )
    assert shingler.bands(shingler.shingles(words)) == bands


def test_texts_that_are_alike_nearly_always_share_a_band() -> None:
    chance = random.Random(3)
    vocabulary = [f"w{number}" for number in range(500)]
    shingler, together, apart = Shingler(), 0, 0
    for _ in range(200):
        words = [chance.choice(vocabulary) for _ in range(60)]
        changed = words.copy()
        changed[chance.randrange(60)] = "another"
        other = [chance.choice(vocabulary) for _ in range(60)]
        bands = shingler.bands(shingler.shingles(words))
        pairs = zip(bands, shingler.bands(shingler.shingles(changed)), strict=True)
        together += any(a == b for a, b in pairs)
        pairs = zip(bands, shingler.bands(shingler.shingles(other)), strict=True)
        apart += any(a == b for a, b in pairs)
    assert together >= 198
    assert apart <= 2


# --- finding --------------------------------------------------------------------------------------


def found(
    texts: list[list[str]], known: tuple[str, ...] = ()
) -> tuple[dict[str, str], dict[str, float]]:
    """Marked texts with their cluster, and the shares; one inner list a decision."""
    by_number = dict(enumerate(text for each in texts for text in each))
    numbers = iter(by_number)
    rows = [(at, next(numbers), text) for at, each in enumerate(texts) for text in each]
    clusters = find(rows, lambda asked: {one: by_number[one] for one in asked}, known)
    return {by_number[number]: name for number, name in clusters.marks()}, dict(clusters.shares)


def test_a_standard_paragraph_is_one_cluster_in_all_its_variants() -> None:
    texts = [
        [
            DRAFT.format(name=NAMES[at % 5], body=BODIES[at % 3]),
            POWERS if at % 4 else POWERS.replace(", as amended", ""),
        ]
        for at in range(100)
    ]
    marks, shares = found(texts)
    assert set(marks) == {text for each in texts for text in each}
    assert sorted(shares.values()) == [1.0, 1.0]
    assert len({marks[POWERS], marks[POWERS.replace(", as amended", "")]}) == 1


OWED = (
    "On {a} March {b} the Council wrote to Mr X that it owed him £{c}, and that he had {d} weeks "
    "to ask for a review of what it had decided."
)
DIARY = (
    "Mr X kept a diary and sent us copies of {a} messages. They fit with the Council’s own "
    "records, except for {d} which it could not find."
)


@pytest.mark.parametrize("frame", [OWED, DIARY])
def test_stories_of_different_people_in_the_same_frame_are_not_marked(frame: str) -> None:
    texts = [
        [frame.format(a=at % 28 + 1, b=2000 + at % 25, c=at * 37 % 900, d=at % 11 + 2)]
        for at in range(300)
    ]
    marks, shares = found(texts)
    assert not marks
    assert not shares


def test_short_sentences_are_not_marked_however_common() -> None:
    assert not found([["The Council will apologise to Mr X."]] * 100)[0]


def test_in_a_small_archive_nothing_is_marked() -> None:
    few = alike.LEAST_DECISIONS - 1
    assert not found([[POWERS]] * few)[0]
    assert found([[POWERS]] * (few + 1))[0]


def test_what_few_of_many_decisions_say_is_their_subject() -> None:
    rare = int(1000 * alike.LEAST_SHARE) - 1
    texts = [[POWERS] if at < rare else [f"Nothing of the kind {at}."] for at in range(1000)]
    assert not found(texts)[0]


def test_a_decision_that_repeats_a_paragraph_counts_once() -> None:
    assert not found([[POWERS, POWERS, POWERS]] * (alike.LEAST_DECISIONS - 1))[0]


def test_a_cluster_keeps_its_name_when_another_spelling_becomes_commoner() -> None:
    other = POWERS.replace(", as amended", "")
    marks, _ = found([[POWERS]] * 60 + [[other]] * 40)
    name = marks[POWERS]
    later_marks, _ = found([[POWERS]] * 60 + [[other]] * 90, known=(name,))
    assert later_marks == {POWERS: name, other: name}
    assert found([[POWERS]] * 60 + [[other]] * 90)[0][POWERS] != name


def test_on_the_judged_corpus_few_are_marked_wrongly_and_few_missed() -> None:
    judged = corpus()
    texts: dict[int, str] = {}
    truth: dict[int, bool] = {}
    rows = []
    for at, one in enumerate(judged):
        for section in one.decision().sections:
            for paragraph in section.paragraphs:
                if section.kind.value in boilerplate.AGREED and paragraph.level:
                    continue
                number = len(texts)
                texts[number] = paragraph.text
                truth[number] = paragraph.text in one.standard
                rows.append((at, number, paragraph.text))
    clusters = find(rows, lambda asked: {one: texts[one] for one in asked})
    marked = [number for number, _ in clusters.marks()]
    right = sum(truth[number] for number in marked)
    assert right / len(marked) > 0.97
    assert right / sum(truth.values()) > 0.95


def test_known_clusters_tell_a_new_paragraph() -> None:
    known = Known({"a" * 16: POWERS, "b" * 16: DRAFT.format(name="Mr X", body="the Council")})
    assert known.cluster(POWERS) == "a" * 16
    assert known.cluster(POWERS.replace(", as amended", "")) == "a" * 16
    assert known.cluster(DRAFT.format(name="Ms B", body="the Trust")) == "b" * 16
    assert known.cluster("Mr X had no heating from March until the middle of May, he says.") is None
    assert known.cluster("As amended.") is None


# --- keeping --------------------------------------------------------------------------------------


@pytest.fixture
def config(tmp_path: Path, database_url: str) -> Config:
    return Config(home=tmp_path, database_url=database_url)


@pytest.fixture
def archive(config: Config) -> Iterator[Archive]:
    with open_to_write(config, now=NOON, tell=lambda _: None) as opened:
        yield opened


def text_of(number: int, *extra: str) -> tuple[Section, ...]:
    own = f"In week {number} the roof of house {number * 7} fell in, and {number} people left it."
    return (
        Section(SectionKind.POWERS, "Powers", 1, None, (Paragraph(1, 1, None, 0, POWERS),)),
        Section(
            SectionKind.FINDINGS,
            "What I found",
            2,
            None,
            tuple(
                Paragraph(at, at, None, 0, text) for at, text in enumerate((own, *extra), start=2)
            ),
        ),
        Section(
            SectionKind.REMEDY,
            "Agreed action",
            3,
            None,
            (Paragraph(9, 9, None, 0, "It will:"), Paragraph(10, None, "•", 1, POWERS)),
        ),
    )


def fill(archive: Archive, first: int, last: int, *extra: str) -> None:
    source_id = archive.register(SOURCE)
    for number in range(first, last + 1):
        one = decision(
            f"24 001 {number:03}",
            sections=text_of(number, *extra),
            citations=(),
            remedies=(),
            cross_references=(),
        )
        archive.save_decision(
            source_id,
            one,
            [archive.save_page(page(one.reference, one.reference.encode()))],
            at=NOON,
        )


def changes(archive: Archive) -> list[tuple[int, str]]:
    return [(change.decision_id, change.kind.value) for change in archive.changes(0)]


def rows(archive: Archive) -> list[tuple[int, str, float]]:
    with archive.engine.connect() as connection:
        return [
            (row.paragraph_id, row.cluster, row.share)
            for row in connection.execute(
                select(
                    BoilerplateRow.paragraph_id, BoilerplateRow.cluster, BoilerplateRow.share
                ).order_by(BoilerplateRow.paragraph_id)
            )
        ]


def test_marks_are_kept_with_their_share_and_logged_as_derived(archive: Archive) -> None:
    fill(archive, 1, 40)
    done = archive.mark_boilerplate(later(1))
    assert (done.complete, done.paragraphs, done.clusters, done.decisions) == (True, 40, 1, 40)
    assert {share for _, _, share in rows(archive)} == {1.0}
    assert changes(archive)[40:] == [(number, ChangeKind.DERIVED) for number in range(1, 41)]
    assert all(one.standard == {1: 1.0} for one in archive.stored_all())


def test_a_second_run_changes_nothing(archive: Archive) -> None:
    fill(archive, 1, 40)
    archive.mark_boilerplate(later(1))
    before, log = rows(archive), changes(archive)
    again = archive.mark_boilerplate(later(2))
    assert (again.complete, again.paragraphs, again.decisions) == (False, 40, 0)
    assert (rows(archive), changes(archive)) == (before, log)


def test_a_new_decision_is_held_against_the_clusters_there_are(archive: Archive) -> None:
    fill(archive, 1, 40)
    archive.mark_boilerplate(later(1))
    log = len(changes(archive))
    fill(archive, 41, 42)
    done = archive.mark_boilerplate(later(2))
    assert (done.complete, done.paragraphs, done.decisions) == (False, 42, 2)
    assert changes(archive)[log + 2 :] == [(41, "derived"), (42, "derived")]
    assert len({name for _, name, _ in rows(archive)}) == 1


def test_when_the_archive_has_grown_all_is_looked_at_again(archive: Archive) -> None:
    fill(archive, 1, 40)
    archive.mark_boilerplate(later(1))
    clusters = {name for _, name, _ in rows(archive)}
    fill(archive, 41, 80, DRAFT.format(name="Mr X", body="the Council"))
    log = len(changes(archive))
    done = archive.mark_boilerplate(later(2))
    assert (done.complete, done.paragraphs, done.clusters) == (True, 120, 2)
    # The first forty are marked as before; their new share alone is no change.
    assert changes(archive)[log:] == [(number, "derived") for number in range(41, 81)]
    assert clusters < {name for _, name, _ in rows(archive)}
    assert {share for _, _, share in rows(archive)} == {1.0, 0.5}


def test_a_share_that_changes_is_written_down_without_a_change_of_any_decision(
    archive: Archive,
) -> None:
    fill(archive, 1, 40)
    archive.mark_boilerplate(later(1))
    source_id = archive.register(SOURCE)
    for number in range(41, 61):
        one = decision(f"24 001 {number:03}")
        archive.save_decision(source_id, one, [archive.save_page(page(one.reference))], at=NOON)
    log = len(changes(archive))
    assert archive.mark_boilerplate(later(2)).complete
    assert changes(archive)[log:] == []
    assert {share for _, _, share in rows(archive)} == {round(40 / 60, 3)}


def test_under_other_rules_marks_go_or_change_and_that_is_logged(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(archive, 1, 40)
    archive.mark_boilerplate(later(1))
    with archive.engine.begin() as connection:
        connection.execute(
            update(BoilerplateRow).where(BoilerplateRow.paragraph_id < 5).values(cluster="0" * 16)
        )
    log = len(changes(archive))
    monkeypatch.setattr(alike, "RULES", alike.RULES + 1)
    done = archive.mark_boilerplate(later(2))
    assert (done.complete, done.paragraphs, done.clusters, done.decisions) == (True, 40, 1, 1)
    assert changes(archive)[log:] == [(1, "derived")]
    monkeypatch.setattr(alike, "RULES", alike.RULES + 1)
    monkeypatch.setattr(alike, "LEAST_DECISIONS", 41)
    done = archive.mark_boilerplate(later(3))
    assert (done.complete, done.paragraphs, done.decisions) == (True, 0, 40)
    assert rows(archive) == []
    assert not any(one.standard for one in archive.stored_all())


def test_a_new_reading_is_marked_again(archive: Archive) -> None:
    fill(archive, 1, 40)
    archive.mark_boilerplate(later(1))
    one = archive.find("24 001 007")
    ids, _ = archive.current_pages(one.id)
    other = decision(
        "24 001 007",
        sections=text_of(7, "A sentence more."),
        citations=(),
        remedies=(),
        cross_references=(),
    )
    archive.save_decision(archive.register(SOURCE), other, ids, at=later(2))
    assert not archive.find("24 001 007").standard
    assert archive.mark_boilerplate(later(3)).decisions == 1
    assert archive.find("24 001 007").standard == {1: 1.0}
    assert changes(archive)[-2:] == [(one.id, "derived"), (one.id, "derived")]


def read_again(archive: Archive, first: int, last: int, *extra: str) -> None:
    for number in range(first, last + 1):
        reference = f"24 001 {number:03}"
        ids, _ = archive.current_pages(archive.find(reference).id)
        other = decision(
            reference,
            sections=text_of(number, *extra),
            citations=(),
            remedies=(),
            cross_references=(),
        )
        archive.save_decision(archive.register(SOURCE), other, ids, at=later(2))


def test_a_new_reading_of_everything_is_marked_again(archive: Archive) -> None:
    fill(archive, 1, 40)
    archive.mark_boilerplate(later(1))
    read_again(archive, 1, 40, "A sentence more.")
    assert rows(archive) == []
    done = archive.mark_boilerplate(later(3))
    assert (done.complete, done.paragraphs, done.clusters) == (True, 40, 1)
    again = archive.mark_boilerplate(later(4))
    assert (again.complete, again.paragraphs, again.decisions) == (False, 40, 0)


def test_a_cluster_whose_every_decision_was_read_again_is_found_again(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(alike, "LEAST_DECISIONS", 5)
    draft = DRAFT.format(name="Mr X", body="the Council")
    fill(archive, 1, 36)
    fill(archive, 37, 42, draft)
    assert archive.mark_boilerplate(later(1)).clusters == 2
    read_again(archive, 37, 42, draft, "A sentence more.")
    assert archive.mark_boilerplate(later(3)).clusters == 2


def test_a_search_reads_the_share_with_the_text(archive: Archive, config: Config) -> None:
    fill(archive, 1, 40)
    archive.mark_boilerplate(later(1))
    with open_texts(config.database_url) as texts:
        (found_rows,) = texts.paragraphs([3]).values()
    assert [row.share for row in found_rows] == [1.0, None, None, None]


def test_the_migration_goes_up_and_down_with_marks_in_it(archive: Archive, config: Config) -> None:
    fill(archive, 1, 40)
    archive.mark_boilerplate(later(1))
    engine = database.migration_engine(config.database_url)
    database.migrate(engine, "0004")
    database.migrate(engine, "0005")
    assert rows(archive) == []
    assert archive.mark_boilerplate(later(2)).paragraphs == 40
    with archive.engine.connect() as connection:
        assert connection.execute(select(ParagraphRow.id)).all()
        assert connection.execute(select(ChangeRow.id)).all()

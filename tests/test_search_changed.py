"""A search is told of every change of what answers it, once, and of nothing that is withheld."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from archive.errors import DecisionsError
from archive.opening import open_to_read
from archive.reader import open_texts
from archive.records import ChangeKind, Outcome
from search.changed import Changes, changed, of_what_is_told
from search.errors import IndexUnusable, QueryError
from search.index import Index
from search.request import SearchRequest, read
from search.tree import Everything, Filter
from tests.exporting import settings
from tests.happenings import Story
from tests.specimens import decision, later

K = ChangeKind
NOISE = SearchRequest("noise")
ALL = Everything()


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two decisions about noise, one about tuition."""
    told = Story(tmp_path_factory.mktemp("begun"))
    told.publish(decision("24 001 001", summary="Noise at night."), later(1))
    told.publish(decision("24 001 002", summary="Late tuition."), later(2))
    told.publish(decision("24 001 003", summary="Noise by day.", outcome=Outcome.CLOSED), later(3))
    return told.home


@pytest.fixture
def story(begun: Path, tmp_path: Path) -> Story:
    """A copy of those for one test."""
    shutil.copytree(begun, tmp_path, dirs_exist_ok=True)
    return Story(tmp_path, pages=9)


@contextmanager
def opened(home: Path) -> Iterator[tuple[Any, Any, Index]]:
    config = settings(home)
    with open_to_read(config) as archive, open_texts(config.database_url) as texts:
        yield archive, texts, Index(config.index_dir)


def ask(story: Story, asked: Any, **how: Any) -> Changes:
    with opened(story.home) as (archive, texts, index):
        return changed(archive, texts, index, asked, **how)


def told(changes: Changes) -> list[tuple[str | None, str]]:
    return [(one.event.reference, one.event.kind.value) for one in changes.entries]


def number(story: Story, reference: str) -> int:
    with opened(story.home) as (archive, _, _):
        return int(archive.find(reference).id)


# What answers


def test_changes_of_what_answers_come_newest_first(story: Story) -> None:
    story.happens("24 001 001", K.EXPIRED, later(4))
    story.happens("24 001 001", K.RESTORED, later(5))
    assert told(ask(story, NOISE)) == [
        ("24 001 001", "restored"),
        ("24 001 001", "expired"),
        ("24 001 003", "added"),
        ("24 001 001", "added"),
    ]


def test_our_better_reading_is_no_change_of_a_decision(story: Story) -> None:
    story.happens("24 001 001", K.DERIVED, later(4))
    assert len(told(ask(story, NOISE))) == 2
    assert len(told(ask(story, ALL))) == 3


def test_an_entry_has_the_head_of_its_decision(story: Story) -> None:
    (one,) = ask(story, SearchRequest("tuition")).entries
    assert one.event.title == "Northmoor District Council (24 001 002)"
    assert one.head["summary"] == "Late tuition."
    assert one.head["attribution"]
    assert one.notice is None


def test_filters_words_and_parts_are_those_of_a_search(story: Story) -> None:
    assert told(ask(story, SearchRequest(outcomes=("closed",)))) == [("24 001 003", "added")]
    assert told(ask(story, SearchRequest("noise", sections=("findings",)))) == []
    assert told(ask(story, SearchRequest(first=date(2030, 1, 1)))) == []
    assert told(ask(story, Filter("name", "northmoor-district-council"))) == told(ask(story, ALL))
    with pytest.raises(QueryError):
        ask(story, SearchRequest("("))


def test_the_text_as_it_stands_now_answers(story: Story) -> None:
    first = decision("24 001 002", summary="Late tuition.")
    story.publish(decision("24 001 002", summary="Noise in class."), later(6), first)
    assert told(ask(story, NOISE))[0] == ("24 001 002", "amended")
    assert told(ask(story, SearchRequest("tuition"))) == []
    # Whoever was told of it under its old text hears that it was amended.
    seen = {number(story, "24 001 002")}
    assert told(ask(story, SearchRequest("tuition"), seen=seen))[0] == ("24 001 002", "amended")


# Pages and cursors


def test_pages_have_every_change_once(story: Story) -> None:
    for minute in range(5):
        story.happens("24 001 001", K.EXPIRED if minute % 2 else K.RESTORED, later(10 + minute))
    whole = [one.event.id for one in ask(story, NOISE, limit=None).entries]
    assert len(whole) == 7
    for limit in (1, 2, 3, 7, 8):
        found: list[int] = []
        before = None
        while True:
            page = ask(story, NOISE, before=before, limit=limit)
            found += (one.event.id for one in page.entries)
            assert len(page.entries) <= limit
            before = page.before
            if before is None:
                break
        assert found == whole


def test_what_was_told_is_not_told_again(story: Story) -> None:
    first = ask(story, NOISE, limit=None)
    assert told(ask(story, NOISE, after=first.through)) == []
    story.happens("24 001 002", K.EXPIRED, later(8))
    story.happens("24 001 003", K.EXPIRED, later(9))
    then = ask(story, NOISE, after=first.through)
    assert told(then) == [("24 001 003", "expired")]
    assert then.through > first.through


def test_a_change_that_the_index_lacks_is_told_later_and_not_passed_over(story: Story) -> None:
    before = ask(story, NOISE, limit=None).through
    story.follow = False
    story.publish(decision("24 001 009", summary="More noise."), later(20))
    late = ask(story, NOISE, after=before)
    assert (told(late), late.through) == ([], before)
    story.follow = True
    story.happens("24 001 002", K.EXPIRED, later(21))
    assert told(ask(story, NOISE, after=late.through)) == [("24 001 009", "added")]


def test_everything_needs_no_index(story: Story, tmp_path: Path) -> None:
    settings(story.home).index_dir.rename(tmp_path / "gone")
    assert len(told(ask(story, ALL))) == 3
    with pytest.raises(IndexUnusable):
        ask(story, NOISE)


# What is withheld


def test_a_withdrawn_decision_no_longer_answers_what_stands_in_it(story: Story) -> None:
    story.happens("24 001 001", K.WITHDRAWN, later(4))
    assert told(ask(story, NOISE)) == [("24 001 003", "added")]
    for asked in (
        SearchRequest("noise OR tuition"),
        SearchRequest("-tuition"),
        SearchRequest(remedy_min=100),
        SearchRequest("has:remedy"),
        SearchRequest("act:housing"),
        SearchRequest(sections=("remedy",)),
        SearchRequest(bodies=("northmoor",)),
        SearchRequest("category:housing"),
        SearchRequest("NOT outcome:closed"),
        Filter("name", "northmoor-district-council"),
    ):
        assert "24 001 001" not in [reference for reference, _ in told(ask(story, asked))]


@pytest.mark.parametrize(
    "asked",
    [
        ALL,
        SearchRequest("ref:24-001-001"),
        SearchRequest("year:2025 source:lgsco"),
        SearchRequest(statuses=("withdrawn",)),
        SearchRequest("NOT status:live"),
    ],
)
def test_what_asks_only_for_what_is_told_of_it_still_answers_and_says_reference_date_and_notice(
    story: Story, asked: Any
) -> None:
    story.happens("24 001 001", K.WITHDRAWN, later(4))
    found = [one for one in ask(story, asked).entries if one.event.reference == "24 001 001"]
    assert [one.event.kind.value for one in found] == ["withdrawn", "added"]
    for one in found:
        assert one.event.decided_on == date(2025, 6, 9)
        assert "No longer on the Ombudsman" in str(one.notice)
        assert (one.event.title, one.event.body, one.event.body_name, one.event.url) == (None,) * 4
        assert one.head == {}


def test_a_restricted_decision_is_as_withheld_and_its_notice_says_why(story: Story) -> None:
    story.restrict("24 001 001")
    assert told(ask(story, NOISE)) == [("24 001 003", "added")]
    (one,) = ask(story, SearchRequest("ref:24-001-001")).entries
    assert "looking into a question" in str(one.notice)
    assert one.head == {}
    # Not even for the local operator.
    (one,) = ask(story, SearchRequest("ref:24-001-001"), withdrawn=True).entries
    assert one.event.title is None


def test_the_local_operator_may_be_told_of_withdrawn_texts(story: Story) -> None:
    story.happens("24 001 001", K.WITHDRAWN, later(4))
    first = ask(story, NOISE, withdrawn=True).entries[0]
    assert first.head["summary"] == "Noise at night."
    assert first.notice is not None


def test_a_watch_hears_once_that_what_it_sent_was_taken_down(story: Story) -> None:
    sent = ask(story, NOISE, limit=None)
    seen = {one.event.decision_id for one in sent.entries}
    story.happens("24 001 001", K.WITHDRAWN, later(4))
    story.happens("24 001 002", K.WITHDRAWN, later(5))
    news = ask(story, NOISE, after=sent.through, seen=seen)
    assert told(news) == [("24 001 001", "withdrawn")]
    assert news.entries[0].head == {}
    assert told(ask(story, NOISE, after=news.through, seen=seen)) == []


# Erased


def test_an_erased_decision_answers_only_everything_and_who_has_seen_it(story: Story) -> None:
    sent = ask(story, NOISE, limit=None)
    seen = {one.event.decision_id for one in sent.entries}
    story.erase("24 001 001")
    assert told(ask(story, ALL))[0] == (None, "erased")
    assert told(ask(story, NOISE)) == [("24 001 003", "added")]
    assert told(ask(story, SearchRequest(bodies=("northmoor",)), after=sent.through)) == []
    news = ask(story, NOISE, after=sent.through, seen=seen)
    assert told(news) == [(None, "erased")]
    assert (news.entries[0].head, news.entries[0].notice) == ({}, None)


# The rule


@pytest.mark.parametrize(
    ("query", "bare"),
    [
        ("", True),
        ("(year:2024 OR year:2025) NOT status:expired", True),
        ("body:northmoor", False),
        ("category:housing", False),
        ("outcome:upheld", False),
        ("year:2025 NOT outcome:upheld", False),
        ("date:2025..", True),
        ("source:lgsco status:live ref:24-001-001", True),
        ("noise", False),
        ("year:2025 noise", False),
        ("NOT noise", False),
        ("24 001 001", False),
        ("remedy:500..", False),
        ("has:remedy", False),
        ("act:housing", False),
        ("summary:noise", False),
        ("year:2025 OR has:remedy", False),
    ],
)
def test_what_asks_for_no_more_than_is_told(query: str, bare: bool) -> None:
    assert of_what_is_told(read(SearchRequest(query))) is bare


def test_an_archive_that_is_not_there_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(DecisionsError):
        ask(Story(tmp_path), ALL)

"""Pages beyond the bounds are read in a process of their own, and ended there if need be."""

from __future__ import annotations

import json
import os
import pickle
import subprocess
import sys
import time
from pathlib import Path
from typing import NoReturn

import pytest

from archive.records import Page
from scraper import confined as own
from scraper.confined import confined, serve
from scraper.errors import Overgrown, ParseError, Refused
from scraper.guard import MAX_LENGTH, MAX_PIECE, check, lifted, longest, within_limits
from scraper.html import content_hash
from scraper.limits import resident, self_limiting
from scraper.sources.lgsco import Lgsco
from tests.hostile_pages import CASE, HOSTILE, URL, capture, stuffed
from tests.site.markups import MARKUPS, render

ROOT = Path(__file__).parents[1]
SOURCE = Lgsco.at()
BEYOND = Overgrown(URL, "it is too large")


def forbid_children(monkeypatch: pytest.MonkeyPatch) -> None:
    def started(*_: object, **__: object) -> NoReturn:
        raise AssertionError("a process was started")

    monkeypatch.setattr(subprocess, "Popen", started)


def great(html: str) -> bytes:
    """An ordinary page beyond the bounds: the publisher's script got long."""
    script = "<script>" + "visits.push({page: 1});\n" * (MAX_LENGTH // 20) + "</script></head>"
    return html.replace("</head>", script, 1).encode()


def grown() -> Page:
    """A great page of a decision."""
    return capture(great(render(CASE, MARKUPS["article"])).decode())


# -- which page is read where ----------------------------------------------------------------------


def test_ordinary_pages_in_every_markup_start_no_process(monkeypatch: pytest.MonkeyPatch) -> None:
    forbid_children(monkeypatch)
    for markup in MARKUPS.values():
        page = capture(render(CASE, markup))
        assert SOURCE.parse_decision([page]).reference == CASE.reference
        assert list(SOURCE.chapter_urls(page)) == []


def test_an_ordinary_page_does_not_even_import_what_starts_one(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text(render(CASE, MARKUPS["article"]), encoding="utf-8")
    code = (
        "import sys; from pathlib import Path; from scraper.reading import read_file;"
        "from scraper.sources.lgsco import Lgsco; read_file(Path(sys.argv[1]), Lgsco.at());"
        "print([n for n in ('scraper.confined', 'scraper.limits', 'subprocess', 'pickle')"
        " if n in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(page)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "[]"


def test_a_great_page_reads_the_same_in_a_process_of_its_own() -> None:
    page = grown()
    with lifted():
        here = SOURCE.read([page])
        hashed = content_hash(page)
    apart = SOURCE.read([page])
    assert apart == here
    assert apart.decision.text_sha256 == hashed
    assert (
        apart.decision.sections
        == SOURCE.parse_decision([capture(render(CASE, MARKUPS["article"]))]).sections
    )


def test_a_great_list_and_great_chapters_are_read_too() -> None:
    from tests.site.listing import Query, results

    html = results([CASE], 1, Query())
    url = SOURCE.listing_url(CASE.decided_on, CASE.decided_on, 1)
    page = Page.capture(url=url, body=great(html), fetched_at=grown().fetched_at)
    assert SOURCE.parse_listing(page).stated == 1
    first = capture(great(render(CASE, MARKUPS["article"], chapter=(1, 2))).decode())
    assert [address.rpartition("?")[2] for address in SOURCE.chapter_urls(first)] == ["chapter=2"]


def test_outside_a_process_of_its_own_such_a_page_is_refused() -> None:
    with pytest.raises(Overgrown) as caught:
        content_hash(grown())
    assert (caught.value.reason, caught.value.url) == ("overgrown", URL)


@pytest.mark.parametrize(
    "html",
    [
        "<p>" * 10_001,
        "x" * (MAX_LENGTH + 1),
        "<p>" + "x" * MAX_PIECE + "x",
        "<p " + "a " * MAX_PIECE + ">",
        # Quoted brackets must not hide how long a tag is.
        "<p " + "".join(f'a{n}="<>" ' if n % 99 == 0 else f"a{n} " for n in range(20_000)) + ">",
        "<p " + "".join(f"a{n}='<>' " if n % 99 == 0 else f"a{n} " for n in range(20_000)) + ">",
    ],
    ids=["tags", "length", "text", "attributes", "double quotes", "single quotes"],
)
def test_the_bounds(html: str) -> None:
    with pytest.raises(Overgrown):
        check(html.encode(), URL)
    with lifted():
        check(html.encode(), URL)


def test_the_bound_on_one_tag_is_never_too_low() -> None:
    for tag in ("<p a=1>", "<p a='>' b=\">>\" c>", "<p a = '\n>\"' b>", "<p a=\"<b c='>'>\" d>"):
        assert longest(f"<i>x</i>{tag}text".encode()) >= len(tag)


# -- the process -----------------------------------------------------------------------------------


def test_what_takes_too_long_is_ended() -> None:
    with pytest.raises(Overgrown, match=r"too large; read apart, it took more than 0\.5 s"):
        confined(time.sleep, (600,), {}, beyond=BEYOND, seconds=0.5)


@pytest.mark.skipif(not self_limiting(), reason="this system keeps no such limit")
def test_what_takes_too_much_memory_is_ended() -> None:
    with pytest.raises(Overgrown, match="took more memory than it may"):
        confined(bytearray, (600_000_000,), {}, beyond=BEYOND)


@pytest.mark.skipif(sys.platform == "win32", reason="there is no ps")
def test_where_the_system_keeps_no_limit_the_parent_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    assert resident(os.getpid()) > 1_000_000
    monkeypatch.setattr("scraper.limits.self_limiting", lambda: False)
    with pytest.raises(Overgrown, match="took more than 1 MB"):
        confined(time.sleep, (600,), {}, beyond=BEYOND, memory=1_000_000, seconds=300)


def test_a_process_that_dies_is_a_page_refused() -> None:
    with pytest.raises(Overgrown, match="ended with"):
        confined(os.abort, (), {}, beyond=BEYOND)


def test_where_none_can_be_started_the_page_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sys, "executable", "")
    with pytest.raises(Overgrown, match="no process of its own could be had"):
        SOURCE.read([grown()])


def test_a_mistake_of_ours_is_named_and_ends_no_crawl() -> None:
    with pytest.raises(Overgrown, match="broke: TypeError"):
        confined(len, (7,), {}, beyond=BEYOND)


def test_refusals_and_what_cannot_be_read_come_back_as_they_are() -> None:
    html = grown().body.decode()
    other = SOURCE.addresses.base + CASE.path[:-3] + "999"
    page = Page.capture(url=other, body=html.encode(), fetched_at=grown().fetched_at)
    with pytest.raises(Refused, match="the address of") as refused:
        SOURCE.read([page])
    assert (refused.value.reason, refused.value.url) == ("wrong_reference", other)
    assert not isinstance(refused.value, Overgrown)
    day = CASE.expected("").decided_on_raw
    with pytest.raises(ParseError, match=r"'45 Foo 2021' is no date") as unread:
        SOURCE.read([capture(html.replace(day, "45 Foo 2021", 1))])
    assert unread.value.url == URL
    assert str(unread.value).count(URL) == 1


def test_an_answer_that_is_no_reading_is_not_taken() -> None:
    for answer in (b"", b"nonsense", pickle.dumps(("value", os.system)), pickle.dumps(7)):
        assert own._answer(answer).kind == "broken"


def test_an_answer_too_great_is_not_sent() -> None:
    with pytest.raises(Overgrown, match="gave more than 40 MB"):
        confined(bytes, (60_000_000,), {}, beyond=BEYOND)


def test_the_task_is_done_under_its_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    import io

    kept: list[tuple[int, float]] = []
    monkeypatch.setattr(
        "scraper.limits.limit", lambda memory, seconds: kept.append((memory, seconds))
    )
    out = io.BytesIO()
    task = pickle.dumps((json.loads, ("[1, 2]",), {}, 1_000, 2.0))
    assert serve(io.BytesIO(task), out) == 0
    assert kept == [(1_000, 2.0)]
    assert own._answer(out.getvalue()).value == [1, 2]


def test_an_ordinary_reading_is_passed_on_with_all_it_is_given() -> None:
    assert within_limits(int, "ff", base=16) == 255


# -- what was found by trying ----------------------------------------------------------------------


@pytest.mark.parametrize(
    "name", [name for name in HOSTILE if "5,000 digits" in name or "surrogates" in name]
)
def test_absurd_numbers_and_halves_of_characters_break_nothing(name: str) -> None:
    decision = SOURCE.parse_decision([capture(stuffed(HOSTILE[name]()))])
    decision.title.encode()
    for paragraph in decision.paragraphs():
        paragraph.text.encode("utf-8")
    assert all((remedy.amount_pence or 0) < 10**12 for remedy in decision.remedies)


def test_bidi_controls_stay_as_they_are_in_the_text() -> None:
    decision = SOURCE.parse_decision([capture(stuffed(HOSTILE["bidi controls"]()))])
    assert "\u202e" in decision.sections[-1].heading
    assert any("\u202e" in paragraph.text for paragraph in decision.sections[-1].paragraphs)

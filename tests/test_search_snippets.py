"""Snippets show the best paragraphs, and their marks cover exactly what matched."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.records import SectionKind
from search.index import Index
from search.parse import parse
from search.query import Hit, search
from search.request import SearchRequest
from search.snippets import LONGEST, Marker, Snippet, merged, window
from search.tree import And, Node, Phrase, Provision, Word
from search.voices import VOICES, voice
from search.words import stem, words
from tests.plain_reading import holds, leaves, nearby, spots, texts
from tests.search_fakes import FakeArchive, decision

K = SectionKind


def only_hit(tmp_path: Path, one: FakeArchive, request: SearchRequest) -> Hit:
    index = Index(tmp_path / "index")
    index.follow(one)
    (hit,) = search(index, request, one).hits
    return hit


def marked(snippet: Snippet) -> list[str]:
    return [snippet.text[start:end] for start, end in snippet.marks]


@pytest.mark.parametrize(
    ("query", "text", "expected"),
    [
        ("delay", "Delays, and a delayed reply: delay.", ["Delays", "delayed", "delay"]),
        ("council", "The Council’s reply", ["Council’s"]),
        ('"data protection"', "data; data protection, protection", ["data protection"]),
        ("data protection", "data. Data protection", ["data", "Data protection"]),
        ("tuition -late", "late tuition", ["tuition"]),
        ("educat*", "Education and educators", ["Education", "educators"]),
        ("A&E", "at A&E and a and e", ["A&E", "a and e"]),
        ("£1,950", "1,950 or £1950 or £1,950", ["£1950", "£1,950"]),
        ("1950", "£1,950", ["£1,950"]),
        ("cafe", "the cafe\u0301s Café", ["cafe\u0301s", "Café"]),
        ("24A(6)", "section 24A (6), as amended", ["24A (6"]),
        ("hampshir~", "Hampshire, not Shropshire", ["Hampshire"]),
        (
            '"late tuition"~2',
            "late. No tuition; late is not a tuition",
            ["late", "tuition", "late"],
        ),
        ("late /s tuition", "Late. A tuition. Tuition was late.", ["Tuition", "late"]),
        ("late /p tuition", "Late. A tuition.", ["Late", "tuition"]),
        (
            '"was late" /3 (tuition OR school)',
            "school was late; tuition",
            ["school", "was late", "tuition"],
        ),
        ("findings:late powers:tuition", "late tuition", ["late"]),
        ("section:findings,analysis late", "late", ["late"]),
    ],
)
def test_marks_cover_what_matched(query: str, text: str, expected: list[str]) -> None:
    found, _ = Marker(parse(query)).find(text, "findings")
    assert [text[a:b] for a, b in merged(span for _, span in found)] == expected


def test_the_best_paragraphs_are_shown_substance_before_powers(tmp_path: Path) -> None:
    archive = FakeArchive(
        decision(
            summary="About data.",
            sections={
                K.POWERS: ["Complaints about data protection go elsewhere. Data protection."],
                K.METHOD: ["I considered the data."],
                K.FINDINGS: ["Nothing here.", "It was a data protection matter."],
            },
            headings={K.FINDINGS: "What I found"},
        )
    )
    hit = only_hit(tmp_path, archive, SearchRequest("data protection", snippets=3))
    assert [(s.section, s.position, s.ordinal, s.paragraph) for s in hit.snippets] == [
        ("findings", 3, 4, 4),
    ]
    assert hit.snippets[0].heading == "What I found"
    assert hit.snippets[0].text == "It was a data protection matter."
    assert marked(hit.snippets[0]) == ["data protection"]


def test_substance_is_shown_before_standard_wording(tmp_path: Path) -> None:
    archive = FakeArchive(
        decision(
            sections={
                K.METHOD: ["We weigh the evidence. Evidence is evidence."],
                K.ANALYSIS: ["The evidence was thin.", "More of the evidence."],
            }
        )
    )
    archive.mark(1, p1=0.45)
    hit = only_hit(tmp_path, archive, SearchRequest("evidence", snippets=3))
    assert [(s.ordinal, s.voice) for s in hit.snippets] == [
        (2, "the Ombudsman's finding"),
        (3, "the Ombudsman's finding"),
    ]
    (only,) = only_hit(tmp_path, archive, SearchRequest("weigh")).snippets
    assert (only.ordinal, only.voice, only.share) == (1, "standard wording", 0.45)


@pytest.mark.parametrize(
    ("kind", "top", "standard", "expected"),
    [
        (K.COMPLAINT, None, False, "complainant's account"),
        (K.FINDINGS, None, False, "the Ombudsman's finding"),
        (K.ANALYSIS, K.FINDINGS, False, "the Ombudsman's finding"),
        (K.ANALYSIS, K.FINDINGS, True, "standard wording"),
        (K.POWERS, None, False, "standard wording"),
        (K.REMEDY, None, False, "agreed action"),
        (K.RECOMMENDATIONS, None, False, "recommended action"),
        (K.FINAL_DECISION, None, False, "the Ombudsman's finding"),
        (K.BACKGROUND, K.FINDINGS, False, "background"),
        (K.METHOD, None, False, "method"),
        (K.SCOPE, None, False, "method"),
        (K.OTHER, K.FINDINGS, False, "finding or background"),
        (K.OTHER, K.REMEDY, False, "agreed action"),
        (K.OTHER, K.COMPLAINT, False, "complainant's account"),
        (K.OTHER, None, False, "background"),
        ("summary", None, False, "the Ombudsman's summary"),
        ("title", None, False, None),
    ],
)
def test_a_snippet_says_who_speaks(
    kind: str, top: str | None, standard: bool, expected: str | None
) -> None:
    assert voice(kind, top, standard=standard) == expected


@pytest.mark.parametrize(
    ("heading", "expected"),
    [
        ("Agreed action", "agreed action"),
        ("Agreed remedy", "agreed action"),
        ("Recommended action", "recommended action"),
        ("Recommended/agreed action", "recommended or agreed action"),
    ],
)
def test_what_is_recommended_is_not_called_agreed(heading: str, expected: str) -> None:
    assert voice(K.REMEDY, None, heading) == expected


def test_paragraphs_around_say_who_speaks_too(tmp_path: Path) -> None:
    archive = FakeArchive(
        decision(
            sections={
                K.COMPLAINT: ["He says they did nothing."],
                K.METHOD: ["We weigh the records."],
                K.ANALYSIS: ["The evidence was thin."],
                K.REMEDY: ["It will apologise."],
            }
        )
    )
    archive.mark(1, p2=0.45)
    (only,) = only_hit(tmp_path, archive, SearchRequest("thin", context=2)).snippets
    around = [(one.voice, one.share) for one in (*only.leading, *only.following)]
    assert around == [
        ("complainant's account", None),
        ("standard wording", 0.45),
        ("agreed action", None),
    ]


def test_every_kind_of_section_has_a_voice() -> None:
    assert set(K) <= set(VOICES)


def test_each_further_snippet_shows_what_is_not_shown_yet(tmp_path: Path) -> None:
    archive = FakeArchive(
        decision(
            sections={
                K.COMPLAINT: ["Tuition was late."],
                K.FINDINGS: ["Tuition tuition tuition.", "Tuition once more."],
                K.REMEDY: ["An apology."],
            }
        )
    )
    hit = only_hit(tmp_path, archive, SearchRequest("tuition apology", snippets=2))
    assert [s.paragraph for s in hit.snippets] == [2, 4]


def test_only_the_part_asked_for_is_shown(tmp_path: Path) -> None:
    archive = FakeArchive(
        decision(sections={K.POWERS: ["We may decide."], K.FINDINGS: ["We decide. We decide."]})
    )
    hit = only_hit(tmp_path, archive, SearchRequest("decide", sections=("powers",), snippets=3))
    assert [s.section for s in hit.snippets] == ["powers"]


@pytest.mark.parametrize(
    ("query", "section", "text", "marks"),
    [
        ("sharing", "summary", "About data sharing.", ["sharing"]),
        ("ambleford", "title", "Ambleford Borough Council (24 001 001)", ["Ambleford"]),
        ("scrutiny", "findings", "Our scrutiny", ["scrutiny"]),
        ("", "summary", "About data sharing.", []),
    ],
)
def test_without_a_paragraph_summary_title_or_heading_serve(
    tmp_path: Path, query: str, section: str, text: str, marks: list[str]
) -> None:
    archive = FakeArchive(
        decision(
            summary="About data sharing.",
            sections={K.FINDINGS: ["Nothing."]},
            headings={K.FINDINGS: "Our scrutiny"},
        )
    )
    (snippet,) = only_hit(tmp_path, archive, SearchRequest(query)).snippets
    assert (snippet.section, snippet.text, marked(snippet)) == (section, text, marks)
    assert snippet.paragraph is None
    assert snippet.ordinal is None


@pytest.mark.parametrize(
    ("query", "context", "before", "shown", "after"),
    [
        ("late", 1, ["One."], "It was late. " + "Filler. " * 60, ["Three."]),
        ("late", 2, ["One."], "It was late. " + "Filler. " * 60, ["Three.", "Four."]),
        ("three", 1, ["It was late. " + "Filler. " * 60], "Three.", ["Four."]),
        ("first", 1, [], "First part", ["One."]),
        ("council", 1, [], "Ambleford Borough Council (24 001 001)", []),
    ],
)
def test_context_gives_the_paragraphs_around(
    tmp_path: Path, query: str, context: int, before: list[str], shown: str, after: list[str]
) -> None:
    one = FakeArchive(
        decision(
            sections={
                K.FINDINGS: ["One.", "It was late. " + "Filler. " * 60],
                K.ANALYSIS: ["Three.", "Four."],
            },
            headings={K.FINDINGS: "First part"},
        )
    )
    snippet = only_hit(tmp_path, one, SearchRequest(query, context=context)).snippets[0]
    assert [around.text for around in snippet.leading] == before
    assert snippet.text == shown
    assert [around.text for around in snippet.following] == after
    ordinals = [around.ordinal for around in (*snippet.leading, *snippet.following)]
    assert ordinals == sorted(ordinals)


def test_a_long_paragraph_is_cut_at_words_around_its_marks(tmp_path: Path) -> None:
    long = "Filler words stand here. " * 60 + "Late tuition came. " + "More filler follows. " * 60
    archive = FakeArchive(decision(sections={K.FINDINGS: [long]}))
    (snippet,) = only_hit(tmp_path, archive, SearchRequest("late tuition")).snippets
    assert snippet.before
    assert snippet.after
    assert snippet.text in long
    assert len(snippet.text) <= LONGEST
    assert marked(snippet) == ["Late tuition"]
    at = long.index(snippet.text)
    assert long[at - 1] == " "
    assert long[at + len(snippet.text)] == " "


_words = st.sampled_from(
    ["late", "tuition", "delays", "Council’s", "x", "1,950", "—", "\U0001f600"]
)


@given(
    st.lists(_words, max_size=120).map(" ".join),
    st.lists(st.sampled_from(["late", "tuition", "delay", "council", "x"]), min_size=1, max_size=3),
)
def test_marked_pieces_are_the_words_asked_for_and_all_of_them(text: str, asked: list[str]) -> None:
    node: Node = And(tuple(Word(one, stem(one)) for one in asked))
    found, worth = Marker(node).find(text, "findings")
    spans = merged(span for _, span in found)
    stems = {stem(one) for one in asked}
    covered = {at for start, end in spans for at in range(start, end)}
    for word in words(text):
        inside = set(range(word.start, word.end)) <= covered
        assert inside == (word.stem in stems)
    assert (worth > 0) == bool(spans)


@given(st.text(alphabet="ab \n", max_size=900), st.data())
def test_a_window_holds_a_mark_and_keeps_its_length(text: str, data: st.DataObject) -> None:
    spans = merged((w.start, w.end) for w in words(text) if data.draw(st.booleans()))
    low, high = window(text, spans, 80)
    assert 0 <= low <= high <= len(text)
    longest_mark = max((end - start for start, end in spans), default=0)
    assert high - low <= max(80, longest_mark)
    if spans:
        assert any(low <= start and end <= high for start, end in spans)
    if len(text) <= 80:
        assert (low, high) == (0, len(text))


def test_a_phrase_is_not_marked_across_two_paragraphs() -> None:
    marker = Marker(Phrase(("late", "tuition")))
    assert marker.find("it was late", "findings")[0] == []
    assert marker.find("tuition came", "findings")[0] == []


@given(text=texts, leaf=st.one_of(leaves, nearby))
def test_a_paragraph_is_marked_just_when_a_plain_reading_finds_it(text: str, leaf: Node) -> None:
    found, worth = Marker(leaf).find(text, "findings")
    plain = holds(decision(sections={K.FINDINGS: [text]}, body="Zz"), leaf, ("findings",))
    assert bool(found) == plain == (worth > 0)
    for _, (start, end) in found:
        assert text[start:end].strip() == text[start:end] != ""


@given(text=texts, leaf=leaves)
def test_marks_are_where_a_plain_reading_finds_each_word(text: str, leaf: Node) -> None:
    read_words = list(words(text))
    places: list[list[Word]] = [[] for _ in range(read_words[-1].place + 1 if text else 0)]
    for one in read_words:
        places[one.place].append(Word(one.exact, one.stem))
    starts = {
        place: min(w.start for w in read_words if w.place == place) for place in range(len(places))
    }
    ends = {
        place: max(w.end for w in read_words if w.place == place) for place in range(len(places))
    }
    found, _ = Marker(leaf).find(text, "findings")
    spans = sorted(span for _, span in found)
    if isinstance(leaf, Provision):
        # The number is what is found; the mark takes in the word before it and the rest.
        assert len(spans) == len({place for place, _ in spots(places, leaf)})
        return
    assert spans == sorted((starts[first], ends[last]) for first, last in spots(places, leaf))

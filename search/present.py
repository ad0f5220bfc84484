"""How results are shown: JSON of a stated shape, plain lines for pipes, colour for a terminal.

Plain output has one item a line, unwrapped and unmarked, so that it can be grepped. On a terminal
lines are wrapped to its width and what matched is highlighted. Everything scraped or typed passes
through ``archive.screen.clean``. Rich is imported for terminals only.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict
from typing import IO, TYPE_CHECKING

from archive.screen import clean

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

    from search.query import Hit, SearchResults
    from search.ranking import Why
    from search.snippets import Around, Snippet

SEARCH_SCHEMA = 1
"""Version of the JSON shape; new keys do not change it."""

GONE = {
    "expired": "no longer on the Ombudsman's site",
    "withdrawn": "withdrawn from the Ombudsman's site",
}

MOST_VALUES = 15
"""Values of a facet shown on screen; JSON has all of them."""

WORDS_FOR = {"body": "council or provider"}

_PLACES = {"summary": "Summary", "title": "Title"}


def results_json(results: SearchResults) -> dict[str, object]:
    """The results as ``decisions search --json`` prints them."""
    return {
        "schema": SEARCH_SCHEMA,
        "query": results.query,
        "understood": results.understood,
        "total": results.total,
        "exact_total": results.exact_total,
        "took_ms": results.took_ms,
        "indexed": results.indexed,
        "behind": results.behind,
        "restricted": results.restricted,
        "facets": {
            name: [{"value": one.value, "label": one.label, "count": one.count} for one in values]
            for name, values in results.facets.items()
        },
        "suggestions": [asdict(one) for one in results.suggestions],
        "terms": [
            {
                "term": term,
                "decisions": count,
                "words": [{"word": w, "decisions": n} for w, n in results.forms.get(term, ())],
            }
            for term, count in results.terms
        ],
        "hits": [hit_json(hit) for hit in results.hits],
    }


def hit_json(hit: Hit) -> dict[str, object]:
    """One hit of those results."""
    return {
        "source": hit.source,
        "reference": hit.reference,
        "title": hit.title,
        "body": hit.body,
        "body_name": hit.body_name,
        "category": hit.category,
        "subcategory": hit.subcategory,
        "outcome": hit.outcome,
        "outcome_raw": hit.outcome_raw,
        "decided_on": hit.decided_on,
        "kind": hit.kind,
        "status": hit.status,
        "status_since": hit.status_since,
        "url": hit.url,
        "score": hit.score,
        "exact": hit.exact,
        "largest_sum_pence": hit.largest_sum_pence,
        "attribution": hit.attribution,
        "snippets": [_snippet_json(snippet) for snippet in hit.snippets],
        "why": [
            {"term": part.term, "score": part.score, "times": part.times, "little": part.little}
            for part in hit.why
        ],
    }


def _snippet_json(snippet: Snippet) -> dict[str, object]:
    return {
        "section": snippet.section,
        "heading": snippet.heading,
        "position": snippet.position,
        "ordinal": snippet.ordinal,
        "paragraph": snippet.paragraph,
        "label": snippet.label,
        "text": snippet.text,
        "marks": [list(mark) for mark in snippet.marks],
        "before": snippet.before,
        "after": snippet.after,
        "leading": [asdict(one) for one in snippet.leading],
        "following": [asdict(one) for one in snippet.following],
        "voice": snippet.voice,
        "share": snippet.share,
        "within": snippet.within,
    }


def headline(results: SearchResults) -> str:
    """``37 decisions, 21 with the exact phrase``."""
    count = f"{results.total:,} decision{'' if results.total == 1 else 's'}"
    if results.exact_total is None or not results.total:
        return count
    return f"{count}, {results.exact_total:,} with the exact phrase"


def place(snippet: Snippet | Around) -> str:
    """Where a piece stands: ``What I found ¶7``, ``Agreed action ¶28(b)``, ``Summary``.

    An unmarked item of a list stands ``in ¶28``.
    """
    name = snippet.heading or _PLACES.get(snippet.section) or snippet.section.replace("_", " ")
    name = " ".join(clean(name).split())
    if snippet.ordinal is None and snippet.heading is not None:
        return "Heading"
    if snippet.paragraph is not None:
        return f"{name} ¶{snippet.paragraph}"
    within = getattr(snippet, "within", None)
    if snippet.label and snippet.label.isalnum():
        return f"{name} {'' if within is None else f'¶{within}'}({clean(snippet.label)})"
    return name if within is None else f"{name} in ¶{within}"


def pounds(pence: int) -> str:
    """``£1,950``, with pence only where there are any."""
    return f"£{pence / 100:,.2f}" if pence % 100 else f"£{pence // 100:,}"


def whose(snippet: Snippet | Around) -> str:
    """Who speaks there, as it follows the place: `` [the Ombudsman's finding]``."""
    if snippet.voice is None:
        return ""
    if snippet.share is None:
        return f" [{snippet.voice}]"
    return f" [{snippet.voice}, in {100 * snippet.share:.0f}% of decisions]"


def facts(hit: Hit) -> str:
    """Date, outcome and category of a hit in one line."""
    category = " > ".join(part for part in (hit.category, hit.subcategory) if part)
    parts = [hit.decided_on, hit.outcome_raw or hit.outcome, category]
    if hit.largest_sum_pence is not None:
        parts.append(f"largest sum {pounds(hit.largest_sum_pence)}")
    if hit.kind == "report":
        parts.append("public interest report")
    if gone := GONE.get(hit.status):
        parts.append(gone)
    return " · ".join(_line(part) for part in parts if part)


def counted(results: SearchResults) -> Iterator[str]:
    """The counts of words and facets that were asked for, a line each."""
    for term, count in results.terms:
        yield f"in {count:,} of {results.indexed:,} decisions: {_line(term)}{_forms(results, term)}"
    for name, values in results.facets.items():
        shown = (f"{_line(one.label)} {one.count:,}" for one in values[:MOST_VALUES])
        more = f" · {len(values) - MOST_VALUES:,} more" if len(values) > MOST_VALUES else ""
        yield f"{WORDS_FOR.get(name, name)}: {' · '.join(shown) or 'none'}{more}"


def _forms(results: SearchResults, term: str) -> str:
    """The words that a part of the query stands for, where they are not just itself."""
    words = results.forms.get(term, ())
    if not words or [word for word, _ in words] == [term]:
        return ""
    shown = ", ".join(f"{_line(word)} {number:,}" for word, number in words[:MOST_VALUES])
    more = f", {len(words) - MOST_VALUES:,} more" if len(words) > MOST_VALUES else ""
    return f" ({shown}{more})"


def why(hit: Hit) -> str:
    """Why a hit ranks where it does: what each part of the query added to its score."""
    parts = " + ".join(f"{_line(part.term)} {part.score:.2f}{_often(part)}" for part in hit.why)
    return f"score {hit.score:.2f} = {parts}"


def meant(results: SearchResults) -> Iterator[str]:
    """Other ways to ask, a line each: ``late tuition (12 decisions; tuition for tution)``."""
    for one in results.suggestions:
        decisions = f"{one.total:,} decision{'' if one.total == 1 else 's'}"
        yield f"{_line(one.query)}  ({decisions}; {_line(one.why)})"


def _often(part: Why) -> str:
    """``(7 times, 3 in standard wording, which counts little)``."""
    if not part.times:
        return ""
    often = "once" if part.times == 1 else f"{part.times:,} times"
    if not part.little:
        return f" ({often})"
    where = "" if part.little == part.times else f"{part.little:,} of them "
    return f" ({often}, {where}in standard wording, which counts little)"


def plain(results: SearchResults, hits: Iterable[Hit], offset: int = 0) -> Iterator[str]:
    """The lines for a pipe or file, clean and without marks, as the hits are read."""
    yield headline(results)
    yield f"understood as: {_line(results.understood)}"
    yield from counted(results)
    yield from plain_hits(hits, offset)


def plain_hits(hits: Iterable[Hit], offset: int = 0) -> Iterator[str]:
    """The lines of the hits alone."""
    for number, hit in enumerate(hits, offset + 1):
        yield ""
        yield f"{number}. {_line(hit.reference)}  {_line(hit.body)}"
        yield f"   {facts(hit)}"
        for snippet in hit.snippets:
            before, after = _ellipses(snippet)
            for one in snippet.leading:
                yield f"   | {place(one)}{whose(one)}: {_line(one.text)}"
            yield f"   {place(snippet)}{whose(snippet)}: {before}{_line(snippet.text)}{after}"
            for one in snippet.following:
                yield f"   | {place(one)}{whose(one)}: {_line(one.text)}"
        if hit.why:
            yield f"   {why(hit)}"
        if hit.shared:
            yield f"   alike in: {_line(', '.join(hit.shared))}"
        yield f"   {_line(hit.url)}"


def show_on_terminal(
    results: SearchResults, hits: Iterable[Hit], stream: IO[str], offset: int = 0
) -> None:
    """Print the results for a person at a terminal, as the hits are read."""
    from rich.text import Text

    console = terminal(stream)
    console.print(Text(headline(results), style="bold"))
    console.print(Text(f"understood as: {_line(results.understood)}", style="dim"))
    for line in counted(results):
        console.print(Text(line, style="dim"))
    hits_on_terminal(console, hits, offset)


def terminal(stream: IO[str]) -> Console:
    """A terminal that shows scraped text as it is."""
    from rich.console import Console

    from archive.screen import beneath, wants_colour

    return Console(
        file=beneath(stream),
        markup=False,
        highlight=False,
        emoji=False,
        no_color=not wants_colour(stream),
    )


def hits_on_terminal(console: Console, hits: Iterable[Hit], offset: int = 0) -> None:
    """Print the hits alone."""
    from rich.padding import Padding
    from rich.text import Text

    for number, hit in enumerate(hits, offset + 1):
        console.print()
        title = Text(f"{number}. ")
        title.append(_line(hit.reference), style="bold cyan")
        title.append(f"  {_line(hit.body)}", style="bold")
        console.print(title)
        console.print(Padding(Text(facts(hit)), (0, 0, 0, 3), expand=False))
        for snippet in hit.snippets:
            for one in snippet.leading:
                console.print(Padding(_around(one), (0, 0, 0, 5), expand=False))
            console.print(Padding(_marked(snippet), (0, 0, 0, 3), expand=False))
            for one in snippet.following:
                console.print(Padding(_around(one), (0, 0, 0, 5), expand=False))
        if hit.why:
            console.print(Padding(Text(why(hit), style="dim"), (0, 0, 0, 3), expand=False))
        if hit.shared:
            alike = Text(f"alike in: {_line(', '.join(hit.shared))}", style="dim")
            console.print(Padding(alike, (0, 0, 0, 3), expand=False))
        # Not wrapped: a broken address cannot be clicked or copied.
        console.print(Text(f"   {_line(hit.url)}", style="blue"), soft_wrap=True)


def _marked(snippet: Snippet) -> Text:
    from rich.text import Text

    before, after = _ellipses(snippet)
    text = Text()
    text.append(place(snippet), style="green")
    text.append(f"{whose(snippet)}: ", style="dim")
    text.append(before)
    at = 0
    for start, end in snippet.marks:
        text.append(_line(snippet.text[at:start]))
        text.append(_line(snippet.text[start:end]), style="bold reverse")
        at = end
    text.append(_line(snippet.text[at:]))
    text.append(after)
    return text


def _around(one: Around) -> Text:
    from rich.text import Text

    return Text(f"{place(one)}{whose(one)}: {_line(one.text)}", style="dim")


def _ellipses(snippet: Snippet) -> tuple[str, str]:
    return ("… " if snippet.before else ""), (" …" if snippet.after else "")


def _line(text: str) -> str:
    """Clean text on one line: a line break in a paragraph must not look like a new item."""
    return clean(text).replace("\n", " ").replace("\t", " ")

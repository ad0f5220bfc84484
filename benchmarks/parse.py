"""How fast a page becomes a decision: ``python -m benchmarks.parse [--seconds N] [--profile]``.

One core, forty pages of 48 KB with 1,500 words, read in turn (one page over and over would
flatter what is remembered between pages). Invented decisions are shorter than that, so each is
made longer by the paragraphs that others have under the same headings. All in one run, in turns,
so that a busy machine slows all alike: the whole way from bytes to ``Decision`` (with citations,
remedies and hashes), the tree builder alone, and a plain BeautifulSoup reading of title, header
and text (skipped where ``beautifulsoup4`` is not installed). Times are CPU time of this process.
"""

from __future__ import annotations

import argparse
import importlib
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from archive.records import DecisionKind, Page
from scraper.html import parse
from scraper.sources.lgsco import Lgsco
from tests.site.cases import Case, words
from tests.site.invention import invent
from tests.site.markups import MARKUPS, render

SIZE = 48_000
WORDS = 1_500
PAGES = 40
ROUNDS = 7


def pages() -> list[Page]:
    """Invented statements of 1,500 words, each with its furniture grown to 48 KB."""
    cases = [case for case in invent(400, seed=2) if case.kind is DecisionKind.STATEMENT]
    return [grown(longer(case, cases[at + 1 :])) for at, case in enumerate(cases[:PAGES])]


def longer(case: Case, others: Sequence[Case]) -> Case:
    """The case with paragraphs of others under the headings they share, up to 1,500 words."""
    for other in others:
        more = {part.heading: part.blocks for part in other.parts}
        for at, part in enumerate(case.parts):
            for block in more.get(part.heading, ()):
                if len(words(case)) >= WORDS:
                    return case
                fuller = replace(case.parts[at], blocks=(*case.parts[at].blocks, block))
                case = replace(case, parts=(*case.parts[:at], fuller, *case.parts[at + 1 :]))
    return case


def grown(case: Case) -> Page:
    """The page of a case, with navigation and a script up to the size wanted."""
    html = render(case, MARKUPS["article"])
    links = "".join(
        f'<li class="nav-item"><a class="nav-link" href="/information/{number}">About {number}</a>'
        "</li>\n"
        for number in range(120)
    )
    html = html.replace("<footer>", f"<footer><nav><ul>{links}</ul></nav>", 1)
    script = "window.visits.push({page: 1});\n" * ((SIZE - len(html.encode())) // 31)
    html = html.replace("</head>", f"<script>{script}</script></head>", 1)
    return capture(case, html)


def capture(case: Case, html: str) -> Page:
    """The page as it would come from the publisher's site."""
    return Page.capture(
        url=f"https://www.lgo.org.uk{case.path}",
        body=html.encode(),
        fetched_at=datetime(2026, 7, 1, tzinfo=UTC),
        headers=(("content-type", "text/html; charset=utf-8"),),
    )


def soup_reading() -> Callable[[Page], object] | None:
    """Title, header triple and text by BeautifulSoup, the plain way; None without the package."""
    try:
        bs4: Any = importlib.import_module("bs4")
    except ImportError:
        return None

    def read(made: Page) -> object:
        soup = bs4.BeautifulSoup(made.body, "html.parser")
        article = soup.find("article")
        labels = [each.get_text(strip=True) for each in article.find_all(class_="label")]
        values = [each.get_text(strip=True) for each in article.find_all(class_="value")]
        title = article.find("h1").get_text(strip=True)
        return title, dict(zip(labels, values, strict=True)), article.get_text(" ", strip=True)

    return read


def per_second(run: Callable[[Page], object], made: list[Page], seconds: float) -> float:
    """Pages a second of CPU time."""
    count = 0
    begin = time.process_time()
    while (spent := time.process_time() - begin) < seconds:
        run(made[count % len(made)])
        count += 1
    return count / spent


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--seconds", type=float, default=0.5, help="CPU time for one turn")
    options.add_argument("--profile", action="store_true", help="show where the time goes")
    chosen = options.parse_args()
    made = pages()
    source = Lgsco.at(None)
    read = [source.parse_decision([page]) for page in made]
    texts = [paragraph.text for decision in read for paragraph in decision.paragraphs()]
    print(
        f"{len(made)} pages, on average {sum(len(page.body) for page in made) // PAGES:,} bytes, "
        f"{sum(len(text.split()) for text in texts) // PAGES:,} words in paragraphs, "
        f"{len(texts) / PAGES:.0f} paragraphs, "
        f"{sum(len(decision.citations) for decision in read) / PAGES:.1f} citations, "
        f"{sum(len(decision.remedies) for decision in read) / PAGES:.1f} remedies"
    )
    runs: dict[str, Callable[[Page], object]] = {
        "HTML to Decision": lambda page: source.parse_decision([page]),
        "tree builder alone": lambda page: parse(page.body, page.url),
    }
    soup = soup_reading()
    if soup is not None:
        runs["BeautifulSoup (html.parser)"] = soup
    rates: dict[str, list[float]] = {name: [] for name in runs}
    for _ in range(ROUNDS):
        for name, run in runs.items():
            rates[name].append(per_second(run, made, chosen.seconds))
    for name, found in rates.items():
        print(
            f"{name:<28} {statistics.median(found):>8,.0f} pages/s "
            f"(best {max(found):,.0f}, worst {min(found):,.0f})"
        )
    if soup is not None:
        ours, theirs = (statistics.median(rates[name]) for name in (*runs,)[::2])
        print(f"{ours / theirs:.1f} times BeautifulSoup")
    if chosen.profile:
        profile(lambda: source.parse_decision([made[0]]))


def profile(run: Callable[[], object]) -> None:
    """The thirty functions that take most time themselves, over 300 pages."""
    import cProfile
    import pstats

    recorder = cProfile.Profile()
    recorder.enable()
    for _ in range(300):
        run()
    recorder.disable()
    pstats.Stats(recorder).sort_stats("tottime").print_stats(30)


if __name__ == "__main__":
    main()

"""An invented archive of the real one's shape, for the search benchmark: made once, kept in a file.

On average 1,500 words a decision: a vocabulary that follows Zipf's law, twelve paragraphs of
standard wording that stand in 30% to 95% of all decisions, and planted words and phrases of known
frequency. The invented words end in letters that no English stemmer takes off, so engines with
different stemmers must find the same; planted words have forms that every stemmer knows.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from itertools import accumulate, islice
from pathlib import Path
from typing import Any

VERSION = 1
VOCABULARY = 40_000
MEAN_WORDS = 1_500
BOILERPLATE = 12
BOILERPLATE_WORDS = 60
PARAGRAPH_WORDS = 50

COMMON, MID, RARE = "data protection", "alternative provision", "submarine licence"
"""Phrases planted in 35%, 3% and 0.01% of the decisions (one at least)."""

PLANTED: Mapping[str, float] = {
    COMMON: 0.35,
    MID: 0.03,
    "data": 0.30,
    "protection": 0.25,
    "alternative": 0.10,
    "provision": 0.20,
    "licence": 0.05,
    "tuition": 0.10,
    "transport": 0.08,
    "delay": 0.12,
    "delays": 0.08,
    "delayed": 0.08,
    "hampshire": 0.05,
}
"""Share of the decisions that each stands in, besides what stands in others."""

RARE_EACH = 10_000

KINDS = (
    ("complaint", "The complaint", 0.10),
    ("powers", "The Ombudsman’s role and powers", 0.0),
    ("method", "How I considered this complaint", 0.03),
    ("findings", "What I found", 0.0),
    ("background", "What happened", 0.37),
    ("analysis", "Analysis", 0.38),
    ("remedy", "Agreed action", 0.08),
    ("final_decision", "Final decision", 0.04),
)
"""Sections in order and the share of a decision's own words in each; powers hold what repeats."""

CATEGORIES = ("Education", "Housing", "Planning", "Adult care services", "Benefits and tax")
OUTCOMES = ("upheld", "upheld", "not_upheld", "closed")

Made = dict[str, Any]


def corpus(folder: Path, count: int, extra: int = 100, seed: int = 5) -> Path:
    """The file of ``count + extra`` decisions, a JSON object a line; made if it is not there."""
    path = folder / f"corpus-{VERSION}-{count}-{extra}-{seed}.jsonl"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        partial = path.with_suffix(".partial")
        with partial.open("w", encoding="utf-8") as file:
            for made in invent(count + extra, seed):
                file.write(json.dumps(made, ensure_ascii=False, separators=(",", ":")) + "\n")
        partial.replace(path)
    return path


def decisions(path: Path, first: int = 0, last: int | None = None) -> Iterator[Made]:
    """The decisions of a corpus file from ``first`` up to ``last``, one at a time."""
    with path.open(encoding="utf-8") as file:
        for line in islice(file, first, last):
            yield json.loads(line)


def vocabulary(seed: int) -> list[str]:
    """Invented words, short ones first, as in any language."""
    draw = random.Random(seed)
    found: dict[str, None] = {}
    while len(found) < VOCABULARY:
        pairs = 2 + len(found) * 3 // VOCABULARY + draw.randrange(2)
        word = "".join(draw.choice("bdfgklmprtvw") + draw.choice("aiou") for _ in range(pairs))
        found[word + draw.choice("kmbp")] = None
    return list(found)


def invent(count: int, seed: int) -> Iterator[Made]:
    """Decisions numbered from 1; the same seed gives the same."""
    draw = random.Random(seed)
    words = vocabulary(seed)
    weights = list(accumulate(1 / (rank + 2.7) ** 1.07 for rank in range(len(words))))
    standard = [
        (
            0.30 + 0.65 * number / (BOILERPLATE - 1),
            " ".join(draw.choices(words, cum_weights=weights, k=BOILERPLATE_WORDS)) + ".",
        )
        for number in range(BOILERPLATE)
    ]
    repeated = sum(share for share, _ in standard) * BOILERPLATE_WORDS
    bodies = [f"{word.title()} Council" for word in words[2000:2350]]
    for number in range(1, count + 1):
        wanted = max(200, draw.lognormvariate(0, 0.5) * (MEAN_WORDS - repeated) / 1.133)
        planted = [text for text, share in PLANTED.items() if draw.random() < share]
        if number % RARE_EACH == min(RARE_EACH, count) // 2:
            planted.append(RARE)
        sections = []
        for kind, heading, share in KINDS:
            paragraphs = [
                " ".join(draw.choices(words, cum_weights=weights, k=PARAGRAPH_WORDS))
                for _ in range(round(wanted * share / PARAGRAPH_WORDS))
            ]
            if kind == "powers":
                paragraphs = [text for often, text in standard if draw.random() < often]
            elif kind == "analysis":
                paragraphs += [_around(draw, words, weights, text) for text in planted]
            sections.append([kind, heading, [_sentences(draw, text) for text in paragraphs]])
        day = date(2016, 1, 1) + timedelta(days=draw.randrange(3600))
        yield {
            "id": number,
            "reference": f"16 {number // 1000:03} {number % 1000:03}",
            "body": draw.choice(bodies),
            "category": draw.choice(CATEGORIES),
            "outcome": draw.choice(OUTCOMES),
            "day": day.isoformat(),
            "summary": " ".join(draw.choices(words, cum_weights=weights, k=40)) + ".",
            "sections": sections,
            "remedy": draw.randrange(100, 3000) * 100 if draw.random() < 0.3 else None,
        }


def _around(draw: random.Random, words: list[str], weights: list[float], text: str) -> str:
    """A paragraph with these words in its middle."""
    before = " ".join(draw.choices(words, cum_weights=weights, k=12))
    after = " ".join(draw.choices(words, cum_weights=weights, k=12))
    return f"{before} {text} {after}"


def _sentences(draw: random.Random, text: str) -> str:
    """The words with capitals and full stops every dozen words or so."""
    pieces = text.rstrip(".").split(" ")
    end = 0
    while end < len(pieces):
        pieces[end] = pieces[end].capitalize()
        end += draw.randrange(8, 18)
        if end < len(pieces):
            pieces[end - 1] += "."
    return " ".join(pieces) + "."


def texts(made: Made) -> Iterator[str]:
    """All text of a decision but title and summary: headings and paragraphs."""
    for _, heading, paragraphs in made["sections"]:
        yield heading
        yield from paragraphs


def title(made: Made) -> str:
    """The title as the publisher writes it."""
    return f"{made['body']} ({made['reference']})"

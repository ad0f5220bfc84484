"""An archive whose every text tries to run something in the browser of whoever looks at it.

A mark of its own stands before each payload, so that a check can tell that the text was shown.
``window.pwned`` is what they leave when one of them runs.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from archive.opening import open_to_write
from archive.records import Citation, CrossReference, Decision, Finding, Paragraph, Section
from archive.records import SectionKind as Part
from search.index import Index
from tests.exporting import settings
from tests.specimens import NOON, SOURCE, decision, later, page

MARK = "PLANTED"

PAYLOADS = (
    "<script>window.pwned=1</script>",
    '"><img src=x onerror=window.pwned=2>',
    "'><svg onload=window.pwned=3>",
    "</title></textarea></style></script><script>window.pwned=4</script>",
    '" autofocus onfocus=window.pwned=5 x="',
    "<a href=javascript:window.pwned=6 id=planted-link>go</a>",
    "{{ cycler.__init__.__globals__ }}{% include 'base.html' %}${7*7}",
    "<iframe srcdoc='<script>parent.pwned=7</script>'></iframe>",
    "<base href=//evil.example/><link rel=stylesheet href=//evil.example/x.css>",
    "<meta http-equiv=refresh content=0;url=//evil.example/>",
    "<form action=//evil.example/><button formaction=javascript:window.pwned=8>go</button></form>",
    "]]><!--<math><mtext><table><mglyph><style><img src=x onerror=window.pwned=9>",
    "&lt;img src=x onerror=window.pwned=10&gt;",
    "<mark onmouseover=window.pwned=11 onanimationstart=window.pwned=12>fault</mark>",
)
"""Markup, attributes, templates, other addresses, comments, and what is harmless until it is read
twice."""

SCRIPTS = (
    "javascript:window.pwned=20//",
    "java\tscript:window.pwned=21//",
    " javascript:window.pwned=22//",
    "data:text/html,<script>window.pwned=23</script>",
    "//evil.example/",
    "vbscript:window.pwned=24",
)
"""Addresses that must never become those of a link."""

REFERENCE = "24 001 2"
FIRST = "24-001-200"


def hostile() -> Iterator[Decision]:
    """One decision for each payload, with it wherever a text can stand."""
    for number, payload in enumerate(PAYLOADS):
        script = SCRIPTS[number % len(SCRIPTS)]
        text = f"{MARK} fault {payload}"
        base = decision(f"{REFERENCE}{number:02}")
        asked = f"pay {payload} £250"
        yield replace(
            base,
            url=f"{script}{base.reference}",
            title=text,
            body=f"{MARK} Council {payload}",
            category=f"{MARK} C {payload}",
            subcategory=f"{MARK} S {payload}",
            category_raw=text,
            outcome_raw=text,
            decided_on_raw=text,
            summary=text,
            satisfied_on_raw=text,
            sections=(
                Section(
                    Part.COMPLAINT,
                    text,
                    1,
                    None,
                    (
                        Paragraph(1, 1, None, 0, text),
                        Paragraph(2, None, payload[:60], 1, f"{text}: {asked}"),
                    ),
                ),
            ),
            findings=(Finding(1, text, base.outcome, text), Finding(2, text, base.outcome, text)),
            citations=(Citation(1, 1, 0, 7, text, 1996, payload, MARK, script),),
            remedies=(
                replace(
                    base.remedies[0],
                    section=1,
                    paragraph=2,
                    char_start=len(text) + 2,
                    char_end=len(text) + 2 + len(asked),
                    payee=payload,
                    raw=asked,
                ),
            ),
            cross_references=(CrossReference(1, 1, 0, 7, 1, 2, payload),),
            warnings=(text,),
        )


def fill(home: Path) -> None:
    """Such an archive, with its index, in this directory. The source is hostile too."""
    source = replace(
        SOURCE,
        name=f"{MARK} {PAYLOADS[1]}",
        licence=f"{MARK} {PAYLOADS[2]}",
        attribution=f"{MARK} {PAYLOADS[0]}",
    )
    with open_to_write(settings(home), now=NOON, tell=lambda _: None) as archive:
        source_id = archive.register(source)
        for number, one in enumerate(hostile()):
            capture = page(one.reference, one.title.encode())
            capture = replace(capture, url=one.url, final_url=one.url)
            held = archive.save_page(capture)
            archive.save_decision(source_id, one, [held], at=later(number))
        Index(settings(home).index_dir).follow(archive)

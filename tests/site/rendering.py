"""Writes a case as HTML in a given markup: ``render(case, markup)``.

Whatever the markup, the words on the page are those of ``truth(case, markup)``, in the same order.
"""

from __future__ import annotations

import html
import itertools
from collections.abc import Sequence

from archive.records import DecisionKind
from tests.site.cases import Block, Case, Item, Part, page_day, slug, straightened
from tests.site.choices import Letters, Markup
from tests.site.furniture import page
from tests.site.stories import Chance
from tests.site.words import HEADINGS

TYPED = frozenset(("typed", "cell", "column"))
HEADING_TAGS = frozenset(("h1", "h2", "h3", "h4"))
NBSP = "\N{NO-BREAK SPACE}"
SHY = "\N{SOFT HYPHEN}"


KNOWN = frozenset(heading for heading, _, _ in HEADINGS) | {"Summary", "Summary:"}
"""Headings that their words alone tell."""


def truth(case: Case, markup: Markup) -> Case:
    """The case as a reading of this markup can know it (straight quotes are other words)."""
    return straightened(case) if markup.straight else case


def render(case: Case, markup: Markup, *, chapter: tuple[int, int] | None = None) -> str:
    """The page of a case, complete with the site's furniture.

    ``chapter`` = (which, of how many) renders only that share of the parts, for reports split over
    ``?chapter=``; the header stands on every chapter, summary and contents on the first.
    """
    return _Renderer(truth(case, markup), markup, chapter).page()


class _Renderer:
    """Writes one page. Chance (for soup and breaks) is seeded by reference and markup."""

    def __init__(self, case: Case, markup: Markup, chapter: tuple[int, int] | None) -> None:
        self.case = case
        self.markup = markup
        self.chapter = chapter or (1, 1)
        self.chance = Chance(f"{case.reference}/{markup.name}")
        self.out: list[str] = []
        self.number = 0
        self.begun = False

    # -- small pieces ---------------------------------------------------------------------------

    def put(self, text: str) -> None:
        self.out.append(text)

    def open(self, tag: str, attributes: str = "") -> None:
        if self.markup.soup:
            tag = tag.upper() if self.chance.happens(0.5) else tag
            attributes = (
                attributes.replace('"', "") if " " not in attributes.strip() else attributes
            )
        self.put(f"<{tag}{' ' if attributes else ''}{attributes}>")

    def close(self, tag: str) -> None:
        if self.markup.soup and tag in {"p", "li", "dt", "dd", "td", "tr"}:
            return
        self.put(f"</{tag}>\n")

    def words(self, text: str) -> str:
        """Text as markup: escaped, with the soft things that leave the words as they are."""
        markup = self.markup
        pieces = text.split(" ")
        if markup.shy:
            pieces = [_hyphenated(piece) for piece in pieces]
        out = [self.word(pieces[0])]
        for before, piece in itertools.pairwise(pieces):
            drawn = self.chance.below(100)
            if markup.nbsp and (piece[:1].isdigit() or len(before) == 1):
                joint = "&nbsp;" if drawn < 50 else NBSP
            elif markup.breaks and before.endswith((".", ",")) and drawn < 30:
                joint = "<br>\n" if drawn < 15 else "<br/> "
            else:
                joint = " " if drawn < 97 else "\n  "
            out.append(joint + self.word(piece))
        return "".join(out)

    def word(self, word: str) -> str:
        if not self.markup.spans or not self.chance.happens(0.06):
            return html.escape(word, quote=False)
        at = self.chance.below(len(word) + 1)
        first, second = html.escape(word[:at], quote=False), html.escape(word[at:], quote=False)
        tag = self.chance.pick(("span", "em", "font"))
        return f"{first}<{tag}>{second}</{tag}>"

    def line(self, tag: str, inner: str, attributes: str = "") -> None:
        self.open(tag, attributes)
        self.put(inner)
        self.close(tag)

    def para(self, inner: str, attributes: str = "") -> None:
        """A paragraph, in whatever tag carries paragraphs."""
        if self.markup.litter:
            inner = f'<span style="font-weight: 400;">{inner}</span>'
        self.line(self.markup.blocks, inner, attributes)

    def litter(self) -> None:
        """What a word processor, or a publishing system, leaves between two paragraphs."""
        if self.markup.litter:
            self.put(
                self.chance.pick(
                    (
                        "",
                        "<!-- wp:paragraph -->\n",
                        "<p></p>\n",
                        '<figure class="wp-block-image"><img src="/rule.png" alt=""/></figure>\n',
                        '<div class="wp-block-spacer" aria-hidden="true"></div>',
                        "<p><span>&nbsp;</span></p>\n",
                        "<style>.wp-elements-1 a:hover{color:red}</style>\n",
                    )
                )
            )
        if self.markup.soup:
            self.put(
                self.chance.pick(
                    (
                        "",
                        "",
                        "<p>&nbsp;</p>",
                        "<!-- StartFragment -->",
                        "</font>",
                        "<o:p></o:p>",
                        "<P class=MsoNormal>",
                        "<![if !supportLists]>",
                    )
                )
            )

    # -- the page -------------------------------------------------------------------------------

    def page(self) -> str:
        case, markup = self.case, self.markup
        which, of = self.chapter
        if markup.article:
            self.put('<main id="main">\n<article id="article">\n')
        else:
            self.put('<div class="content">\n')
        if markup.contents and which == 1:
            self.contents()
        self.header()
        parts = case.parts
        share = -(-len(parts) // of)
        if which == 1:
            self.opening()
        for index, part in enumerate(parts):
            shown = index // share == which - 1
            if shown:
                self.part(index, part)
            elif index // share < which - 1:
                self.number += sum(block.numbered for block in part.blocks)
        if which == of:
            self.ending()
        if of > 1:
            self.pager(which, of)
        self.put("</article>\n" if markup.article else "</div>\n")
        self.put('<p class="print"><a href="javascript:window.print()">Print this page</a></p>\n')
        if markup.article:
            self.put("</main>\n")
        content = "".join(self.out)
        if markup.entities:
            content = content.encode("ascii", "xmlcharrefreplace").decode("ascii")
        return page(
            f"{case.title} - Ombudsman",
            content,
            banner_first=markup.banner == "first",
            style="ol.run{list-style:none}ol.run>li{counter-increment:para}"
            "ol.run>li::before{content:counter(para) '. '}"
            if markup.numbers == "css"
            else "",
        )

    def contents(self) -> None:
        self.put('<div class="inPage"><ul>\n')
        for index, part in enumerate(self.case.parts, start=1):
            if not part.sub:
                self.line(
                    "li", f'<a href="#part{index}">{html.escape(part.heading, quote=False)}</a>'
                )
        self.put("</ul></div>\n")

    def header(self) -> None:
        case, kind = self.case, self.markup.header
        category = (
            f'<a href="/decisions/{slug(case.category)}">{html.escape(case.category, quote=False)}'
            f'</a> &gt; <a href="/decisions/{slug(case.category)}/{slug(case.subcategory)}">'
            f"{html.escape(case.subcategory, quote=False)}</a>"
        )
        rows = (
            ("Category", category),
            ("Decision", html.escape(case.outcome, quote=False)),
            ("Decision date", page_day(case.decided_on)),
        )
        if kind == "spans":
            self.put('<header class="articleHeader">\n')
        title = html.escape(case.title, quote=False)
        if self.markup.title == "p":
            self.para(f"<b>{title}</b>" if kind == "bold" else title)
        else:
            self.line(self.markup.title, title)
        if kind == "spans":
            for label, value in rows:
                self.put(
                    f'<div class="row"><span class="label">{label} : </span>'
                    f'<span class="value">{value}</span></div>\n'
                )
            self.put("</header>\n")
        elif kind == "dl":
            self.put("<dl>\n")
            for label, value in rows:
                self.line("dt", f"{label} :")
                self.line("dd", value)
            self.put("</dl>\n")
        elif kind == "table":
            self.put("<table>\n")
            for label, value in rows:
                self.put(f"<tr><th>{label}</th><td>{value}</td></tr>\n")
            self.put("</table>\n")
        elif kind == "pairs":
            self.put('<div class="meta">\n')
            for label, value in rows:
                self.put(
                    f'<div class="meta__item"><div class="meta__key">{label}</div>\n'
                    f'<div class="meta__value"><span>{value}</span></div></div>\n'
                )
            self.put("</div>\n")
        elif kind == "figure":
            self.put('<figure class="wp-block-table"><table><tbody>\n')
            for label, value in rows:
                self.put(f"<tr><td><strong>{label}</strong></td><td>{value}</td></tr>\n")
            self.put("</tbody></table></figure>\n")
        elif kind == "line":
            self.para("<br>\n".join(f"<strong>{label}:</strong> {value}" for label, value in rows))
        elif kind == "plain":
            for label, value in rows:
                self.para(f"{label} : {value}")
        else:
            for label, value in rows:
                self.para(f"<b>{label}&nbsp;:</b> {value}")

    def opening(self) -> None:
        case, markup = self.case, self.markup
        report = case.kind is DecisionKind.REPORT
        if not report:
            words = "The Ombudsman's final decision:"
            if markup.headings not in HEADING_TAGS:
                self.put(self.unlevelled(words, known=True))
            else:
                self.line("h2", words)
        if report or markup.summary == "heading":
            self.heading("Summary" if report else "Summary:", sub=False)
            self.para(self.words(case.summary))
        elif markup.summary == "bold":
            self.para(f"<strong>Summary:</strong> {self.words(case.summary)}")
        else:
            self.para(f"Summary: {self.words(case.summary)}")

    def heading(self, text: str, *, sub: bool, anchor: str = "") -> None:
        kind = self.markup.headings
        inner = html.escape(text, quote=False)
        if self.markup.soup:
            inner = f'<a name="_Toc{self.chance.below(10**6)}"></a>{inner}'
        if kind not in HEADING_TAGS:
            self.put(self.unlevelled(inner, known=text in KNOWN, anchor=anchor))
            return
        level = int(kind[1]) + (1 if sub and self.markup.deeper else 0)
        self.put(f"<h{level}{' ' if anchor else ''}{anchor}>{inner}</h{level}>\n")

    def unlevelled(self, inner: str, *, known: bool, anchor: str = "") -> str:
        """A heading that is none by its tag; ``known`` where its words alone tell it."""
        kind, tag = self.markup.headings, self.markup.blocks
        attributes = f" {anchor}" if anchor else ""
        match kind:
            case "strong" | "b":
                return f"<{tag}{attributes}><{kind}>{inner}</{kind}></{tag}>\n"
            case "styled":
                style = 'style="font-size: 14pt; font-weight: bold"'
                return f"<{tag}{attributes}><span {style}>{inner}</span></{tag}>\n"
            case "role":
                return f'<div role="heading" aria-level="2"{attributes}>{inner}</div>\n'
        inner = inner if known else f"<strong>{inner}</strong>"
        return f'<div class="decision__heading"{attributes}>{inner}</div>\n'

    def part(self, index: int, part: Part) -> None:
        parts, markup = self.case.parts, self.markup
        new_section = not part.sub
        if new_section and self.begun and markup.sections:
            self.put("</section>\n")
        if new_section and self.begun:
            missing = markup.back == "none" or (markup.back == "missing" and index % 3 == 1)
            if not missing and self.case.kind is DecisionKind.STATEMENT:
                self.para('<a href="#top">Back to top</a>', 'class="backToTop"')
        if markup.sections and (new_section or not self.begun):
            label = html.escape(part.heading)
            self.put(f'<section class="decision__part" aria-label="{label}">\n')
        self.begun = True
        self.heading(part.heading, sub=part.sub, anchor=f'id="part{index + 1}"')
        self.blocks(part.blocks)
        if index == len(parts) - 1 and self.case.satisfied_line is not None:
            self.para(self.words(self.case.satisfied_line))

    def ending(self) -> None:
        if self.markup.sections and self.begun:
            self.put("</section>\n")
        if self.case.kind is DecisionKind.STATEMENT:
            self.para("Investigator's decision on behalf of the Ombudsman")

    def pager(self, which: int, of: int) -> None:
        path = f"{self.case.path}?chapter="
        links = " ".join(
            f'<a href="{path}{number}">{number}</a>'
            for number in range(1, of + 1)
            if number != which
        )
        self.put(f'<nav class="chapters">Chapter {which} of {of} {links}</nav>\n')

    # -- paragraphs and lists -------------------------------------------------------------------

    def blocks(self, blocks: Sequence[Block]) -> None:
        """Paragraphs of one part; numbered lists open and close as the markup asks."""
        opened = False
        for block in blocks:
            self.litter()
            if not block.numbered or self.markup.numbers in TYPED:
                if opened:
                    self.put("</ol>\n")
                    opened = False
                self.loose(block)
                continue
            if not opened:
                self.open_numbers()
                opened = True
            opened = self.numbered(block)
        if opened:
            self.put("</ol>\n")

    def open_numbers(self) -> None:
        if self.markup.numbers == "start":
            self.put(f'<ol start="{self.number + 1}">\n')
        elif self.markup.numbers == "value":
            self.put("<ol>\n")
        else:
            self.put('<ol class="run">\n')

    def numbered(self, block: Block) -> bool:
        """One numbered item; says whether the numbered list is still open after it."""
        self.number += 1
        markup = self.markup
        inside = markup.bullets == "nested" or not block.items
        self.open("li", f'value="{self.number}"' if markup.numbers == "value" else "")
        self.paragraph(block.text)
        if inside:
            if block.items:
                self.items(block.items, lettered=block.lettered)
            if block.tail is not None and markup.tail == "inside":
                self.para(self.words(block.tail))
                self.close("li")
                return True
            self.close("li")
            if block.tail is None:
                return True
            self.put("</ol>\n")
        else:
            self.close("li")
            self.put("</ol>\n")
            self.items(block.items, lettered=block.lettered)
        if block.tail is not None:
            self.para(self.words(block.tail))
        return False

    def paragraph(self, text: str) -> None:
        if self.markup.inner_p:
            self.para(self.words(text))
        else:
            self.put(self.words(text))

    def loose(self, block: Block) -> None:
        """A paragraph outside a numbered list: unnumbered, or its number typed in front."""
        if block.numbered:
            self.number += 1
        if block.numbered and self.markup.numbers == "cell":
            self.put(
                f'<div class="numbered"><div class="numbered__no">{self.number}.</div>\n'
                f'<div class="numbered__text">{self.words(block.text)}</div></div>\n'
            )
        elif block.numbered and self.markup.numbers == "column":
            self.put(
                f'<table class="layout"><tr><td>{self.number}.</td>'
                f"<td>{self.words(block.text)}</td></tr></table>\n"
            )
        else:
            mark = f"{self.number}.{'&nbsp;' if self.markup.nbsp else ' '}"
            self.para((mark if block.numbered else "") + self.words(block.text))
        if block.items:
            self.items(block.items, lettered=block.lettered)
        if block.tail is not None:
            self.para(self.words(block.tail))

    def items(self, items: Sequence[Item], *, lettered: bool, level: int = 1) -> None:
        markup = self.markup
        if markup.bullets == "typed":
            for index, item in enumerate(items):
                mark = f"{chr(ord('a') + index)})" if lettered else "•"
                self.line(
                    "p", f"{mark} {self.words(item.text)}", f'style="margin-left:{level * 2}em"'
                )
                self.items(item.items, lettered=False, level=level + 1)
            return
        tag, attributes, typed = _list_tag(lettered, markup.letters)
        self.put(f"<{tag}{attributes}>\n")
        for index, item in enumerate(items):
            self.open("li")
            if typed:
                self.paragraph_typed(f"{chr(ord('a') + index)})", item.text)
            else:
                self.paragraph(item.text)
            if item.items:
                self.items(item.items, lettered=False, level=level + 1)
            self.close("li")
        self.put(f"</{tag}>\n")

    def paragraph_typed(self, mark: str, text: str) -> None:
        inner = f"{mark} {self.words(text)}"
        if self.markup.inner_p:
            self.para(inner)
        else:
            self.put(inner)


def _list_tag(lettered: bool, letters: Letters) -> tuple[str, str, bool]:
    if not lettered:
        return "ul", "", False
    if letters == "type":
        return "ol", ' type="a"', False
    if letters == "style":
        return "ol", ' style="list-style-type: lower-alpha"', False
    return "ul", ' class="plain"', True


def _hyphenated(word: str) -> str:
    if len(word) > 9 and word.isalpha():
        return f"{word[:4]}{SHY}{word[4:]}"
    return word

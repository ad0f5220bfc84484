"""The brief as one HTML file: no script, nothing fetched, printable, everything escaped. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from archive.briefing import drawing
from archive.briefing.deadlines import deadline_words, due, written
from archive.briefing.gathering import NEAREST, Brief, Told
from archive.briefing.markup import Markup, joined, link, tag
from archive.coding_sheet import paragraph_key
from archive.figures.asking import Figures
from archive.figures.counting import Row
from archive.figures.shapes import place_of
from archive.figures.table import interval, percent, pounds
from archive.passing_on import notice
from archive.records import Paragraph, Remedy

STYLE = Markup("""
:root{color-scheme:light}
*{box-sizing:border-box}
body{font:16px/1.5 system-ui,"Segoe UI",Arial,sans-serif;color:#1a1a1a;background:#fff;
max-width:60rem;margin:0 auto;padding:1.25rem}
h1{font-size:1.7rem;line-height:1.2;margin:.2rem 0}
h2{font-size:1.25rem;margin:2rem 0 .5rem;border-bottom:2px solid #1a1a1a;padding-bottom:.2rem}
h3{font-size:1.02rem;margin:0 0 .3rem}
a{color:#00508a;overflow-wrap:anywhere}
.note{background:#fff6d9;border-left:4px solid #b07d00;padding:.6rem .9rem;margin:1rem 0}
.facts{display:flex;flex-wrap:wrap;gap:.75rem;margin:1rem 0;padding:0;list-style:none}
.facts li{border:1px solid #bbb;padding:.5rem .8rem;min-width:8.5rem;flex:1 1 8.5rem}
.facts b{display:block;font-size:1.4rem;line-height:1.25}
.wide{overflow-x:auto}
table{border-collapse:collapse;width:100%;font-size:.9rem;margin:.5rem 0}
th,td{text-align:right;padding:.3rem .5rem;border-bottom:1px solid #ddd;vertical-align:top}
th:first-child,td:first-child,.left th,.left td{text-align:left}
thead th{border-bottom:2px solid #444}
td:first-child{min-width:11rem}.remedies td:first-child{min-width:0}
tr.own td{font-weight:700;background:#fdf0e6}
.chart{width:100%;min-width:36rem;height:auto;max-width:45rem;display:block;margin:.5rem 0}
article{border:1px solid #ccc;padding:.8rem 1rem;margin:1rem 0}
article p{margin:.3rem 0}
.meta,.small{font-size:.88rem;color:#444}
.tag{display:inline-block;border:1px solid #444;padding:0 .4rem;font-size:.82rem;margin-left:.4rem}
@media (max-width:40rem){body{padding:.8rem;font-size:15px}
.remedies thead{display:none}.remedies tr{display:block;border-bottom:1px solid #ddd}
.remedies td{display:block;border:0;padding:.1rem 0}.remedies td:empty{display:none}}
@media print{body{max-width:none;padding:0;font-size:10.5pt}a{color:inherit}
article,tr,.facts,.chart{break-inside:avoid}.chart,td:first-child{min-width:0}
table{font-size:8.5pt}h2,h3{break-after:avoid}.wide{overflow:visible}
*{-webkit-print-color-adjust:exact;print-color-adjust:exact}@page{size:A4;margin:16mm}}
""")


def brief_page(brief: Brief) -> str:
    """The whole file."""
    name = brief.body.name
    title = f"Ombudsman decisions about {name}, {brief.span.name}"
    body = joined(
        tag("header", tag("p", brief.figures.source.name, class_="meta"), tag("h1", title),
            tag("p", _days(brief), class_="meta")),
        tag("p", brief.figures.notes[0], class_="note"),
        _summary(brief),
        _compared(brief),
        _years(brief),
        _categories(brief),
        _decisions(brief),
        _limits(brief),
    )  # fmt: skip
    head = tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag(
            "meta", http_equiv="Content-Security-Policy",
            content="default-src 'none'; style-src 'unsafe-inline'",
        ),
        tag("title", title),
        tag("style", STYLE),
    )  # fmt: skip
    return f"<!DOCTYPE html>\n{tag('html', head, tag('body', body), lang='en-GB')}\n"


def _days(brief: Brief) -> str:
    return (
        f"Decided {written(brief.span.first)} to {written(brief.span.last)}; counted from the "
        f"published texts on {written(brief.made_on)}."
    )


def _summary(brief: Brief) -> Markup:
    own = brief.own
    if own is None:
        return tag("p", "No decision about this council was published for these days, as far as "
                        "this archive knows.", class_="note")  # fmt: skip
    rate = own.uphold_rate
    facts = [
        ("decisions published", f"{own.decisions:,}"),
        ("upheld", f"{own.upheld:,}"),
        ("not upheld", f"{own.not_upheld:,}"),
        ("closed, not investigated to an end", f"{own.closed:,}"),
    ]
    if rate is not None:
        facts.append((f"upheld of investigated (95% interval {interval(rate)})", percent(rate)))
    if own.payments is not None:
        facts.append((f"median of {own.payments.count:,} payments", pounds(own.payments.median)))
    items = (tag("li", tag("b", value), name) for name, value in facts)
    warning = (
        tag("p", f"Only {rate.whole:,} were investigated to an end: too few for the rate to say "
            "much.", class_="note")
        if rate is not None and rate.small
        else None
    )  # fmt: skip
    return joined(tag("ul", *items, class_="facts"), warning)


# --- comparison -------------------------------------------------------------------------------


def _compared(brief: Brief) -> Markup:
    kind = brief.body.type
    if kind is None:
        return joined(
            tag("h2", "Beside similar councils"),
            tag("p", "What type of council or provider this is cannot be told, so it is compared "
                "with none. `decisions bodies set` can say it."),
        )  # fmt: skip
    word = kind.value.replace("_", " ")
    if not brief.similar:
        return joined(tag("h2", "Beside similar councils"),
                      tag("p", f"No other {word} has a decision in these days."))  # fmt: skip
    rows = [*([brief.own] if brief.own is not None else []), *brief.similar]
    total = brief.figures.tally.total
    group = next(iter(brief.figures.funnels), None)
    placed = None if brief.own is None else place_of(brief.figures, brief.own)
    where = (
        None
        if placed is None or group is None
        else tag(
            "p",
            f"Of {group.cases:,} investigated in all of this type {group.share:.0%} were upheld "
            f"(the dashed line). By exact binomial limits {brief.body.name} is "
            f"{_where(placed[1].position.value)}. Councils are complained about different things; "
            "to be outside is a question, not an answer.",
        )
    )
    return joined(
        tag("h2", f"Beside similar councils ({word})"),
        tag(
            "p",
            f"Similar means of the same type; of these the {min(NEAREST, len(brief.similar))} with "
            "the nearest number of published decisions in these days, by name. The number of "
            "decisions stands in for size, which the texts do not tell. It is no ranking.",
        ),
        tag(
            "div",
            drawing.rates(rows, brief.body.name, None if group is None else group.share),
            class_="wide",
        ),
        where,
        tag("div", _table(rows, brief.body.name, total, f"all of type {word}"), class_="wide"),
    )


def _where(position: str) -> str:
    if position == "within":
        return "within what chance explains"
    side, level = position.split()
    return f"{side} the {level} limits"


_HEADINGS = ("", "decisions", "upheld", "not upheld", "closed", "upheld of investigated",
             "95% interval", "upheld of all", "payments", "median")  # fmt: skip


def _table(rows: Sequence[Row], own: str, total: Row, all_of: str) -> Markup:
    return tag(
        "table",
        tag("thead", tag("tr", *(tag("th", name, scope="col") for name in _HEADINGS))),
        tag(
            "tbody",
            *(_row(row.key[0], row, mine=row.key[0] == own) for row in rows),
            _row(all_of, total, mine=False),
        ),
    )


def _row(name: str, row: Row, *, mine: bool, remark: str = "") -> Markup:
    paid = row.payments
    cells = (
        name, f"{row.decisions:,}", f"{row.upheld:,}", f"{row.not_upheld:,}",
        f"{row.closed + row.unknown:,}", percent(row.uphold_rate), interval(row.uphold_rate),
        percent(row.uphold_of_all), "0" if paid is None else f"{paid.count:,}",
        "" if paid is None else pounds(paid.median),
    )  # fmt: skip
    small = row.uphold_rate is not None and row.uphold_rate.small
    marks = ", ".join(mark for mark in (remark, "small" if small else "") if mark)
    first = joined(cells[0], tag("span", f" ({marks})", class_="small") if marks else None)
    return tag(
        "tr", tag("td", first), *(tag("td", cell) for cell in cells[1:]),
        class_="own" if mine else None,
    )  # fmt: skip


def _years(brief: Brief) -> Markup:
    figures = brief.years
    if not figures.rows:
        return Markup()
    body = (
        _row(row.key[0], row, mine=False,
             remark=", ".join(gap.value for gap in figures.gaps.get(row.key, ())))
        for row in figures.rows
    )  # fmt: skip
    heads = ("financial year", *_HEADINGS[1:])
    table = tag(
        "table", tag("thead", tag("tr", *(tag("th", name, scope="col") for name in heads))),
        tag("tbody", *body),
    )  # fmt: skip
    return joined(tag("h2", "The years before"), tag("div", drawing.years(figures), table,
                  class_="wide"), _breaks(figures))  # fmt: skip


def _breaks(figures: Figures) -> Markup:
    return joined(
        *(
            tag("p", f"The series breaks on {written(each.on)}: {each.why}. Do not compare across "
                "it.", class_="small")
            for each in figures.breaks
        )
    )  # fmt: skip


def _categories(brief: Brief) -> Markup:
    figures = brief.categories
    if not figures.rows:
        return Markup()
    heads = ("category", *_HEADINGS[1:])
    table = tag(
        "table", tag("thead", tag("tr", *(tag("th", name, scope="col") for name in heads))),
        tag("tbody", *(_row(row.key[0], row, mine=False) for row in figures.rows)),
    )  # fmt: skip
    return joined(tag("h2", "By category"), tag("div", table, class_="wide"))


# --- decisions --------------------------------------------------------------------------------


def _decisions(brief: Brief) -> Markup:
    if not brief.decisions:
        return Markup()
    several = ""
    if brief.own is not None and brief.own.references != brief.own.decisions:
        several = (
            f"{brief.own.references:,} references: a report under several of them is counted once "
            "above and stands here under each."
        )
    return joined(
        tag("h2", "The decisions"),
        tag("p", several, class_="small") if several else None,
        tag("p", "Summaries and what was agreed are verbatim; times and days in brackets are "
            "worked out by us. Whether it was done is not in these texts, but for reports with the "
            "Ombudsman’s line that it was satisfied.", class_="small"),
        *(_decision(each) for each in brief.decisions),
    )  # fmt: skip


def _decision(told: Told) -> Markup:
    stored, decision = told.stored, told.stored.decision
    name = tag("h3", link(decision.url, decision.reference) if told.open else decision.reference,
               tag("span", decision.outcome_raw, class_="tag") if told.open else None)  # fmt: skip
    said = notice(stored)
    if not told.open:
        return tag("article", name, tag("p", written(decision.decided_on), class_="meta"),
                   tag("p", said or "Its text is not passed on."))  # fmt: skip
    meta = f"{written(decision.decided_on)}; {decision.kind.value}; {decision.category_raw or ''}"
    satisfied = (
        tag("p", f"The Ombudsman was satisfied with the response on "
            f"{written(decision.satisfied_on)}.")
        if decision.satisfied_on is not None
        else None
    )  # fmt: skip
    return tag(
        "article", name, tag("p", meta, class_="meta"),
        tag("p", decision.summary) if decision.summary else None,
        _remedies(told), satisfied, tag("p", said, class_="small") if said else None,
    )  # fmt: skip


def _remedies(told: Told) -> Markup | None:
    rows = list(_remedy_rows(told))
    if not rows:
        return None
    heads = ("agreed or recommended", "sum", "by when", "paragraph")
    return tag(
        "table", tag("thead", tag("tr", *(tag("th", head, scope="col") for head in heads))),
        tag("tbody", *rows), class_="left remedies",
    )  # fmt: skip


def _remedy_rows(told: Told) -> Iterator[Markup]:
    decision = told.stored.decision
    paragraphs = {each.ordinal: each for each in decision.paragraphs()}
    for remedy in decision.remedies:
        cells = remedy_cells(told, remedy, paragraphs[remedy.paragraph])
        yield tag("tr", *(tag("td", cell) for cell in cells[:3]),
                  tag("td", link(decision.url, cells[3])))  # fmt: skip


def remedy_cells(told: Told, remedy: Remedy, paragraph: Paragraph) -> tuple[str, str, str, str]:
    """The words, the sum, by when, and the paragraph's key."""
    day = due(remedy.deadline, told.stored.decision.decided_on)
    when = deadline_words(remedy.deadline)
    if day is not None and not when.startswith("by "):
        when = f"{when} ({written(day)})"
    total = " in total" if remedy.is_total else " each" if remedy.per_person else ""
    amount = f"{pounds(remedy.amount_pence)}{total}" if remedy.amount_pence is not None else ""
    return remedy.raw, amount, when, paragraph_key(told.stored, paragraph)


def _limits(brief: Brief) -> Markup:
    notes = dict.fromkeys((*brief.figures.notes, *brief.categories.notes))
    source = brief.figures.source
    return joined(
        tag("h2", "What these figures do not say"),
        tag("ul", *(tag("li", note) for note in notes), class_="small"),
        tag("p", f"{source.attribution}. {source.licence}", class_="small"),
    )

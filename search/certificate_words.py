"""A certificate as a person reads it, and what checking one found, in plain words. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from archive.screen import clean
from search.certificate import ABOUT, Json
from search.certificate_check import Certificate, Comparison

_SIGNS = {ord(sign): "\\" + sign for sign in "\\`*_[]<>#|~"}

FILTERS = {
    "query": "Words",
    "begins": "A word that begins",
    "phrases": "Exact phrases",
    "without": "Without",
    "sections": "Only in the parts",
    "bodies": "Council or provider",
    "categories": "Category",
    "subcategories": "Subcategory",
    "outcomes": "Outcome",
    "kinds": "Kind",
    "statuses": "Status",
    "sources": "Ombudsman",
    "first": "Decided from",
    "last": "Decided to",
    "remedy_min": "Remedy of at least (pence)",
    "remedy_max": "Remedy of at most (pence)",
    "sort": "Order",
}
"""What each part of a request is called; one that is missing here is shown under its own name."""


def markdown_top(top: Json, name: str) -> Iterator[str]:
    """The first lines of the readable copy of the certificate in the file ``name``."""
    yield "# Certificate of a search of Ombudsman decisions"
    yield ""
    yield f"Made {_plain(top['made_at'])} (UTC) by decisions {_plain(top['tool']['version'])}."
    yield f"This is a readable copy; what can be checked is `{_code(name)}` beside it."
    yield ""
    yield "## What was asked"
    yield ""
    yield f"- As typed: {_plain(top['query'])}"
    for part, value in top["request"].items():
        repeated = part == "query" and value == top["query"]
        if value not in (None, [], "", False) and not repeated:
            shown = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
            yield f"- {FILTERS.get(part, _plain(part))}: {_plain(shown)}"
    yield f"- Understood as: {_plain(top['understood'])}"
    yield ""
    yield "## What was searched"
    yield ""
    yield from _archive(top)
    yield ""
    yield "## What the archive covered then"
    yield ""
    for source, coverage in top["coverage"].items():
        yield from _coverage(source, coverage)
        yield ""
    yield "## What to know"
    yield ""
    for caveat in top["caveats"]:
        yield f"- {_plain(caveat)}"
    yield f"- {_plain(ABOUT)}"
    yield ""
    yield f"## Found: {_decisions(top['total'])}"
    yield ""
    if not top["total"]:
        yield "No decision in the archive answered."


def markdown_reference(number: int, one: Json) -> Iterator[str]:
    """The lines of one decision that answered."""
    title = one["title"] or f"({one.get('notice', '')})"
    yield (
        f"{number}. **{_plain(one['reference'])}** {_plain(title)}, decided "
        f"{_plain(one['decided_on'])}, {_plain(one['status'])}, `{_code(one['key'])}`  "
    )
    yield f"   text `{_code(one['text_sha256'])}`  "
    yield f"   page {', '.join(f'`{_code(digest)}`' for digest in one['page_sha256']) or 'none'}"


def markdown_end(sha256: str) -> Iterator[str]:
    """The last lines: the certificate's hash."""
    yield ""
    yield f"SHA-256 of the certificate: `{_code(sha256)}`"


def _archive(top: Json) -> Iterator[str]:
    archive, tool = top["archive"], top["tool"]
    index = tool["index"]
    yield f"- {_decisions(archive['decisions'])}; in the index, and searched: {top['searched']:,}"
    yield f"- Status of the decisions: {_counts(archive['statuses'])}"
    yield f"- Archive `{_code(archive['archive_id'])}`, epoch `{_code(archive['epoch'])}`"
    yield f"- Last change: {_plain(archive['last_change'])}"
    yield f"- Fingerprint: `{_code(archive['sha256'])}`"
    yield (
        f"- Schema of the database {_plain(tool['database_schema'])}; index of schema "
        f"{_plain(index['schema'])}, words {_plain(index['analyser'])}, {_plain(index['engine'])}"
    )
    yield f"- Read by parser: {_counts(tool['parsers'])}"
    for source in archive["sources"]:
        yield f"- Source: {_plain(source['name'])}, {_plain(source['site'])}"
        yield f"- {_plain(source['attribution'])}. Terms: {_plain(source['licence'])}"


def _coverage(source: str, found: Json) -> Iterator[str]:
    yield f"{_plain(source)}:"
    yield ""
    if found["only"]:
        yield f"- Only these councils or providers were crawled: {_plain(', '.join(found['only']))}"
    yield (
        f"- {_decisions(found['held'])} held; {found['listed_and_missing']:,} listed and not held; "
        f"{found['listed_and_unavailable']:,} listed, their pages missing on the site"
    )
    if found["proven_since"] is None:
        yield "- No span of dates is proven complete: nothing says how much is missing."
    else:
        oldest = _plain(found["proven_since"])
        yield f"- Spans of dates proven complete: the oldest proof is of {oldest}"
    yield f"- Last crawl ended: {_plain(found['last_crawl_ended'] or 'none')}"
    yield f"- Decisions dated {_plain(found['still_filling_from'])} and later are still coming in"
    for window in found["open_windows"]:
        yield (
            f"- Not proven: {_days(window)} ({_plain(window['state'])}; the site states "
            f" {_number(window['stated'])}, found {_number(window['found'])})"
        )
    for window in found["parts_not_adding_up"]:
        yield (
            f"- Does not add up: {_days(window)} (the site states "
            f"{_number(window['stated'])}, its parts {_number(window['found'])})"
        )
    for gap in found["never_asked"]:
        yield f"- Never asked for: {_days(gap)}"
    amiss = found["open_windows"] or found["parts_not_adding_up"] or found["never_asked"]
    if found["proven_since"] is not None and not amiss:
        yield "- No span of dates is open."


def _days(span: Json) -> str:
    return f"{_plain(span['first_day'])} to {_plain(span['last_day'])}"


def _decisions(count: int) -> str:
    return f"{count:,} decision{'' if count == 1 else 's'}"


def _counts(found: Json) -> str:
    return ", ".join(f"{_plain(name)} {count:,}" for name, count in found.items()) or "none"


def _number(value: object) -> str:
    return "not known" if value is None else f"{value:,}"


def _plain(text: object) -> str:
    line = clean(str(text)).replace("\n", " ").replace("\t", " ")
    return line.translate(_SIGNS)


def _code(text: object) -> str:
    return clean(str(text)).replace("`", "'").replace("\n", " ")


def report_json(checked: Certificate, now: Json, found: Comparison, notes: Json) -> dict[str, Any]:
    """What ``decisions certificate verify --json`` prints."""
    return {
        "schema": 1,
        "verdict": "differs" if found.differs or notes["outside"] else "same",
        "made_at": checked.top["made_at"],
        "checked_at": now["made_at"],
        "query": checked.top["query"],
        "understood": {"then": checked.top["understood"], "now": now["understood"]},
        "total": {"then": checked.top["total"], "now": now["total"]},
        "same": found.same,
        "new": [{"key": one["key"], "why": why} for one, why in _new(checked, found)],
        "gone": [
            {"key": one["key"], "why": notes["gone"][one["source"], one["reference"]]}
            for one in found.gone
        ],
        "text_amended": [_pair(pair) for pair in found.text],
        "page_changed": [_pair(pair) for pair in found.page],
        "status_changed": [
            {**_pair(pair), "from": pair[0]["status"], "to": pair[1]["status"]}
            for pair in found.status
        ],
        "versions": notes["versions"],
        "archive": {
            "same_archive": notes["same_archive"],
            "same_epoch": notes["same_epoch"],
            "same_fingerprint": notes["same_fingerprint"],
            "changed_outside_the_log": notes["outside"],
            "last_change": {
                "then": checked.top["archive"]["last_change"],
                "now": now["archive"]["last_change"],
            },
        },
    }


def _pair(pair: tuple[Json, Json]) -> dict[str, object]:
    return {"then": pair[0]["key"], "now": pair[1]["key"]}


def _new(checked: Certificate, found: Comparison) -> Iterator[tuple[Json, str]]:
    for one in found.new:
        later = one["first_seen_at"] > checked.top["made_at"]
        yield one, "added since" if later else "answers now"


GONE = {
    "erased": "no longer in this archive",
    "answers no more": "still in the archive, answers no more",
}


def report_lines(report: Json) -> Iterator[str]:
    """The same for a person."""
    total = report["total"]
    yield f"The certificate is whole. It was made {_line(report['made_at'])} (UTC)."
    yield f"understood as: {_line(report['understood']['now'])}"
    if report["understood"]["then"] != report["understood"]["now"]:
        yield f"was understood then as: {_line(report['understood']['then'])}"
    yield f"decisions found: {total['then']:,} then, {total['now']:,} now"
    yield f"the same: {report['same']:,}"
    yield from _listed("new", [f"{one['key']} ({one['why']})" for one in report["new"]])
    yield from _listed("gone", [f"{one['key']} ({GONE[one['why']]})" for one in report["gone"]])
    yield from _listed("text amended", [_moved(one) for one in report["text_amended"]])
    yield from _listed(
        "only the page's bytes changed", [_moved(one) for one in report["page_changed"]]
    )
    yield from _listed(
        "status changed",
        [f"{one['now']} ({one['from']}, now {one['to']})" for one in report["status_changed"]],
    )
    for one in report["versions"]:
        yield f"another version of {one['of']}: {_line(one['then'])} then, {_line(one['now'])} now"
    yield from _archive_lines(report["archive"])
    if report["verdict"] == "same":
        yield "Verdict: the same search gives the same decisions with the same texts."
    else:
        yield "Verdict: not everything is as it was certified."


def _archive_lines(archive: Json) -> Iterator[str]:
    if not archive["same_archive"]:
        yield "This is another archive than the one that was searched then."
    elif not archive["same_epoch"]:
        yield "The archive was restored from a backup since."
    if archive["same_fingerprint"]:
        yield "The archive holds exactly what it held then."
    elif archive["changed_outside_the_log"]:
        yield (
            "The archive logs no change since, and yet it is not what it was: it is damaged, or "
            "somebody altered it by other means."
        )
    else:
        yield "The archive holds something else than then: it has been crawled since."


def _listed(what: str, items: Sequence[str]) -> Iterator[str]:
    if items:
        yield f"{what}: {len(items):,}"
        yield from (f"  {_line(item)}" for item in items)


def _moved(pair: Json) -> str:
    then, now = pair["then"], pair["now"]
    return str(now) if then == now else f"{then}, now {now}"


def _line(text: str) -> str:
    return clean(text).replace("\n", " ").replace("\t", " ")

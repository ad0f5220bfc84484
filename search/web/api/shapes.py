"""The shapes of all answers, as tables; ``schema_of`` makes JSON Schema of them.

A word says what a value is: ``text``, ``int``, ``number``, ``bool``, ``day``, ``instant``, ``url``,
the name of a shape; ``=a,b`` one of these; ``[x]`` a list of x, ``{x}`` an object of any keys with
x as values, ``a|b`` either of two shapes. ``?`` at the end: or null. A key with ``?`` may be
missing. Shapes are closed: what is not in the table is not in an answer (a test holds it), and a
new key comes here first.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from archive.records import (
    BodyType,
    ChangeKind,
    CitationKind,
    CorrectionKind,
    DecisionKind,
    Outcome,
    Said,
    SectionKind,
    Status,
)

Shape = Mapping[str, str]


def _of(names: Any) -> str:
    return "=" + ",".join(str(name) for name in names)


OUTCOME, KIND, STATUS = _of(Outcome), _of(DecisionKind), _of(Status)

_COUNTS: Shape = dict.fromkeys(
    ("decisions", "references", "upheld", "not_upheld", "closed", "unknown", "investigated",
     "withdrawn", "expired", "restricted", "reports", "satisfied", "with_remedy", "remedies",
     "per_person", "without_sum", "totals_left_out"),
    "int",
)  # fmt: skip

_FIGURES: Shape = {
    **_COUNTS,
    "uphold_rate?": "Rate?",
    "upheld_of_all?": "Rate?",
    "payments_pence": "Quartiles?",
}

_PLACED: Shape = {
    "upheld": "int",
    "investigated": "int",
    "position": "text",
    "group_share": "number",
    "low_998_count": "int",
    "low_95_count": "int",
    "high_95_count": "int",
    "high_998_count": "int",
}

_AROUND: Shape = {
    "section": "text",
    "heading": "text",
    "position": "int",
    "ordinal": "int",
    "paragraph": "int?",
    "label": "text?",
    "text": "text",
    "voice": "text?",
    "share": "number?",
}

_REMEDY: Shape = {
    "section": "int",
    "paragraph": "int",
    "char_start": "int",
    "char_end": "int",
    "kind": "text",
    "amount_pence": "int?",
    "rate_pence": "int?",
    "rate_period": "text?",
    "share_percent": "number?",
    "payee": "text?",
    "is_total": "bool",
    "deadline": "text?",
    "raw": "text",
    "rule": "text",
    "per_person": "bool",
}

_HIT: Shape = {
    "source": "text",
    "reference": "text",
    "title": "text",
    "body": "text",
    "body_name": "text?",
    "category": "text?",
    "subcategory": "text?",
    "outcome": OUTCOME,
    "outcome_raw": "text",
    "decided_on": "day",
    "kind": KIND,
    "status": STATUS,
    "status_since": "text?",
    "url": "text",
    "score": "number",
    "exact": "bool",
    "largest_sum_pence": "int?",
    "attribution": "text?",
    "snippets": "[Snippet]",
    "why": "[Why]",
}

_BODY: Shape = {
    "name": "text",
    "type": _of(BodyType) + "?",
    "council_code": "text?",
    "gss_code": "text?",
    "started_on": "day?",
    "ended_on": "day?",
    "successor": "text?",
    "predecessors": "[text]",
    "said_by": "{" + _of(Said) + "}",
    "decisions": "int",
    "spellings": "[Spelling]",
    "slug": "text",
    "page": "url",
}

_TOTALS: Shape = {
    "stated": "int?",
    "listed": "int",
    "held": "int",
    "gone": "int",
    "missing": "int",
    "unavailable": "int",
}

SHAPES: Mapping[str, Shape] = {
    "Error": {"schema": "int", "error": "ErrorTold"},
    "ErrorTold": {"status": "int", "message": "text"},
    "Search": {
        "schema": "int",
        "query": "text",
        "understood": "text",
        "total": "int",
        "exact_total": "int?",
        "took_ms": "number",
        "indexed": "int",
        "behind": "int",
        "restricted": "int",
        "facets": "{[FacetValue]}",
        "suggestions": "[Suggestion]",
        "terms": "[Term]",
        "hits": "[Hit]",
        "offset": "int",
        "limit": "int",
        "next": "url?",
        "attribution": "text",
    },
    "FacetValue": {"value": "text", "label": "text", "count": "int"},
    "Suggestion": {"query": "text", "total": "int", "why": "text"},
    "Term": {"term": "text", "decisions": "int", "words": "[TermWord]"},
    "TermWord": {"word": "text", "decisions": "int"},
    "Hit": _HIT,
    "SimilarHit": {**_HIT, "shared": "[text]"},
    "Snippet": {
        **_AROUND,
        "heading": "text?",
        "position": "int?",
        "ordinal": "int?",
        "marks": "[[int]]",
        "before": "bool",
        "after": "bool",
        "leading": "[Around]",
        "following": "[Around]",
        "within": "int?",
    },
    "Around": _AROUND,
    "Why": {"term": "text", "score": "number", "times": "int", "little": "int"},
    "Similar": {
        "schema": "int",
        "reference": "text",
        "among": "text?",
        "words": "[text]",
        "hits": "[SimilarHit]",
        "notice": "text?",
        "attribution": "text",
    },
    "Decision": {
        "schema": "int",
        "source": "text",
        "reference": "text",
        "url": "text",
        "title": "text",
        "body": "text",
        "body_name": "text",
        "body_type": _of(BodyType) + "?",
        "category": "text?",
        "subcategory": "text?",
        "outcome": "OutcomeTold",
        "decided_on": "day",
        "decided_on_raw": "text",
        "kind": KIND,
        "summary": "text?",
        "satisfied_on": "day?",
        "satisfied_on_raw": "text?",
        "sections": "[Section]",
        "findings": "[Finding]",
        "citations": "[Citation]",
        "cross_references": "[CrossReference]",
        "remedies": "[Remedy]",
        "corrections": "[Correction]",
        "parser_version": "text",
        "content_sha256": "text",
        "text_sha256": "text",
        "warnings": "[text]",
        "status": STATUS,
        "status_since": "instant?",
        "first_seen_at": "instant",
        "last_seen_at": "instant",
        "revision": "int",
        "key": "text",
        "urls": "[text]",
        "attribution": "text",
        "notice": "text?",
        "page": "url",
    },
    "OutcomeTold": {"raw": "text", "value": OUTCOME},
    "Section": {
        "kind": _of(SectionKind),
        "heading": "text",
        "position": "int",
        "parent": "int?",
        "paragraphs": "[Paragraph]",
    },
    "Paragraph": {
        "ordinal": "int",
        "number": "int?",
        "label": "text?",
        "level": "int",
        "text": "text",
    },
    "Finding": {"position": "int", "subject": "text?", "outcome": OUTCOME, "outcome_raw": "text"},
    "Citation": {
        "section": "int",
        "paragraph": "int",
        "char_start": "int",
        "char_end": "int",
        "act": "text?",
        "year": "int?",
        "provision": "text?",
        "raw": "text",
        "url": "text?",
        "kind": _of(CitationKind),
    },
    "CrossReference": {
        "section": "int",
        "paragraph": "int",
        "char_start": "int",
        "char_end": "int",
        "number": "int",
        "target": "int?",
        "raw": "text",
    },
    "Remedy": {**_REMEDY, "correction": "int?"},
    "RemedyRead": _REMEDY,
    "Correction": {
        "number": "int",
        "correction": _of(CorrectionKind),
        "fits": "bool",
        "parser_agrees": "bool",
        "parser_reads_otherwise_now": "bool",
        "remedy": "RemedyRead",
        "made_on_version": "int",
        "made_at": "instant",
        "by": "text?",
        "note": "text?",
        "parser_read_then": "[RemedyRead]",
        "parser_reads_now": "[RemedyRead]",
    },
    "EarlierVersion": {
        "schema": "int",
        "source": "text",
        "reference": "text",
        "key": "text",
        "version": "int",
        "versions": "int",
        "created_at": "instant",
        "notice": "text",
        "attribution": "text",
    },
    "DecisionTold": {"": "Decision|EarlierVersion|Withheld"},
    "CitedOrWithheld": {"": "Cited|Withheld"},
    "Withheld": {
        "schema": "int",
        "source": "text",
        "reference": "text",
        "decided_on": "day",
        "status": STATUS,
        "status_since": "instant?",
        "notice": "text",
        "page": "url",
        "attribution": "text",
    },
    "History": {
        "schema": "int",
        "source": "text",
        "reference": "text",
        "title": "text?",
        "url": "text?",
        "status": STATUS,
        "status_since": "instant?",
        "first_seen_at": "instant",
        "last_seen_at": "instant",
        "versions": "[Version]",
        "events": "[Event]",
        "imported": "[Imported]",
        "notice": "text?",
        "attribution": "text",
    },
    "Version": {
        "version": "int",
        "created_at": "instant",
        "content_sha256": "text?",
        "pages": "[int]",
    },
    "Event": (_EVENT := {
        "id": "int",
        "at": "instant",
        "kind": _of(kind for kind in ChangeKind if kind is not ChangeKind.DERIVED),
        "words": "text",
        "version": "int?",
        "source": "text?",
        "reference": "text?",
        "title": "text?",
        "body": "text?",
        "body_name": "text?",
        "decided_on": "day?",
        "status": STATUS + "?",
        "url": "text?",
    }),
    "Change": {**_EVENT, "notice": "text?"},
    "Changes": {
        "schema": "int",
        "since": "instant?",
        "changes": "[Change]",
        "next": "url?",
        "attribution": "text",
    },
    "Imported": {
        "captured_at": "instant",
        "imported_at": "instant",
        "form": "text",
        "container": "text?",
        "record": "text?",
        "dated_by": "text",
        "text": "text",
        "page": "int",
    },
    "Cited": {
        "schema": "int",
        "key": "text",
        "style": "text",
        "citation": "text",
        "source": "text",
        "reference": "text",
        "version": "int",
        "versions": "int",
        "place": "text?",
        "captured_on": "day",
        "status": STATUS,
        "status_since": "instant?",
        "url": "text",
        "notice": "text?",
        "attribution": "text",
    },
    "Bodies": {
        "schema": "int",
        "total": "int",
        "bodies": "[Body]",
        "next": "url?",
        "attribution": "text",
    },
    "Body": _BODY,
    "BodyAlone": {"schema": "int", **_BODY, "attribution": "text"},
    "Spelling": {"name": "text", "said_by": _of(Said), "decisions": "int"},
    "Stats": {
        "schema": "int",
        "source": "text",
        "today": "day",
        "by": "[text]",
        "asked": "StatsAsked",
        "per_reference": "bool",
        "ranked": "bool",
        "rows": "[StatsRow]",
        "total": "StatsTotal",
        "first_day": "day?",
        "last_day": "day?",
        "not_whole": "[NotWhole]",
        "breaks": "[Break]",
        "comparisons": "[Comparison]",
        "notes": "[text]",
        "licence": "text",
        "attribution": "text",
    },
    "StatsAsked": {
        "year": "text?",
        "from": "day?",
        "to": "day?",
        "bodies": "[text]",
        "type": "text?",
        "category": "text?",
        "subcategory": "text?",
        "kind": "text?",
        "outcome": "text?",
        "restricted": "bool",
        "withdrawn": "bool",
    },
    "StatsTotal": _FIGURES,
    "StatsRow": {
        "key": "{text?}",
        **_FIGURES,
        "whole?": "bool",
        "not_whole_because?": "[text]",
        "breaks?": "[day]",
        "compared?": "Compared",
    },
    "Rate": {
        "part": "int",
        "whole": "int",
        "share": "number",
        "low": "number",
        "high": "number",
        "small": "bool",
    },
    "Quartiles": {
        "count": "int",
        "total": "int",
        "least": "int",
        "quarter": "int",
        "median": "int",
        "three_quarters": "int",
        "most": "int",
    },
    "NotWhole": {"month": "text", "why": "[text]"},
    "Break": {"on": "day", "why": "text"},
    "Comparison": {
        "type": "text",
        "upheld": "int",
        "investigated": "int",
        "share": "number",
        "members": "int",
        "outside_95": "int",
        "outside_998": "int",
        "placed": "[Placed]",
    },
    "Placed": {"body": "text", **_PLACED},
    "Compared": {"type": "text", **_PLACED},
    "Coverage": {
        "schema": "int",
        "source": "text",
        "today": "day",
        "only": "[text]",
        "months": "[Month]",
        "total": "CoverageTotal",
        "undated": "int",
        "erased": "int",
        "lag_days": "Lag?",
        "filling_days": "int",
        "revisits": "Revisits",
        "parts_not_adding_up": "[SplitOff]",
        "attribution": "text",
    },
    "Month": {
        "month": "text",
        "first_day": "day",
        "last_day": "day",
        **_TOTALS,
        "expired": "int",
        "withdrawn": "int",
        "unproven": "int",
        "disputed": "int",
        "proven_at": "instant?",
        "days": "int",
        "days_asked": "int",
        "filling": "bool",
    },
    "CoverageTotal": _TOTALS,
    "Lag": dict.fromkeys(
        ("count", "least", "quarter", "half", "three_quarters", "ninety", "filling", "most"), "int"
    ),
    "Revisits": {
        "live": "int",
        "young": "int",
        "leaving": "int",
        "budget": "int",
        "nights": "int?",
    },
    "SplitOff": {"first_day": "day", "last_day": "day", "stated": "int?", "found": "int?"},
    "Status": {
        "schema": "int",
        "only": "[text]",
        "decisions": "int",
        "councils_and_providers": "int",
        "paragraphs": "int",
        "captures": "int",
        "refused_captures": "int",
        "first_decided_on": "day?",
        "last_decided_on": "day?",
        "outcomes": "{int}",
        "kinds": "{int}",
        "statuses": "{int}",
        "listed": "{int}",
        "last_crawl": "LastCrawl?",
        "index": "IndexTold",
        "attribution": "text",
    },
    "LastCrawl": {
        "started_at": "instant",
        "finished_at": "instant?",
        "new": "int",
        "changed": "int",
        "failed": "int",
    },
    "IndexTold": {
        "in_step": "bool",
        "documents": "int",
        "cursor": "int",
        "newest_change": "int",
    },
}  # fmt: skip

PLAIN: Mapping[str, Mapping[str, Any]] = {
    "text": {"type": "string"},
    "int": {"type": "integer"},
    "number": {"type": "number"},
    "bool": {"type": "boolean"},
    "day": {"type": "string", "format": "date", "pattern": r"^\d{4}-\d{2}-\d{2}$"},
    "instant": {"type": "string", "format": "date-time"},
    "url": {"type": "string", "format": "uri"},
}


def schema_of(word: str) -> dict[str, Any]:
    """JSON Schema (2020-12) of a word of the tables."""
    if word.endswith("?"):
        return _or_null(schema_of(word[:-1]))
    if word.startswith("="):
        return {"type": "string", "enum": word[1:].split(",")}
    if word.startswith("["):
        return {"type": "array", "items": schema_of(word[1:-1])}
    if word.startswith("{"):
        return {"type": "object", "additionalProperties": schema_of(word[1:-1])}
    if word in PLAIN:
        return dict(PLAIN[word])
    if "|" in word:
        return {"oneOf": [schema_of(part) for part in word.split("|")]}
    if word not in SHAPES:
        raise KeyError(f"there is no shape {word!r}")
    return {"$ref": f"#/components/schemas/{word}"}


def _or_null(schema: dict[str, Any]) -> dict[str, Any]:
    if "type" not in schema:
        return {"anyOf": [schema, {"type": "null"}]}
    either = {**schema, "type": [schema["type"], "null"]}
    if "enum" in schema:
        either["enum"] = [*schema["enum"], None]
    return either


def schemas() -> dict[str, Any]:
    """Every shape by its name."""
    return {name: _object(shape) for name, shape in SHAPES.items()}


def _object(shape: Shape) -> dict[str, Any]:
    if "" in shape:
        return schema_of(shape[""])
    return {
        "type": "object",
        "properties": {key.rstrip("?"): schema_of(word) for key, word in shape.items()},
        "required": [key for key in shape if not key.endswith("?")],
        "additionalProperties": False,
    }

"""A certificate of a search: what was asked, of what, when, and every decision that answered.

Pure: records in, JSON pieces out. A certificate is one JSON object whose last member, ``sha256``,
is the hash of all the others in their canonical form: keys sorted, no white space, everything but
ASCII escaped. So an edit shows. It is no signature: who edits the file on purpose can compute the
hash anew.

References are taken one at a time and never held together; everything else is small.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime
from typing import Any

from archive.evidence import FINGERPRINT_OF, Fingerprint, Origin, Proof
from archive.kinds import Status, reference_slug
from archive.passing_on import WITHDRAWN_NOTICE
from search.query import Hit, SearchResults
from search.request import SearchRequest
from search.tree import Node

SCHEMA = 1
"""Version of the JSON shape; new keys do not change it."""

KIND = "decisions search certificate"
"""What the member ``certificate`` says, so that no other JSON is taken for one."""

SHOWN_ONLY = frozenset({"limit", "offset", "facets", "snippets", "context", "explain"})
"""Parts of a request that change what is printed, not which decisions answer: not certified."""

ABOUT = (
    "This file says what was searched, when, and what there was. Its member sha256 is the SHA-256 "
    "of all other members in canonical form (JSON, keys sorted, no white space, ASCII only), so a "
    "later edit shows. It is no signature: whoever edits it on purpose can compute that hash anew. "
    "To show that it existed on a day, give a copy, or the hash alone, to somebody else that day. "
    "Check it against the archive with: decisions certificate verify FILE"
)

CAVEATS = (
    (
        "Not every decision of the Ombudsman is published: premature complaints, cases in which "
        "a person could be recognised, some small providers and decisions under review are left "
        "out. A search of what is published says nothing about the rest."
    ),
    (
        "Statements leave the Ombudsman's site after five years. What had left it before this "
        "archive first looked was never here."
    ),
    "Decisions appear weeks after their date; months named as still filling will hold more.",
    (
        "Only the archive was searched, as it stood at the time given. Spans of dates named as "
        "open or never asked for may hold decisions that it lacks."
    ),
    (
        "A search finds words, not meanings: a decision that says the same in other words is not "
        "in the list."
    ),
)
"""What whoever reads a certificate must know, a sentence or two each."""

Json = Mapping[str, Any]


def canonical(value: object) -> str:
    """A JSON value in the one form that is hashed."""
    return json.dumps(
        value, ensure_ascii=True, sort_keys=True, separators=(",", ":"), allow_nan=False
    )


def head(
    request: SearchRequest,
    node: Node,
    results: SearchResults,
    *,
    made_at: datetime,
    tool: Json,
    archive: Json,
    coverage: Json,
    erased: int = 0,
) -> dict[str, Any]:
    """Every member but ``references`` and ``sha256``."""
    return {
        "certificate": KIND,
        "schema": SCHEMA,
        "about": ABOUT,
        "made_at": utc(made_at),
        "query": results.query,
        "request": request_json(request),
        "understood": results.understood,
        "tree": tree_json(node),
        "tool": tool,
        "archive": archive,
        "coverage": coverage,
        "caveats": [*CAVEATS, *_left_out(results, erased)],
        "searched": results.indexed,
        "total": results.total,
    }


def _left_out(results: SearchResults, erased: int) -> list[str]:
    """What this archive could have found, and does not show or hold."""
    said = []
    if results.restricted:
        said.append(
            "Decisions that answer and are not in this list, because whoever keeps the archive "
            "does not pass them on while a question about their text is open: "
            f"{results.restricted}."
        )
    if erased:
        said.append(
            "Decisions that were erased from this archive, for instance because a person asked for "
            f"it, and that no search of it can find: {erased}."
        )
    return said


def utc(moment: datetime) -> str:
    """``2026-03-02T12:00:00Z``. Raises ValueError for an instant without a time zone."""
    if moment.tzinfo is None:
        raise ValueError(f"{moment!r} has no time zone")
    return moment.astimezone(UTC).replace(microsecond=0, tzinfo=None).isoformat() + "Z"


def request_json(request: SearchRequest) -> dict[str, object]:
    """Everything that decides which decisions answer and in which order, by its name."""
    return {
        item.name: _plain(getattr(request, item.name))
        for item in fields(request)
        if item.name not in SHOWN_ONLY
    }


def tree_json(node: Node) -> dict[str, object]:
    """The query as understood: each node with its kind (``word``, ``and`` …) and its parts."""
    shape: dict[str, object] = {"node": type(node).__name__.lower()}
    shape.update((item.name, _plain(getattr(node, item.name))) for item in fields(node))
    return shape


def _plain(value: Any) -> object:
    if is_dataclass(value) and not isinstance(value, type):
        return tree_json(value)  # type: ignore[arg-type]  # only nodes are inside nodes
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, str) else value


def archive_json(
    identity: tuple[str, str, int], found: Fingerprint, sources: Sequence[Origin]
) -> dict[str, object]:
    """Which archive, up to which change, and the fingerprint of all it holds."""
    return {
        "archive_id": identity[0],
        "epoch": identity[1],
        "last_change": identity[2],
        "decisions": found.decisions,
        "statuses": dict(found.statuses),
        "sha256": found.sha256,
        "sha256_of": FINGERPRINT_OF,
        "sources": [
            {
                "source": source.key,
                "name": source.name,
                "site": source.base_url,
                "licence": source.licence,
                "attribution": source.attribution,
            }
            for source in sources
        ],
    }


def reference_json(hit: Hit, proof: Proof) -> dict[str, object]:
    """One decision that answered. A withdrawn one goes without its title, as in every export."""
    withdrawn = hit.status == Status.WITHDRAWN
    shape: dict[str, object] = {
        "source": hit.source,
        "reference": hit.reference,
        "key": f"{reference_slug(hit.reference)}@{proof.revision}",
        "title": None if withdrawn else hit.title,
        "decided_on": hit.decided_on,
        "kind": hit.kind,
        "outcome": hit.outcome,
        "status": hit.status,
        "revision": proof.revision,
        "text_sha256": proof.text_sha256,
        "page_sha256": list(proof.pages),
        "first_seen_at": proof.first_seen_at,
        "url": hit.url,
    }
    if withdrawn:
        shape["notice"] = WITHDRAWN_NOTICE
    return shape


def sealed(seal: Seal, references: Iterable[Json]) -> Iterator[str]:
    """The file, piece by piece: a member a line, a reference a line, the hash last.

    Raises ValueError when there are not as many references as the total says.
    """
    top = seal.top
    yield "{\n"
    for name, value in top.items():
        yield f"{json.dumps(name)}: {canonical(value)},\n"
    yield '"references": ['
    for reference in references:
        text = canonical(reference)
        yield (",\n" if seal.count else "\n") + text
        seal.add(text)
    if seal.count != top["total"]:
        raise ValueError(f"{seal.count} references where the total is {top['total']}")
    yield f'\n],\n"sha256": "{seal.close()}"\n}}\n'


class Seal:
    """The hash of a certificate, whose references pass by one at a time."""

    def __init__(self, top: Json) -> None:
        self.count = 0
        self._digest = hashlib.sha256()
        self._after = [name for name in sorted(top) if name > "references"]
        before = [name for name in sorted(top) if name < "references"]
        self.top = top
        self._put("{")
        for name in before:
            self._put(f"{canonical(name)}:{canonical(top[name])},")
        self._put('"references":[')

    def add(self, reference: str) -> None:
        """The next reference in canonical form."""
        self._put("," + reference if self.count else reference)
        self.count += 1

    @property
    def sha256(self) -> str:
        """The hash of what went in; the certificate's once it is closed."""
        return self._digest.hexdigest()

    def close(self) -> str:
        """Take in what follows the references and give the hash; to be called once."""
        self._put("]")
        for name in self._after:
            self._put(f",{canonical(name)}:{canonical(self.top[name])}")
        self._put("}")
        return self.sha256

    def _put(self, text: str) -> None:
        self._digest.update(text.encode("ascii"))

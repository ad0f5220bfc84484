"""``decisions search --certificate`` and ``decisions certificate``: the files and the archive.

A certificate is made of one view of the archive and of an index that is in step with it; otherwise
there is none. The archive is only read.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any

import click

from archive import __version__, copies
from archive.app import App
from archive.config import Config
from archive.coverage_now import coverage_now
from archive.errors import ArchiveError, UsageError
from archive.evidence import Evidence, open_evidence
from archive.filing import new_files
from archive.screen import clean, write_json
from search import certificate as certificates
from search import synonyms
from search.certificate import Json
from search.certificate_check import Certificate, Comparison, compare, read_certificate, versions
from search.certificate_words import (
    markdown_end,
    markdown_reference,
    markdown_top,
    report_json,
    report_lines,
)
from search.errors import CertificateError, IndexUnusable
from search.index import Index
from search.query import Hit, answer
from search.request import SearchRequest, read

BATCH = 200
"""Decisions whose proofs are read and held at a time."""

LARGEST = 256 * 1024 * 1024
"""Bytes of a certificate that are read back: half a million decisions."""

DIFFERS = 3
"""Exit code of a check that ran and found that not everything is as it was."""


def certify(
    app: App,
    request: SearchRequest,
    output: str,
    *,
    overwrite: bool,
    typed: str | None = None,
) -> str:
    """Write the certificate of a search and its readable copy; says so in a sentence.

    ``typed`` is the query as a person typed it where the request holds a wider one. Raises
    UsageError for a name that is taken, IndexUnusable where the index is not in step.
    """
    beside = _readable(output)
    own = (*app.config.own_files, app.config.home / synonyms.NAME)
    with (
        new_files([output, beside], forbidden=own, overwrite=overwrite) as (sealed, readable),
        open_evidence(app.config.database_url) as evidence,
    ):
        top, references = _search(app.config, evidence, request, datetime.now(UTC))
        _remember(app.config, (output, beside))
        if typed is not None:
            top["query"] = typed
        seal = certificates.Seal(top)
        readable.writelines(f"{line}\n" for line in markdown_top(top, Path(output).name))

        def passing() -> Iterator[Json]:
            for number, one in enumerate(references, 1):
                readable.writelines(f"{line}\n" for line in markdown_reference(number, one))
                yield one

        try:
            sealed.writelines(certificates.sealed(seal, passing()))
        except ValueError as error:
            raise IndexUnusable(
                f"The index and the archive do not hold the same ({error}). Run: decisions index "
                "--rebuild"
            ) from error
        readable.writelines(f"{line}\n" for line in markdown_end(seal.sha256))
    count = f"{top['total']:,} decision{'' if top['total'] == 1 else 's'}"
    return f"certificate of {count} written to {output}, readable copy in {beside}"


def _remember(config: Config, names: Sequence[str]) -> None:
    """So that an erasure can name the files; a home that cannot be written to is told, no more."""
    try:
        for name in names:
            copies.note(config, "certificate", Path(name), datetime.now(UTC))
    except ArchiveError as error:
        click.echo(clean(f"Attention: {error}"), err=True)


def _readable(output: str) -> str:
    """The name of the readable copy: ``FILE.md`` for ``FILE.json``."""
    if output.lower().endswith(".md"):
        raise UsageError(
            f"{output}: the certificate is JSON, its readable copy Markdown beside it; name it "
            f"{output[:-3]}.json"
        )
    stem = output[:-5] if output.lower().endswith(".json") else output
    return f"{stem}.md"


def _search(
    config: Config, evidence: Evidence, request: SearchRequest, now: datetime
) -> tuple[dict[str, Any], Iterator[Json]]:
    """The search made in this view: every member of a certificate, and its references in turn.

    The references can be taken as long as the evidence is open.
    """
    identity = evidence.identity()
    if identity[2] == 0:
        raise CertificateError(
            "The archive is empty, so there is nothing to search. Fill it with: decisions crawl"
        )
    whole = replace(request, limit=None, offset=0, facets=(), snippets=0, explain=False)
    index = Index(config.index_dir)
    results, hits = answer(index, whole, evidence)
    # A spoilt list of words can hide a part of what answers; what is certified is read in full.
    index.examine()
    if results.behind:
        raise IndexUnusable(
            f"A certificate needs an index that is in step; changes that this one lacks: "
            f"{results.behind:,}. Run: decisions index"
        )
    found = evidence.fingerprint()
    if results.indexed != found.decisions:
        raise IndexUnusable(
            f"The index holds {results.indexed:,} decisions, the archive {found.decisions:,}. Run: "
            "decisions index --rebuild"
        )
    ((gone,),) = evidence.run("SELECT COUNT(*) FROM erased", {})
    details = dict(index.state().details)
    sources = evidence.sources()
    top = certificates.head(
        whole,
        read(whole),
        results,
        made_at=now,
        tool={
            "version": __version__,
            "database_schema": evidence.schema(),
            "index": {name: details.get(name, "") for name in ("schema", "analyser", "engine")},
            "parsers": dict(found.parser_versions),
        },
        archive=certificates.archive_json(identity, found, sources),
        coverage={
            source.key: coverage_now(evidence.run, source.id, today=now.date())
            for source in sources
        },
        erased=int(gone),
    )
    return top, _references(evidence, hits)


def _references(evidence: Evidence, hits: Iterator[Hit]) -> Iterator[Json]:
    for batch in iter(lambda: list(islice(hits, BATCH)), []):
        proofs = evidence.proofs([hit.decision_id for hit in batch])
        for hit in batch:
            yield certificates.reference_json(hit, proofs[hit.decision_id])


@click.group()
def certificate() -> None:
    """Check or read a certificate of a search.

    `decisions search ... --certificate FILE` writes one: what was asked, of what, when, and every
    decision that answered, with hashes of page and text.
    """


@certificate.command()
@click.argument("file", metavar="FILE")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_obj
def verify(app: App, file: str, as_json: bool) -> None:
    """Make the search of a certificate again and say what is the same, new, gone, amended.

    Ends with 0 when the same decisions answer with the same texts, with 3 when something differs,
    and with 1 when the file was changed or the check cannot be made.
    """
    checked = _load(file)
    with open_evidence(app.config.database_url) as evidence:
        now, references = _search(app.config, evidence, checked.request, datetime.now(UTC))
        found = compare(checked.references, references)
        report = report_json(checked, now, found, _notes(evidence, checked, now, found))
    if as_json:
        write_json(report)
    else:
        for line in report_lines(report):
            click.echo(line)
    if report["verdict"] != "same":
        raise SystemExit(DIFFERS)


def _notes(
    evidence: Evidence, checked: Certificate, now: Json, found: Comparison
) -> dict[str, Any]:
    """What the comparison alone does not say: versions, the archive, and why decisions went."""
    then_at, now_at = checked.top["archive"], now["archive"]
    same_archive = then_at["archive_id"] == now_at["archive_id"]
    same_epoch = same_archive and then_at["epoch"] == now_at["epoch"]
    same_fingerprint = then_at["sha256"] == now_at["sha256"]
    before, after = versions(checked.top), versions(now)
    there = {
        (source, reference)
        for source in {one["source"] for one in found.gone}
        for reference in evidence.ids(
            source, [one["reference"] for one in found.gone if one["source"] == source]
        )
    }
    return {
        "same_archive": same_archive,
        "same_epoch": same_epoch,
        "same_fingerprint": same_fingerprint,
        "outside": same_epoch
        and not same_fingerprint
        and then_at["last_change"] == now_at["last_change"],
        "versions": [
            {"of": name, "then": before[name], "now": after[name]}
            for name in after
            if before[name] != after[name]
        ],
        "gone": {
            (one["source"], one["reference"]): (
                "answers no more" if (one["source"], one["reference"]) in there else "erased"
            )
            for one in found.gone
        },
    }


@certificate.command()
@click.argument("file", metavar="FILE")
def show(file: str) -> None:
    """Print a certificate as a person reads it, once its hash is found to be right."""
    checked = _load(file)
    try:
        for line in markdown_top(checked.top, Path(file).name):
            click.echo(line)
        for number, one in enumerate(checked.references, 1):
            for line in markdown_reference(number, one):
                click.echo(line)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise CertificateError(
            f"{clean(file)}: it does not have the shape of a certificate ({error!r})"
        ) from error
    for line in markdown_end(checked.sha256):
        click.echo(line)


def _load(file: str) -> Certificate:
    """Read a certificate. Raises CertificateError naming the file."""
    path = Path(file)
    try:
        if not path.is_file():
            raise CertificateError("there is no such file")
        if path.stat().st_size > LARGEST:
            raise CertificateError("it is too large to be a certificate")
        return read_certificate(path.read_bytes().decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise CertificateError(f"{clean(file)}: it is no text any more ({error})") from None
    except (OSError, ValueError) as error:
        raise CertificateError(f"{clean(file)}: it cannot be read ({error})") from error
    except CertificateError as error:
        raise CertificateError(f"{clean(file)}: {error}") from None

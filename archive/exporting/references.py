"""Exports for reference managers: an entry a decision (``archive.bibliography`` writes them)."""

from __future__ import annotations

from collections.abc import Callable
from typing import IO

from archive.bibliography import bibtex, ris
from archive.citing import Cited
from archive.exporting.job import Job


def write_bibtex(stream: IO[str], job: Job) -> int:
    """Entries after a comment that says what they are (BibTeX passes over what is no entry)."""
    for name, said in job.about.lines():
        # A sign of the at would begin an entry.
        stream.write(f"% {name}: {' '.join(said.split())}\n".replace("@", "(at)"))
    stream.write("\n")
    return _write(stream, job, bibtex, "\n")


def write_ris(stream: IO[str], job: Job) -> int:
    """Records alone: the format has no place for anything else."""
    return _write(stream, job, ris, "")


def _write(stream: IO[str], job: Job, entry: Callable[[Cited], str], between: str) -> int:
    names = {info.key: info.name for info in job.about.sources}
    count = 0
    for batch in job.batches():
        for stored in batch.decisions:
            cited = Cited(
                stored,
                names[stored.decision.source],
                stored.revision,
                stored.last_seen_at.date(),
            )
            stream.write(entry(cited) + between)
            count += 1
    return count

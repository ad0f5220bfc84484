"""One export while it is written: what is chosen, which table, and what is said about it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from archive.exporting.about import About
from archive.exporting.selection import Batch, Selection
from archive.exporting.tables import Row, Table


@dataclass(slots=True)
class Job:
    """What a format is given. ``step`` hears of every batch: decisions done so far.

    ``excel``: text as a spreadsheet wants it. ``all_versions`` and ``include_refused`` concern
    stored pages only. ``too_long`` counts rows with a cell that is too long for a spreadsheet,
    ``changed`` those with one that a workbook cannot hold as it is.
    """

    chosen: Selection
    table: Table
    about: About
    step: Callable[[int], None]
    excel: bool = False
    all_versions: bool = False
    include_refused: bool = False
    too_long: int = field(default=0, init=False)
    changed: int = field(default=0, init=False)

    @property
    def attributions(self) -> dict[str, str]:
        """The acknowledgement to print, by source."""
        return self.about.attributions

    def rows(self) -> Iterator[list[Row]]:
        """The rows of the table, a batch at a time."""
        done = 0
        for rows in self.table.read(self.chosen, self.attributions):
            yield rows
            done += len(rows)
            self.step(done)

    def batches(self) -> Iterator[Batch]:
        """The decisions themselves, a batch at a time."""
        done = 0
        for batch in self.chosen.batches():
            yield batch
            done += len(batch.decisions)
            self.step(done)

"""Parquet, by pyarrow: typed columns that pandas, R and DuckDB read without options.

One row group a batch, so memory does not grow with the archive. Each column carries its line of the
data dictionary, the file what is said of the whole export (key ``decisions`` of the schema's
metadata). Text is never altered.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from archive.exporting.job import Job
from archive.exporting.tables import Row

GROUP = 10_000
"""Rows of a row group, at least: many small groups make a large file that is slow to read."""


def write(path: Path, job: Job) -> int:
    """Write one table to a path. Gives the rows written."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    schema = _schema(pa, job)
    count = 0
    held: list[Row] = []
    with pq.ParquetWriter(path, schema, compression="zstd") as writer:

        def put() -> None:
            columns = zip(*held, strict=True)
            arrays = [
                pa.array(values, type=field.type)
                for values, field in zip(columns, schema, strict=True)
            ]
            writer.write_batch(pa.record_batch(arrays, schema=schema), row_group_size=len(held))

        for rows in job.rows():
            held.extend(rows)
            count += len(rows)
            if len(held) >= GROUP:
                put()
                held.clear()
        if held:
            put()
    return count


def _schema(pa: Any, job: Job) -> Any:
    types = {
        "boolean": pa.bool_(),
        "integer": pa.int64(),
        "number": pa.float64(),
        "date": pa.date32(),
        "instant": pa.timestamp("us", tz="UTC"),
        "bytes": pa.binary(),
        "text": pa.string(),
    }
    fields = []
    for entry in job.table.fields:
        told = {"meaning": entry.meaning, "origin": entry.origin}
        told |= {name: getattr(entry, name) for name in ("unit", "rule") if getattr(entry, name)}
        fields.append(pa.field(entry.column_name, types[entry.kind], metadata=told))
    return pa.schema(fields, metadata={"decisions": json.dumps(job.about.lines())})

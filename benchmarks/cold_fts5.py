"""What a person's own script on FTS5 does for ``decisions search '"…"' --json``, as one process.

    python -m benchmarks.cold_fts5 FTS5-DATABASE ARCHIVE PHRASE [--bare]

The exact total, the ten best decisions with their headers, and the same snippets, chosen and marked
by ``search.snippets`` itself. ``--bare`` leaves the snippets and our modules out: headers alone.
"""

from __future__ import annotations

import json
import sqlite3
import sys
from pathlib import Path


def main() -> int:
    index, archive, phrase = sys.argv[1:4]
    found = sqlite3.connect(f"{Path(index).absolute().as_uri()}?mode=ro", uri=True)
    words = f'"{phrase}"'
    (total,) = found.execute("SELECT COUNT(*) FROM t WHERE t MATCH ?", (words,)).fetchone()
    rows = found.execute(
        "SELECT rowid, rank FROM t WHERE t MATCH ? ORDER BY rank LIMIT 10", (words,)
    ).fetchall()
    numbers = [number for number, _ in rows]
    if "--bare" in sys.argv:
        texts = sqlite3.connect(f"{Path(archive).absolute().as_uri()}?mode=ro", uri=True)
        marks = ",".join("?" * len(numbers))
        headers = texts.execute(
            f"SELECT * FROM v_decision WHERE id IN ({marks})",  # noqa: S608 - question marks
            numbers,
        ).fetchall()
        json.dump({"total": total, "hits": headers}, sys.stdout)
        return 0
    from archive.reader import open_texts
    from search.snippets import Marker, best
    from search.tree import Phrase

    marker = Marker(Phrase(tuple(phrase.split())))
    with open_texts(f"sqlite:///{archive}") as texts_of:
        heads, paragraphs = texts_of.decisions(numbers), texts_of.paragraphs(numbers)
        hits = [
            {
                **heads[number],
                "score": -score,
                "snippets": [
                    {"section": one.section, "text": one.text, "marks": one.marks}
                    for one in best(marker, heads[number], paragraphs[number], 2)
                ],
            }
            for number, score in rows
        ]
    json.dump({"total": total, "hits": hits}, sys.stdout, default=str)
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""The data dictionary as it stands in docs/data.md; ``python -m`` of this module prints it."""

from __future__ import annotations

from collections.abc import Iterator

from archive.dictionary import Entry, entries


def markdown() -> str:
    """Every view and table with its columns; views first, because they are what stays."""
    by_table: dict[str, list[Entry]] = {}
    for entry in entries():
        by_table.setdefault(entry.table_name, []).append(entry)
    views = [name for name in by_table if name.startswith("v_")]
    tables = [name for name in by_table if name not in views]
    return "\n".join([*_part("Views", views, by_table), "", *_part("Tables", tables, by_table)])


def _part(heading: str, names: list[str], by_table: dict[str, list[Entry]]) -> Iterator[str]:
    yield f"## {heading}"
    for name in names:
        yield f"\n### {name}\n"
        yield "| column | holds | origin | meaning, *rule* | example |"
        yield "|---|---|---|---|---|"
        yield from map(_row, by_table[name])


def _row(entry: Entry) -> str:
    meaning = entry.meaning + (f" ({entry.unit})" if entry.unit else "")
    rule = f". *{entry.rule}*" if entry.rule else ""
    example = f"`{entry.example}`" if entry.example else ""
    cells = (f"`{entry.column_name}`", entry.kind, entry.origin, meaning + rule, example)
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


if __name__ == "__main__":
    print(markdown())

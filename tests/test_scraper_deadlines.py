"""By when something is to be done, in every wording a clerk would read a time from.

The rows were labelled before the parser saw them. ISO 8601 where it has a word for the time; it has
none for working days and school days, which stay as they are said with the number in figures.
"""

from __future__ import annotations

import pytest
from sqlalchemy import String

from archive.models import RemedyRow
from scraper.deadlines import deadline

ROWS: list[tuple[str, str | None]] = [
    ("within one month of the date of this decision", "P1M"),
    ("within 28 days", "P28D"),
    ("by 31 March 2021", "2021-03-31"),
    ("The Council will do this in four weeks.", "P4W"),
    ("within one calendar month of my final decision", "P1M"),
    ("within a month of the Ombudsman's final decision", "P1M"),
    ("Within the next three months, the Council will", "P3M"),
    ("within 20 working days of the final decision", "20 working days"),
    ("within ten working days", "10 working days"),
    ("within 15 school days", "15 school days"),
    ("within twelve weeks of this decision", "P12W"),
    ("within six months of the date of the report", "P6M"),
    ("within a fortnight of the decision", "P2W"),
    ("within one year of the report", "P1Y"),
    ("within a year", "P1Y"),
    ("within 24 hours", "PT24H"),
    ("no later than 1 May 2022", "2022-05-01"),
    ("before 9 June 2023", "2023-06-09"),
    ("on or before 9 June 2023", "2023-06-09"),
    ("by Friday 4 August 2023", "2023-08-04"),
    ("by the 4th of August 2023", "2023-08-04"),
    ("by 4th August 2023", "2023-08-04"),
    ("by the end of February 2024", "2024-02-29"),
    ("no more than eight weeks after the final decision", "P8W"),
    ("not later than two months from the date of my decision", "P2M"),
    ("In the next six weeks the Council should", "P6W"),
    ("over the next 12 months", "P12M"),
    ("within eighteen weeks", "P18W"),
    ("within three (3) months", "P3M"),
    ("within 1 month", "P1M"),
    ("by 31 June 2021", None),
    ("by 31 March", None),
    ("within a reasonable time", None),
    ("promptly and without delay", None),
    ("within the Council", None),
    ("every three months", None),
    ("four weeks in arrears", None),
    ("in two weeks' time it had moved in", "P2W"),
    ("by the Council in 2021", None),
    ("within 0 days", None),
    ("for the six weeks in which he had no care", None),
]


@pytest.mark.parametrize(("text", "expected"), ROWS)
def test_the_time_a_text_gives(text: str, expected: str | None) -> None:
    assert deadline(text) == expected


def test_every_form_fits_its_column() -> None:
    kind = RemedyRow.__table__.c.deadline.type
    assert isinstance(kind, String)
    longest = kind.length or 0
    found = [deadline(f"within {count} {kind} days") for count in (1, 365) for kind in
             ("working", "school")]  # fmt: skip
    assert all(each is not None and len(each) <= longest for each in found)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("review what happened within the six weeks it had", None),
        ("within one month of my decision", "P1M"),
        ("within one month of the complaint", None),
    ],
)
def test_an_anchored_time_runs_from_the_decision(text: str, expected: str | None) -> None:
    assert deadline(text, anchored=True) == expected

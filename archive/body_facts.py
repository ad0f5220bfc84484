"""Facts about a body as a person or a file writes them, read strictly. Pure.

Every reader takes text and raises ValueError with a sentence that says what would do.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from datetime import date

from archive.records import BodyType

LONGEST_NAME = 300

TYPE_WORDS: dict[str, BodyType] = {
    **{kind.value.replace("_", ""): kind for kind in BodyType},
    # Codes and names in the tables that people import; England's only.
    "nmd": BodyType.DISTRICT,
    "nmtd": BodyType.DISTRICT,
    "nonmetropolitandistrict": BodyType.DISTRICT,
    "districtcouncil": BodyType.DISTRICT,
    "boroughcouncil": BodyType.DISTRICT,
    "cty": BodyType.COUNTY,
    "countycouncil": BodyType.COUNTY,
    "ua": BodyType.UNITARY,
    "uta": BodyType.UNITARY,
    "unitaryauthority": BodyType.UNITARY,
    "unitarycouncil": BodyType.UNITARY,
    "coi": BodyType.UNITARY,
    "councilofislesofscilly": BodyType.UNITARY,
    "islesofscilly": BodyType.UNITARY,
    "lbo": BodyType.LONDON_BOROUGH,
    "lb": BodyType.LONDON_BOROUGH,
    "cc": BodyType.LONDON_BOROUGH,
    "citycorporation": BodyType.LONDON_BOROUGH,
    "cityoflondon": BodyType.LONDON_BOROUGH,
    "md": BodyType.METROPOLITAN,
    "mtd": BodyType.METROPOLITAN,
    "metropolitandistrict": BodyType.METROPOLITAN,
    "metropolitanborough": BodyType.METROPOLITAN,
    "comb": BodyType.COMBINED_AUTHORITY,
    "ca": BodyType.COMBINED_AUTHORITY,
    "sra": BodyType.OTHER,
    "strategicregionalauthority": BodyType.OTHER,
}
"""A type's words without blanks and signs → the type."""

_CODE = re.compile(r"[A-Z0-9][A-Z0-9-]{1,11}")
_GSS = re.compile(r"[EWSNKJ][0-9]{8}")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_FORMULA = "=+-@"


def fact_type(text: str) -> BodyType:
    """A type by its word or by the code of a table: ``London borough``, ``LBO``."""
    word = re.sub(r"[\W_]+", "", text.casefold())
    if word in TYPE_WORDS:
        return TYPE_WORDS[word]
    names = ", ".join(kind.value.replace("_", " ") for kind in BodyType)
    raise ValueError(f"{text!r} is not a type; the types are {names}")


def fact_code(text: str) -> str:
    """A council's code in the table that is used here, in capitals: ``HAM``."""
    code = text.strip().upper()
    if not _CODE.fullmatch(code):
        raise ValueError(f"{text!r} is not a code like HAM: two to twelve letters and figures")
    return code


def fact_gss(text: str) -> str:
    """A code of the Office for National Statistics: ``E10000014``."""
    code = text.strip().upper()
    if not _GSS.fullmatch(code):
        raise ValueError(f"{text!r} is not a GSS code like E10000014")
    return code


def fact_day(text: str) -> date:
    """A day as ``2023-04-01``. Other forms are refused: 1/4 is not the same day everywhere."""
    try:
        if not _DAY.fullmatch(text.strip()):
            raise ValueError(text)
        return date.fromisoformat(text.strip())
    except ValueError:
        raise ValueError(f"{text!r} is not a day like 2023-04-01") from None


def fact_name(text: str) -> str:
    """A name as it may stand in lists and spreadsheets, white space folded."""
    if any(unicodedata.category(letter) in ("Cc", "Cf", "Cs", "Co", "Cn") for letter in text):
        raise ValueError(f"{text!r} holds a character that is not shown; write the name without it")
    name = " ".join(text.split())
    if not any(letter.isalnum() for letter in name):
        raise ValueError(f"{text!r} is no name")
    if name[0] in _FORMULA:
        raise ValueError(f"{text!r} begins like a spreadsheet's formula, which no name does")
    if len(name) > LONGEST_NAME:
        raise ValueError(f"a name of {len(name):,} characters is longer than any")
    return name


READERS: dict[str, Callable[[str], object]] = {
    "type": fact_type,
    "council_code": fact_code,
    "gss_code": fact_gss,
    "started_on": fact_day,
    "ended_on": fact_day,
}
"""Fact → what reads it. The successor is a name or a code of another body."""

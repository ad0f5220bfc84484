"""The Acts that decisions cite most, and where legislation.gov.uk keeps them.

To have another Act linked, add a row: its short title, then for each year the number of its
chapter. An Act that is not here is still cited, only without an address.
"""

from __future__ import annotations

CHAPTERS: dict[str, dict[int, int]] = {
    "Adoption and Children Act": {2002: 38},
    "Anti-social Behaviour, Crime and Policing Act": {2014: 12},
    "Building Act": {1984: 55},
    "Care Act": {2014: 23},
    "Care Standards Act": {2000: 14},
    "Child Support, Pensions and Social Security Act": {2000: 19},
    "Children (Leaving Care) Act": {2000: 35},
    "Children Act": {1989: 41, 2004: 31},
    "Children and Families Act": {2014: 6},
    "Children and Social Work Act": {2017: 16},
    "Chronically Sick and Disabled Persons Act": {1970: 44},
    "Clean Air Act": {1993: 11},
    "Commons Act": {2006: 26},
    "Coronavirus Act": {2020: 7},
    "Countryside and Rights of Way Act": {2000: 37},
    "Data Protection Act": {1998: 29, 2018: 12},
    "Domestic Abuse Act": {2021: 17},
    "Education Act": {1996: 56, 2002: 32, 2011: 21},
    "Environmental Protection Act": {1990: 43},
    "Equality Act": {2010: 15},
    "Flood and Water Management Act": {2010: 29},
    "Freedom of Information Act": {2000: 36},
    "Health Service Commissioners Act": {1993: 46},
    "Health and Care Act": {2022: 31},
    "Health and Social Care Act": {2008: 14, 2012: 7},
    "Highways Act": {1980: 66},
    "Homelessness Act": {2002: 7},
    "Homelessness Reduction Act": {2017: 13},
    "Housing Act": {1985: 68, 1988: 50, 1996: 52, 2004: 34},
    "Housing Grants, Construction and Regeneration Act": {1996: 53},
    "Housing and Planning Act": {2016: 22},
    "Human Rights Act": {1998: 42},
    "Land Drainage Act": {1991: 59},
    "Landlord and Tenant Act": {1985: 70},
    "Licensing Act": {2003: 17},
    "Limitation Act": {1980: 58},
    "Local Government Act": {1972: 70, 1974: 7, 1999: 27, 2000: 22, 2003: 26},
    "Local Government Finance Act": {1988: 41, 1992: 14},
    "Local Government and Housing Act": {1989: 42},
    "Local Government and Public Involvement in Health Act": {2007: 28},
    "Localism Act": {2011: 20},
    "Mental Capacity Act": {2005: 9},
    "Mental Health Act": {1983: 20},
    "National Health Service Act": {2006: 41},
    "Noise Act": {1996: 37},
    "Party Wall etc. Act": {1996: 40},
    "Planning Act": {2008: 29},
    "Planning and Compulsory Purchase Act": {2004: 5},
    "Protection from Eviction Act": {1977: 43},
    "Road Traffic Regulation Act": {1984: 27},
    "School Standards and Framework Act": {1998: 31},
    "Social Security Administration Act": {1992: 5},
    "Town and Country Planning Act": {1990: 8},
    "Traffic Management Act": {2004: 18},
    "Welfare Reform Act": {2012: 5},
    "Wildlife and Countryside Act": {1981: 69},
}
"""Short title → year → chapter number (public general Acts of the United Kingdom)."""

UNDATED = frozenset(("General Data Protection Regulation", "UK General Data Protection Regulation"))
"""Law that is no Act and is cited without a year."""

_SITE = "https://www.legislation.gov.uk"


def address(act: str, year: int | None, kind: str | None, number: str | None) -> str | None:
    """Where an Act, or a section or Schedule of it, is found; None for an Act not in the table,
    and for one without a year where the table has several of its title."""
    years = CHAPTERS.get(act, {})
    if year is None and len(years) == 1:
        (year,) = years  # an Act of that title there is only one of
    chapter = None if year is None else years.get(year)
    if chapter is None:
        return None
    page = f"{_SITE}/ukpga/{year}/{chapter}"
    if kind in ("section", "schedule") and number is not None:
        return f"{page}/{kind}/{number.upper()}"
    return page

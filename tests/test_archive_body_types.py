"""A type is told by the table or by a rule, and never guessed."""

from __future__ import annotations

from datetime import date

import pytest

from archive import council_table
from archive.body_names import body_key
from archive.body_types import judge
from archive.records import BodyType, Said

T = BodyType
TOLD = (
    ("Hampshire County Council", T.COUNTY, Said.TABLE),
    ("Mereshire County Council", T.COUNTY, Said.RULE),
    ("Durham County Council", T.UNITARY, Said.TABLE),
    ("Northumberland County Council", T.UNITARY, Said.TABLE),
    ("Rutland County Council", T.UNITARY, Said.TABLE),
    ("Brighton & Hove City Council", T.UNITARY, Said.TABLE),
    ("BRIGHTON AND HOVE CITY COUNCIL", T.UNITARY, Said.TABLE),
    ("Bournemouth, Christchurch & Poole Council", T.UNITARY, Said.TABLE),
    ("Royal Borough of Windsor and Maidenhead", T.UNITARY, Said.TABLE),
    ("Cornwall Council", T.UNITARY, Said.TABLE),
    ("Birmingham City Council", T.METROPOLITAN, Said.TABLE),
    ("Kirklees Council", T.METROPOLITAN, Said.TABLE),
    ("St. Helens Metropolitan Borough Council", T.METROPOLITAN, Said.TABLE),
    ("Coldale Metropolitan Borough Council", T.METROPOLITAN, Said.RULE),
    ("City of Bradford Metropolitan District Council", T.METROPOLITAN, Said.TABLE),
    ("London Borough of Barnet", T.LONDON_BOROUGH, Said.TABLE),
    ("London Borough of Oldgate", T.LONDON_BOROUGH, Said.RULE),
    ("Royal Borough of Kensington & Chelsea", T.LONDON_BOROUGH, Said.TABLE),
    ("Westminster City Council", T.LONDON_BOROUGH, Said.TABLE),
    ("City of London", T.LONDON_BOROUGH, Said.TABLE),
    ("Cambridge City Council", T.DISTRICT, Said.TABLE),
    ("Borough Council of King’s Lynn & West Norfolk", T.DISTRICT, Said.TABLE),
    ("Northmoor District Council", T.DISTRICT, Said.RULE),
    ("Greater Manchester Combined Authority", T.COMBINED_AUTHORITY, Said.RULE),
    ("Tarn Valley Combined County Authority", T.COMBINED_AUTHORITY, Said.RULE),
    ("NHS Fenmarch Integrated Care Board", T.NHS, Said.RULE),
    ("Penmarrow Partnership NHS Trust", T.NHS, Said.RULE),
    ("Northmoor NHS Foundation Trust", T.NHS, Said.RULE),
    ("The Grange Care Centre (Cheltenham) Limited", T.CARE_PROVIDER, Said.RULE),
    ("Bright & Kind Care Ltd", T.CARE_PROVIDER, Said.RULE),
    ("Mr J & Mrs P Ellacott AKA Sea View Rest Home", T.CARE_PROVIDER, Said.RULE),
    ("St Swithun’s Church of England Primary School", T.SCHOOL, Said.RULE),
    ("Our Lady Catholic Primary School, Aldwick", T.SCHOOL, Said.RULE),
    ("Wold Town Council", T.OTHER, Said.RULE),
    ("Fellside National Park Authority", T.OTHER, Said.RULE),
)

NOT_TOLD = (
    "Hampshire Council",
    "Thornbeck Borough Council",
    "Marlingford City Council",
    "City of Aldwick Council",
    "Richmond Council",
    "Newcastle Council",
    "Northmoor County Council Care Homes",
    "The Larches (Northmoor) Limited",
    "Kestrel Court (2019) LLP",
    "The Mereside Academy",
    "The Old School Limited",
    "Carefree Holidays",
    "NHS Supplies Limited",
    "County Council",
    "…",
    "",
)


@pytest.mark.parametrize(("name", "kind", "by"), TOLD)
def test_the_type_is_told(name: str, kind: BodyType, by: Said) -> None:
    assert (judge(name).type, judge(name).by) == (kind, by)


@pytest.mark.parametrize("name", NOT_TOLD)
def test_what_nothing_tells_stays_unknown(name: str) -> None:
    assert judge(name).type is None


def test_a_name_as_long_as_a_page_is_judged_too() -> None:
    for piece in ("primary and ", "care home ", "limited ", "nhs aka ", "county council "):
        judge(piece * 20_000)


def test_the_table_has_every_council_of_england() -> None:
    living = {(c.type, c.place) for c in council_table.councils() if c.ended_on is None}
    living |= {(c.type, c.place) for c, _ in council_table.NAMED if c.ended_on is None}
    count = {kind: sum(1 for one, _ in living if one is kind) for kind in BodyType}
    assert count[T.COUNTY] == 21
    assert count[T.METROPOLITAN] == 36
    assert count[T.LONDON_BOROUGH] == 32 + 1  # the City
    # 62 unitary councils and the Isles of Scilly; Kingston upon Hull goes by two names.
    assert count[T.UNITARY] == 62 + 1 + 1
    assert count[T.DISTRICT] == 164 + 1  # Shepway is Folkestone and Hythe today


def test_no_name_of_the_table_fits_two_councils() -> None:
    found: dict[str, council_table.Council] = {}
    for council in council_table.councils():
        for form in council_table.FORMS[council.type]:
            key = body_key(form.format(council.place))
            assert found.setdefault(key, council) == council


def test_codes_of_london_and_last_days_come_from_the_table() -> None:
    assert judge("London Borough of Barnet").gss_code == "E09000003"
    assert judge("Westminster City Council").gss_code == "E09000033"
    assert judge("Somerset County Council").ended_on == date(2023, 3, 31)
    assert judge("Somerset Council").ended_on is None
    assert judge("Dorset County Council").type is T.COUNTY
    assert judge("Dorset Council").type is T.UNITARY

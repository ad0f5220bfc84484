"""The stock of words that invented decisions share: bodies, people, headings, statutes.

Tables only. The headings and the spellings of statutes are those seen on real pages (they are what
a parser has to know); every sentence is our own. Sentences stand in ``stories.txt`` (by
subject) and ``phrases.txt``.
"""

from __future__ import annotations

from archive.records import SectionKind

BODIES: dict[str, tuple[str, ...]] = {
    "district": (
        "Northmoor District Council",
        "Eastwold District Council",
        "Thornbeck Borough Council",
        "Saltmere Borough Council",
        "Kelby & Ashe District Council",
        "Marlingford City Council",
        "Withern Vale District Council",
        "Oxenheath Borough Council",
        "Larkstone and Harrowby District Council",
        "Sedgewick-on-Sea Borough Council",
        "St Osric’s Borough Council",
        "Ploverdale District Council",
    ),
    "county": (
        "Wealdshire County Council",
        "Mereshire County Council",
        "Fenmarch County Council",
        "Haleshire County Council",
        "Northmoor County Council",
    ),
    "unitary": (
        "Brackwater and Stour Council",
        "Brackwater Bay, Colne and Penny Hill Council",
        "Isle of Penmarrow Council",
        "Royal Borough of Kingsmere",
        "Castleholme Council",
        "City of Aldwick Council",
        "Tarnside Council",
        "Ravensby & Hythe City Council",
    ),
    "london": (
        "London Borough of Eastmarsh",
        "London Borough of Highcombe & Fenn",
        "London Borough of Wandle Park",
        "London Borough of St Bride’s",
        "London Borough of Oldgate",
        "Royal Borough of Queensholm & Thames",
    ),
    "metropolitan": (
        "Stannerley Metropolitan Borough Council",
        "Holmeroyd City Council",
        "Wexcliffe Metropolitan Borough Council",
        "Coldale Council",
        "Millsborough City Council",
    ),
    "care": (
        "The Larches (Northmoor) Limited",
        "Harbour Homecare Ltd",
        "Bright & Kind Care Ltd",
        "Rose, Thorne & Daughters Limited",
        "Maple Lodge Care Ltd AKA The Maples",
        "St Aidan’s Nursing Home Limited",
        "O’Dowd Healthcare Ltd",
        "Willowmead (Care Homes), Limited",
        "Ever So Near 24-7 Homecare Limited",
        "Mr J & Mrs P Ellacott AKA Sea View Rest Home",
        "Tall Trees Residential Care Limited",
        "Lantern Support C.I.C.",
        "Kestrel Court (2019) LLP",
        "Ashdene & Co Limited t/a Ashdene Care",
    ),
    "nhs": (
        "Northmoor and Wealdshire Hospitals NHS Foundation Trust",
        "NHS Fenmarch Integrated Care Board",
        "Penmarrow Partnership NHS Trust",
        "Holmeroyd Teaching Hospitals NHS Foundation Trust",
    ),
    "school": (
        "St Swithun’s Church of England Primary School",
        "Eastwold High School",
        "The Mereside Academy",
        "Our Lady of the Ford Catholic Primary School, Aldwick",
        "King Athelstan’s Grammar School (Kelby)",
        "Tarn Valley Combined Authority",
    ),
}
"""Names of bodies by what they are. None of them exists."""

CALLED: dict[str, tuple[str, ...]] = {
    "care": ("the Care Provider", "the Provider", "the Company"),
    "nhs": ("the Trust",),
    "school": ("the School",),
}
"""What a text calls a body after its first mention; "the Council" for all the others."""

PEOPLE: tuple[tuple[str, str, str, str], ...] = (
    ("Mr", "he", "him", "his"),
    ("Mrs", "she", "her", "her"),
    ("Ms", "she", "her", "her"),
    ("Miss", "she", "her", "her"),
    ("Mr", "he", "him", "his"),
)
LETTERS = ("X", "B", "C", "D", "F", "K", "P", "X", "X")
OTHER_LETTERS = ("Y", "Z", "G", "Y", "T")

KIN: dict[str, tuple[tuple[str, str, str, str], ...]] = {
    "parent": (
        ("son", "he", "him", "his"),
        ("daughter", "she", "her", "her"),
    ),
    "relative": (
        ("mother", "she", "her", "her"),
        ("father", "he", "him", "his"),
        ("aunt", "she", "her", "her"),
        ("brother", "he", "him", "his"),
        ("late mother", "she", "her", "her"),
    ),
}

HEADINGS: tuple[tuple[str, SectionKind, bool], ...] = (
    ("The complaint", SectionKind.COMPLAINT, False),
    ("What I have investigated", SectionKind.SCOPE, False),
    ("What I have and have not investigated", SectionKind.SCOPE, False),
    ("Parts of the complaint that I did not investigate", SectionKind.SCOPE, False),
    ("The Ombudsman’s role and powers", SectionKind.POWERS, False),
    ("The Ombudsmen’s role and powers", SectionKind.POWERS, False),
    ("How I considered this complaint", SectionKind.METHOD, False),
    ("How we considered this complaint", SectionKind.METHOD, False),
    ("What I found", SectionKind.FINDINGS, False),
    ("Findings", SectionKind.FINDINGS, False),
    ("Finding", SectionKind.FINDINGS, False),
    ("My assessment", SectionKind.ANALYSIS, False),
    ("Analysis", SectionKind.ANALYSIS, True),
    ("What happened", SectionKind.BACKGROUND, True),
    ("Background", SectionKind.BACKGROUND, True),
    ("Key facts", SectionKind.BACKGROUND, True),
    ("Legal and administrative background", SectionKind.BACKGROUND, True),
    ("The law and guidance", SectionKind.BACKGROUND, True),
    ("Agreed action", SectionKind.REMEDY, False),
    ("Recommended action", SectionKind.REMEDY, False),
    ("Recommended/agreed action", SectionKind.REMEDY, False),
    ("Agreed remedy", SectionKind.REMEDY, False),
    ("Recommendations", SectionKind.RECOMMENDATIONS, False),
    ("Final decision", SectionKind.FINAL_DECISION, False),
    ("Decision", SectionKind.FINAL_DECISION, False),
)
"""Heading, what it is, and whether it stands under the last top-level heading (domain table)."""

STATUTE_SPELLINGS: tuple[tuple[str, str], ...] = (
    ("section 24A(6), as amended)", "section 24A (6), as amended)"),
    (", as amended)", ", as amended)."),
    (", as amended)", ")"),
    ("Act 1974,", "Act,"),
    (", as amended)", " as amended)"),
    (", as amended)", ", as amended"),
    ("sections 26(1)", "Sections 26 (1)"),
    ("section 34(3)", "s34(3)"),
)
"""Ways in which the same statute is found spelled; a bracket may stay open."""

SATISFIED: tuple[str, ...] = (
    "Ombudsman satisfied with council's response: {day}",
    "Ombudsman satisfied with council response: {day}",
    "Ombudsman satisfied with the council's response: {day}",
    "Ombudsman satisfied with Council's response: {day}",
    "Ombudsman satisfied with council's response: {day}.",
)
"""The compliance line under a report, in the five spellings seen."""

OUTCOMES: tuple[tuple[str, int], ...] = (
    ("Upheld", 52),
    ("Closed after initial enquiries", 20),
    ("Not upheld", 12),
)
"""Outcome words with how often each was counted on real pages."""

"""The councils of England by type: what a name alone cannot tell.

"X City Council", "X Borough Council" and "X Council" can be a district, a unitary or a metropolitan
council, and three county councils are unitary; so here they stand by place. Places are as in the
councils' names; ``FORMS`` says in which names a council of each type goes about.

The City of London, which does what a borough does, stands with the London boroughs, and the Isles
of Scilly with the unitary councils. Councils that were abolished since 2019 are here with their
last day, because decisions about them are in the archive. Codes (GSS, of the Office for National
Statistics) are given for London only; for the others import a table (``decisions bodies import``).

To correct one body use ``decisions bodies set``; to correct this table, change a line here and
raise ``body_names.RULES_VERSION``, so that archives ask it again.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from archive.body_names import body_key
from archive.records import BodyType


@dataclass(frozen=True, slots=True)
class Council:
    """What the table knows of one council. ``ended_on`` is its last day, None while it lives."""

    place: str
    type: BodyType
    gss_code: str | None = None
    ended_on: date | None = None


FORMS: dict[BodyType, tuple[str, ...]] = {
    BodyType.COUNTY: ("{} County Council",),
    BodyType.UNITARY: (
        "{} Council",
        "{} Borough Council",
        "{} City Council",
        "City of {} Council",
        "{} Unitary Authority",
    ),
    BodyType.METROPOLITAN: (
        "{} Council",
        "{} Borough Council",
        "{} City Council",
        "City of {} Council",
        "{} Metropolitan Council",
        "{} Metropolitan Borough Council",
        "{} Metropolitan District Council",
        "City of {} Metropolitan District Council",
    ),
    BodyType.LONDON_BOROUGH: (
        "{} Council",
        "{} Borough Council",
        "{} London Borough Council",
        "London Borough of {}",
        "London Borough of {} Council",
    ),
    BodyType.DISTRICT: (
        "{} Council",
        "{} Borough Council",
        "{} City Council",
        "{} District Council",
        "City of {} Council",
        "Borough of {}",
    ),
}
"""Type → names that a council of that type and place may have. ``{}`` is the place."""

COUNTIES = """
Cambridgeshire; Derbyshire; Devon; East Sussex; Essex; Gloucestershire; Hampshire; Hertfordshire;
Kent; Lancashire; Leicestershire; Lincolnshire; Norfolk; Nottinghamshire; Oxfordshire;
Staffordshire; Suffolk; Surrey; Warwickshire; West Sussex; Worcestershire
"""

UNITARIES = """
Bath and North East Somerset; Bedford; Blackburn with Darwen; Blackpool;
Bournemouth, Christchurch and Poole; Bracknell Forest; Brighton and Hove; Bristol; Buckinghamshire;
Central Bedfordshire; Cheshire East; Cheshire West and Chester; Cornwall; Cumberland; Darlington;
Derby; Dorset; East Riding of Yorkshire; Halton; Hartlepool; Herefordshire; Isle of Wight; Hull;
Kingston upon Hull; Leicester; Luton; Medway; Middlesbrough; Milton Keynes; North East Lincolnshire;
North Lincolnshire; North Northamptonshire; North Somerset; North Yorkshire; Nottingham;
Peterborough; Plymouth; Portsmouth; Reading; Redcar and Cleveland; Rutland; Shropshire; Slough;
Somerset; South Gloucestershire; Southampton; Southend-on-Sea; Stockton-on-Tees; Stoke-on-Trent;
Swindon; Telford and Wrekin; Thurrock; Torbay; Warrington; West Berkshire; West Northamptonshire;
Westmorland and Furness; Wiltshire; Windsor and Maidenhead; Wokingham; York
"""

METROPOLITANS = """
Barnsley; Birmingham; Bolton; Bradford; Bury; Calderdale; Coventry; Doncaster; Dudley; Gateshead;
Kirklees; Knowsley; Leeds; Liverpool; Manchester; Newcastle upon Tyne; North Tyneside; Oldham;
Rochdale; Rotherham; Salford; Sandwell; Sefton; Sheffield; Solihull; South Tyneside; St Helens;
Stockport; Sunderland; Tameside; Trafford; Wakefield; Walsall; Wigan; Wirral; Wolverhampton
"""

LONDON_BOROUGHS = """
Barking and Dagenham; Barnet; Bexley; Brent; Bromley; Camden; Croydon; Ealing; Enfield; Greenwich;
Hackney; Hammersmith and Fulham; Haringey; Harrow; Havering; Hillingdon; Hounslow; Islington;
Kensington and Chelsea; Kingston upon Thames; Lambeth; Lewisham; Merton; Newham; Redbridge;
Richmond upon Thames; Southwark; Sutton; Tower Hamlets; Waltham Forest; Wandsworth; Westminster
"""
"""In the order of their codes, E09000002 to E09000033."""

DISTRICTS = """
Adur; Amber Valley; Arun; Ashfield; Ashford; Babergh; Basildon; Basingstoke and Deane; Bassetlaw;
Blaby; Bolsover; Boston; Braintree; Breckland; Brentwood; Broadland; Bromsgrove; Broxbourne;
Broxtowe; Burnley; Cambridge; Cannock Chase; Canterbury; Castle Point; Charnwood; Chelmsford;
Cheltenham; Cherwell; Chesterfield; Chichester; Chorley; Colchester; Cotswold; Crawley; Dacorum;
Dartford; Derbyshire Dales; Dover; East Cambridgeshire; East Devon; East Hampshire;
East Hertfordshire; East Lindsey; East Staffordshire; East Suffolk; Eastbourne; Eastleigh;
Elmbridge; Epping Forest; Epsom and Ewell; Erewash; Exeter; Fareham; Fenland; Folkestone and Hythe;
Forest of Dean; Fylde; Gedling; Gloucester; Gosport; Gravesham; Great Yarmouth; Guildford;
Harborough; Harlow; Hart; Hastings; Havant; Hertsmere; High Peak; Hinckley and Bosworth; Horsham;
Huntingdonshire; Hyndburn; Ipswich; King's Lynn and West Norfolk; Lancaster; Lewes; Lichfield;
Lincoln; Maidstone; Maldon; Malvern Hills; Mansfield; Melton; Mid Devon; Mid Suffolk; Mid Sussex;
Mole Valley; New Forest; Newark and Sherwood; Newcastle-under-Lyme; North Devon;
North East Derbyshire; North Hertfordshire; North Kesteven; North Norfolk; North Warwickshire;
North West Leicestershire; Norwich; Nuneaton and Bedworth; Oadby and Wigston; Oxford; Pendle;
Preston; Redditch; Reigate and Banstead; Ribble Valley; Rochford; Rossendale; Rother; Rugby;
Runnymede; Rushcliffe; Rushmoor; Sevenoaks; South Cambridgeshire; South Derbyshire; South Hams;
South Holland; South Kesteven; South Norfolk; South Oxfordshire; South Ribble; South Staffordshire;
Spelthorne; St Albans; Stafford; Staffordshire Moorlands; Stevenage; Stratford-on-Avon; Stroud;
Surrey Heath; Swale; Tamworth; Tandridge; Teignbridge; Tendring; Test Valley; Tewkesbury; Thanet;
Three Rivers; Tonbridge and Malling; Torridge; Tunbridge Wells; Uttlesford; Vale of White Horse;
Warwick; Watford; Waverley; Wealden; Welwyn Hatfield; West Devon; West Lancashire; West Lindsey;
West Oxfordshire; West Suffolk; Winchester; Woking; Worcester; Worthing; Wychavon; Wyre; Wyre Forest
"""

GONE_2019 = """
Christchurch; East Dorset; Forest Heath; North Dorset; Purbeck; St Edmundsbury; Suffolk Coastal;
Taunton Deane; Waveney; West Dorset; West Somerset; Weymouth and Portland
"""
GONE_2020 = "Aylesbury Vale; Chiltern; South Bucks; Wycombe"
GONE_2021 = """
Corby; Daventry; East Northamptonshire; Kettering; Northampton; South Northamptonshire;
Wellingborough
"""
GONE_2023 = """
Allerdale; Barrow-in-Furness; Carlisle; Copeland; Craven; Eden; Hambleton; Harrogate; Mendip;
Richmondshire; Ryedale; Scarborough; Sedgemoor; Selby; Somerset West and Taunton; South Lakeland;
South Somerset
"""

ABOLISHED: tuple[tuple[date, BodyType, str], ...] = (
    (date(2019, 3, 31), BodyType.COUNTY, "Dorset"),
    (date(2019, 3, 31), BodyType.UNITARY, "Bournemouth; Poole"),
    (date(2019, 3, 31), BodyType.DISTRICT, GONE_2019),
    (date(2020, 3, 31), BodyType.COUNTY, "Buckinghamshire"),
    (date(2020, 3, 31), BodyType.DISTRICT, GONE_2020),
    (date(2021, 3, 31), BodyType.COUNTY, "Northamptonshire"),
    (date(2021, 3, 31), BodyType.DISTRICT, GONE_2021),
    (date(2023, 3, 31), BodyType.COUNTY, "Cumbria; North Yorkshire; Somerset"),
    (date(2023, 3, 31), BodyType.DISTRICT, GONE_2023),
)
"""Last day, type, places."""

NAMED: tuple[tuple[Council, tuple[str, ...]], ...] = (
    (
        Council("City of London", BodyType.LONDON_BOROUGH, "E09000001"),
        ("City of London", "City of London Corporation", "Corporation of London"),
    ),
    (
        Council("Greenwich", BodyType.LONDON_BOROUGH, "E09000011"),
        ("Royal Borough of Greenwich", "Royal Borough of Greenwich Council"),
    ),
    (
        Council("Kensington and Chelsea", BodyType.LONDON_BOROUGH, "E09000020"),
        ("Royal Borough of Kensington and Chelsea",),
    ),
    (
        Council("Kingston upon Thames", BodyType.LONDON_BOROUGH, "E09000021"),
        ("Royal Borough of Kingston upon Thames",),
    ),
    (
        Council("Westminster", BodyType.LONDON_BOROUGH, "E09000033"),
        ("Westminster City Council", "City of Westminster", "City of Westminster Council"),
    ),
    (
        Council("Windsor and Maidenhead", BodyType.UNITARY),
        (
            "Royal Borough of Windsor and Maidenhead",
            "Royal Borough of Windsor and Maidenhead Council",
        ),
    ),
    (
        Council("Bournemouth, Christchurch and Poole", BodyType.UNITARY),
        ("BCP Council",),
    ),
    (Council("Durham", BodyType.UNITARY), ("Durham County Council", "Durham Council")),
    (
        Council("Northumberland", BodyType.UNITARY),
        ("Northumberland County Council", "Northumberland Council"),
    ),
    (
        Council("Rutland", BodyType.UNITARY),
        ("Rutland County Council", "Rutland County Council District Council"),
    ),
    (
        Council("Herefordshire", BodyType.UNITARY),
        ("County of Herefordshire District Council",),
    ),
    (
        Council("Isles of Scilly", BodyType.UNITARY),
        ("Council of the Isles of Scilly", "Isles of Scilly Council"),
    ),
    (Council("Poole", BodyType.UNITARY, ended_on=date(2019, 3, 31)), ("Borough of Poole",)),
    (Council("Newcastle upon Tyne", BodyType.METROPOLITAN), ("Newcastle City Council",)),
    (
        Council("King's Lynn and West Norfolk", BodyType.DISTRICT),
        ("Borough Council of King's Lynn and West Norfolk",),
    ),
    (Council("Shepway", BodyType.DISTRICT), ("Shepway District Council",)),
    (Council("London", BodyType.OTHER), ("Greater London Authority", "Transport for London")),
)
"""Councils, or names of them, that no form gives."""


def places(text: str) -> list[str]:
    """The places of one of the lists above."""
    return [place for each in text.split(";") if (place := " ".join(each.split()))]


def councils() -> list[Council]:
    """Every council of the lists, with its code where the table has it."""
    found = [
        Council(place, kind)
        for kind, text in (
            (BodyType.COUNTY, COUNTIES),
            (BodyType.UNITARY, UNITARIES),
            (BodyType.METROPOLITAN, METROPOLITANS),
            (BodyType.DISTRICT, DISTRICTS),
        )
        for place in places(text)
    ]
    found += [
        Council(place, BodyType.LONDON_BOROUGH, f"E09{number:06d}")
        for number, place in enumerate(places(LONDON_BOROUGHS), start=2)
    ]
    found += [
        Council(place, kind, ended_on=last_day)
        for last_day, kind, text in ABOLISHED
        for place in places(text)
    ]
    return found


@lru_cache(maxsize=1)
def names() -> dict[str, Council]:
    """Council by the key of each of its names; a name that two of them could have is left out."""
    found: dict[str, Council] = {}
    doubtful = set()
    named = [(council, [form.format(council.place) for form in FORMS[council.type]])
             for council in councils()]  # fmt: skip
    for council, spellings in (*named, *NAMED):
        for key in map(body_key, spellings):
            if found.setdefault(key, council) != council:
                doubtful.add(key)
    return {key: council for key, council in found.items() if key not in doubtful}


def council_named(name: str) -> Council | None:
    """The council that goes by this name, None when the table does not know it."""
    return names().get(body_key(name))

"""A look-alike of the publisher's site on loopback, with decisions of our own invention.

    from tests.site import Site, invent

    with Site(invent(400)) as site:
        ...  # crawl site.url

``cases`` (one decision and its truth), ``invention`` / ``telling`` / ``stories`` / ``words`` (how
decisions are made up), ``markups`` / ``furniture`` (a case as HTML), ``listing``, ``server`` /
``wire`` / ``exchange`` (serving), ``faults`` (what can go wrong). ``python -m tests.site`` serves
it.
"""

from tests.site.cases import Block, Case, Item, Part, expected_json
from tests.site.exchange import Answer, LogEntry, Request
from tests.site.faults import FAULTS, Fault
from tests.site.invention import invent
from tests.site.markups import CYCLE, MARKUPS, Markup, render, truth
from tests.site.server import Site

__all__ = [
    "CYCLE",
    "FAULTS",
    "MARKUPS",
    "Answer",
    "Block",
    "Case",
    "Fault",
    "Item",
    "LogEntry",
    "Markup",
    "Part",
    "Request",
    "Site",
    "expected_json",
    "invent",
    "render",
    "truth",
]

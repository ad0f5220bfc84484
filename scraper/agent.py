"""Who asks: the name that every request and every robots.txt rule knows us by.

The publisher must be able to see what reads its site and whom to write to, so a crawl of a live
site does not start without a contact. No browser's name is ever used.
"""

from __future__ import annotations

import re

from scraper.errors import CrawlSetupError

PRODUCT = "decisions"
"""The token in the user agent, and the one that robots.txt groups are matched against."""

_PLAIN = re.compile(r"[!-'*-~]+(?: [!-'*-~]+)*", re.ASCII)  # printable ASCII without brackets


def user_agent(version: str, contact: str | None, *, loopback: bool) -> str:
    """``decisions/<version> (+contact)``; on loopback the contact may be missing.

    Raises CrawlSetupError for a live site without a contact, or one that is no address.
    """
    if contact is None or not contact.strip():
        if loopback:
            return f"{PRODUCT}/{version}"
        raise CrawlSetupError(
            "a crawl of the live site needs a contact, so that the publisher can reach you: put "
            'contact = "you@your-domain" into the file that `decisions path config` names, set '
            "DECISIONS_CONTACT, or give it before the command: "
            "decisions --contact you@your-domain …"
        )
    contact = contact.strip()
    is_address = "@" in contact or contact.startswith(("https://", "http://"))
    if not _PLAIN.fullmatch(contact) or not is_address:
        raise CrawlSetupError(
            f"the contact {contact!r} is neither an e-mail address nor the URL of a page about "
            "you, in plain ASCII without brackets"
        )
    return f"{PRODUCT}/{version} (+{contact})"

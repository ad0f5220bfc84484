"""What stands around every page of the look-alike: head, navigation, footer, cookie banner.

The strings that a real page is known to carry ("Review your privacy settings", "Required cookies",
"LGO logogram" …) are the publisher's, because stripping them is what the parser has to do; all
other words are our own.
"""

from __future__ import annotations

import html

BANNER = """<div id="cookie-settings" role="dialog" aria-label="Cookie settings">
  <img src="/images/logogram.svg" alt="LGO logogram">
  <h2>Review your privacy settings</h2>
  <h3>Required cookies</h3>
  <p>This website needs these cookies to work. Your browser can turn them off, though some pages
  may then behave oddly.</p>
  <p><a href="#">View required cookies</a></p>
  <h3>Analytical cookies</h3>
  <p>These cookies count visits and show which pages are read most.<br>
  It helps us if you leave them 'ON'.</p>
  <p><a href="#">View analytical cookies</a></p>
  <p>No data that could identify a visitor are kept for the protection of privacy.</p>
  <p>Privacy settings</p>
</div>
"""
TOP = """<a class="skip" href="#main">Skip to main content</a>
<header id="header" role="banner">
  <a href="/" class="logo"><img src="/images/logo.svg" alt="Ombudsman"></a>
  <form action="/searchpost" method="post"><label for="q">Search this site</label>
  <input id="q" name="q"><button>Search</button></form>
  <nav><ul><li><a href="/how-to-complain">How to complain</a></li>
  <li><a href="/Decisions/SearchResults">Decisions</a></li><li><a href="/news">News</a></li>
  </ul></nav>
</header>
"""
FOOTER = """<footer><ul><li><a href="/copyright">Copyright</a></li>
<li><a href="/accessibility">Accessibility</a></li><li><a href="/privacy">Privacy</a></li>
</ul></footer>
<script src="/js/site.js"></script>
"""
FURNITURE = (
    "Back to top",
    "Print this page",
    "LGO logogram",
    "Review your privacy settings",
    "Required cookies",
    "View required cookies",
    "Analytical cookies",
    "View analytical cookies",
    "Privacy settings",
    "Skip to main content",
    "Investigator's decision on behalf of the Ombudsman",
)
"""Strings that stand on pages and belong to no decision's text."""


def page(title: str, content: str, *, banner_first: bool = False, style: str = "") -> str:
    """A whole document around the content."""
    sheet = f"<style>{style}</style>\n" if style else ""
    return (
        '<!DOCTYPE html>\n<html lang="en-GB">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{html.escape(title, quote=False)}</title>\n"
        f'<link rel="stylesheet" href="/css/site.css">\n{sheet}'
        "<script>window.visits = window.visits || [];</script>\n</head>\n<body>\n"
        f"{BANNER if banner_first else ''}{TOP}{content}{FOOTER}"
        f"{'' if banner_first else BANNER}</body>\n</html>\n"
    )

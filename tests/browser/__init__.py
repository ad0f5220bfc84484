"""The reading room in a real browser: what no test of its answers alone can show.

``room`` makes archives and serves them as the command does, ``pages`` lists an address of every
kind of page, ``watched`` is a browser that notes what must not happen, ``planted`` is an archive
whose every text tries to run something. The files ``check_*.py`` hold the promises; they are not
collected with the other tests, for they need a browser: ``python3 scripts/browser.py`` runs them.
"""

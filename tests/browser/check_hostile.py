"""Whatever stands in a text or an address, a browser shows it and runs nothing of it.

Once under the room's policy, where a violation would be reported, and once with the policy switched
off: it is the second line, and the first has to hold without it.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, urlsplit

import pytest
from playwright.sync_api import Browser

from tests.browser import planted, room
from tests.browser.planted import FIRST, MARK, PAYLOADS, SCRIPTS
from tests.browser.watched import Watch, watching

MOST_PAGES = 140
"""Pages that are walked through, link by link."""

MADE = """() => {
  const found = [];
  for (const one of document.querySelectorAll("*")) {
    for (const name of one.getAttributeNames())
      if (name.startsWith("on") || name === "style" || name === "srcdoc")
        found.push(`${one.tagName} has ${name}`);
    if (["IFRAME", "BASE", "OBJECT", "EMBED", "MATH", "TEMPLATE"].includes(one.tagName))
      found.push(`a ${one.tagName}`);
    if (one.tagName === "SCRIPT" && !one.getAttribute("src")?.startsWith("/static/"))
      found.push(`a script: ${one.outerHTML.slice(0, 80)}`);
    if (one.tagName === "META" && one.httpEquiv) found.push(one.outerHTML);
    for (const name of ["href", "action", "formaction", "src"]) {
      const value = one.getAttribute(name);
      if (value === null) continue;
      const address = new URL(value, location.href);
      if (!["http:", "https:", "mailto:"].includes(address.protocol) ||
          address.hostname.includes("evil"))
        found.push(`${one.tagName} leads to ${value}`);
    }
  }
  return found;
}"""
"""What is on a page that only a text of ours could have made."""

LINKS = "() => [...document.querySelectorAll('a[href]')].map((one) => one.href)"

NO_PAGE = (".csv", ".jsonl", ".atom", "/openapi.json")
FILES = ("style=bibtex", "style=ris")
"""What a browser puts into a file and does not show."""

ECHOED = (
    "/search?q={}",
    "/search?q=%22{}%22",
    "/search?q=fault&body={}",
    "/search?q=fault&category={}",
    "/search?q=fault&subcategory={}",
    "/search?q=fault&phrase={}",
    "/search?q=fault&begins={}",
    "/search?q=fault&section={}",
    "/search?q=fault&outcome={}",
    "/search?q=fault&source={}",
    "/search?q=fault&from={}",
    "/search?q=fault&sort={}",
    "/search?q=fault&remedy-min={}",
    "/search?q=fault&offset={}",
    "/search?q=fault&{}=1",
    "/bodies?q={}",
    "/bodies?letter={}",
    "/bodies?type={}",
    "/bodies?source={}",
    "/changes?body={}",
    "/changes?kind={}",
    "/changes?before={}",
    "/coverage?source={}",
    "/body/{}",
    "/body/{}?by={}",
    "/category/{}",
    "/category/planted/{}",
    "/decision/lgsco/{}",
    "/decision/{}/" + FIRST,
    f"/decision/lgsco/{FIRST}/cite?paragraph={{}}",
    f"/decision/lgsco/{FIRST}/cite?style={{}}",
    "/api/v1/search?q={}",
    "/api/v1/body/{}",
    "/{}",
)
"""Where somebody else's link can put words into a page."""


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[room.Room]:
    home: Path = tmp_path_factory.mktemp("hostile")
    planted.fill(home)
    with room.served(home) as found:
        yield found


def wrong_on(watch: Watch) -> list[str]:
    return [*watch.faults(), *watch.page.evaluate(MADE)]


def is_page(address: str, origin: str) -> bool:
    parts = urlsplit(address)
    return (
        address.startswith(origin)
        and not parts.path.endswith(NO_PAGE)
        and not parts.query.endswith(FILES)
    )


@pytest.mark.parametrize("policy", [True, False], ids=["with policy", "without policy"])
def test_texts_run_nothing(chromium: Browser, hostile: room.Room, policy: bool) -> None:
    found: dict[str, list[str]] = {}
    shown = 0
    with watching(chromium, hostile.url, bypass_csp=not policy) as watch:
        # Deep places first: the list pages have hundreds of links to each other.
        waiting = [
            f"/decision/lgsco/24-001-2{number:02}{below}"
            for number in range(len(PAYLOADS))
            for below in ("", "/cite", "/similar")
        ]
        waiting += ["/", f"/search?q={MARK}", "/bodies", "/categories", "/changes", "/coverage"]
        seen = set(waiting)
        walked = 0
        while waiting and walked < MOST_PAGES:
            path = waiting.pop(0)
            walked += 1
            watch.open(path)
            shown += MARK in watch.page.content()
            if wrong := wrong_on(watch):
                found[path] = wrong
            for address in watch.page.evaluate(LINKS):
                local = address.removeprefix(hostile.url).partition("#")[0]
                if is_page(address, hostile.url) and local not in seen:
                    seen.add(local)
                    waiting.append(local)
    assert not found, report(found)
    assert walked > 100
    assert shown > 90


@pytest.mark.parametrize("policy", [True, False], ids=["with policy", "without policy"])
def test_addresses_run_nothing(chromium: Browser, hostile: room.Room, policy: bool) -> None:
    found: dict[str, list[str]] = {}
    with watching(chromium, hostile.url, bypass_csp=not policy) as watch:
        for place in ECHOED:
            # All of them where only the escaping stands between; it takes some minutes.
            for text in PAYLOADS[:4] if policy else (*PAYLOADS, *SCRIPTS[:2]):
                path = place.replace("{}", quote(text, safe="" if "/" in text else "<>'"))
                status = watch.open(path)
                wrong = wrong_on(watch)
                if status >= 500:
                    wrong.append(f"status {status}")
                if wrong:
                    found[path] = wrong
    assert not found, report(found)


def report(found: dict[str, list[str]]) -> str:
    return "\n".join(f"{path}\n  " + "\n  ".join(what) for path, what in found.items())

"""Every kind of page, on a phone and on a desk, by day and by night: nothing for axe to find,
nothing to scroll sideways for, nothing that fails quietly. ``--shots DIR`` takes pictures."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from search.web.application import create_app
from tests.browser.pages import NO_PAGES, kinds
from tests.browser.room import Held, Room
from tests.browser.watched import axe_finds, sideways, watching
from tests.exporting import settings
from tests.web import over

WIDTHS = (320, 360, 768, 1440)

SMALL = """() => [...document.querySelectorAll("a[href], button, input, select, summary")]
  .filter((one) => {
    const box = one.getBoundingClientRect();
    const style = getComputedStyle(one);
    if (!box.width || !box.height || style.position === "absolute") return false;
    // A link in a sentence may be as high as its line.
    const alone = ["flex", "inline-flex", "block", "inline-block", "grid"].includes(style.display);
    return alone && (box.width < 24 || box.height < 24);
  })
  .map((one) => {
    const box = one.getBoundingClientRect();
    return `${one.tagName}.${one.className} ${one.textContent.trim().slice(0, 20)} ` +
      `${box.width.toFixed(1)} × ${box.height.toFixed(1)}`;
  })"""
"""Controls that stand alone and are smaller than WCAG 2.2 wants them (2.5.8: 24 by 24)."""


def test_every_rule_has_an_address(held: Held) -> None:
    rules = {str(rule) for rule in create_app(over(settings(Path("nowhere")))).url_map.iter_rules()}
    pages = {rule for rule in rules if not rule.startswith(NO_PAGES)}
    assert pages == {kind.rule for kind in kinds(held)} - {""}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", WIDTHS)
def test_pages_are_whole(
    chromium: Browser,
    served: Room,
    held: Held,
    width: int,
    scheme: str,
    request: pytest.FixtureRequest,
) -> None:
    shots: Path | None = request.config.getoption("--shots")
    found: dict[str, list[str]] = {}
    with watching(
        chromium,
        served.url,
        viewport={"width": width, "height": 900},
        color_scheme=scheme,
        reduced_motion="reduce",
        bypass_csp=True,  # axe is put into the page; the policy has a check of its own
    ) as watch:
        for kind in kinds(held):
            status = watch.open(kind.path)
            wrong = [f"status {status}"] if status != kind.status else []
            wrong += watch.faults() + sideways(watch.page)
            wrong += [f"small: {one}" for one in watch.page.evaluate(SMALL)]
            if shots is not None and width != 320:
                shots.mkdir(parents=True, exist_ok=True)
                watch.page.screenshot(
                    path=shots / f"{kind.name}-{width}-{scheme}.png", full_page=True
                )
            wrong += axe_finds(watch.page)
            if wrong:
                found[f"{kind.name} {kind.path}"] = wrong
    assert not found, "\n".join(f"{page}\n  " + "\n  ".join(what) for page, what in found.items())

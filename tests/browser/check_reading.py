"""A person finds, narrows, opens, points at a paragraph and goes back: with scripts and without,
with a keyboard alone, on a phone; and takes a decision away on paper."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect
from pypdf import PdfReader

from tests.browser.room import Held, Room
from tests.browser.watched import sideways, watching

RING = """() => {
  const one = document.activeElement;
  if (!one || one === document.body) return null;
  const style = getComputedStyle(one);
  const box = one.getBoundingClientRect();
  return {
    name: `${one.tagName}.${one.className} ` +
      (one.textContent || one.name || "").trim().slice(0, 30),
    ring: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2 ||
      style.boxShadow !== "none",
    seen: box.width > 0 && box.height > 0 && box.bottom > 0 && box.top < innerHeight &&
      box.right > 0 && box.left < innerWidth && style.opacity !== "0" && (() => {
        const clear = [[.5, .5], [.1, .5], [.9, .5], [.5, .1], [.5, .9]].some(([x, y]) => {
          const hit = document.elementFromPoint(box.left + box.width * x, box.top + box.height * y);
          return hit && (one.contains(hit) || hit.contains(one));
        });
        return clear;
      })(),
  };
}"""


def search_and_come_back(page: Page) -> None:
    """From the front page to a paragraph and back to the hits, by what stands on the pages."""
    page.get_by_role("searchbox").fill("council fault")
    page.get_by_role("button", name="Search").click()
    assert "q=council" in page.url
    all_hits = page.locator("#found").inner_text()
    narrow = page.locator("#narrow")
    narrow.get_by_role("link", name="Upheld", exact=False).first.click()
    assert "outcome=upheld" in page.url
    assert page.locator("#found").inner_text() != all_hits
    badges = page.locator(".hit .badge").all_inner_texts()
    assert badges
    assert all("Upheld" in words for words in badges)
    hits = page.url
    title = page.locator(".hit h3 a").first.inner_text()
    quote = page.locator(".hit").first.locator(".where a").first
    target = quote.get_attribute("href") or ""
    quote.click()
    assert page.locator("h1").inner_text() == title
    anchor = urlsplit(page.url).fragment
    assert anchor
    assert target.endswith(f"#{anchor}")
    para = page.locator(f"[id='{anchor}']")
    assert para.count() == 1
    expect(para).to_be_in_viewport()
    other = page.locator(".para .mark").nth(2)
    other.click()
    assert urlsplit(page.url).fragment == (other.get_attribute("href") or "").lstrip("#")
    page.go_back()
    page.go_back()
    assert page.url == hits
    assert page.locator(".hit h3 a").first.inner_text() == title


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
@pytest.mark.parametrize("width", [360, 1440])
def test_from_a_search_to_a_paragraph_and_back(
    chromium: Browser, served: Room, scripts: bool, width: int
) -> None:
    with watching(
        chromium,
        served.url,
        java_script_enabled=scripts,
        viewport={"width": width, "height": 800},
        reduced_motion="reduce",
    ) as watch:
        watch.open("/")
        search_and_come_back(watch.page)
        if scripts:
            assert not watch.faults()


def stroll(page: Page, *, most: int) -> list[str]:
    """Press Tab through a page; what had the focus without being seen to have it."""
    wrong, names = [], []
    for _ in range(most):
        page.keyboard.press("Tab")
        at = page.evaluate(RING)
        if at is None:
            break
        names.append(at["name"])
        if not at["ring"]:
            wrong.append(f"no ring around {at['name']}")
        if not at["seen"]:
            wrong.append(f"out of sight: {at['name']}")
    assert len(names) > 5, names
    return wrong


def test_a_keyboard_is_enough(chromium: Browser, served: Room) -> None:
    with watching(
        chromium, served.url, viewport={"width": 1280, "height": 800}, reduced_motion="reduce"
    ) as watch:
        page = watch.page
        watch.open("/")
        page.keyboard.press("Tab")
        assert "Skip" in page.evaluate("document.activeElement.textContent")
        page.keyboard.press("Enter")
        assert page.evaluate("document.activeElement.id") == "main"
        tab_to(page, "one.type === 'search'")
        page.keyboard.type("council fault")
        page.keyboard.press("Enter")
        page.wait_for_url("**/search?**")
        tab_to(page, "one.closest('.facet') !== null")
        page.keyboard.press("Enter")
        page.wait_for_url("**/search?*&*")
        tab_to(page, "one.closest('.hit h3') !== null")
        page.keyboard.press("Enter")
        page.wait_for_url("**/decision/**")
        tab_to(page, "one.classList.contains('mark')", most=60)
        page.keyboard.press("Enter")
        assert urlsplit(page.url).fragment
        tab_to(page, "one.closest('.tools') !== null")
        page.keyboard.press("Enter")
        page.wait_for_url("**/cite?paragraph=*")
        assert not watch.faults()


def tab_to(page: Page, wanted: str, *, most: int = 90) -> None:
    """Press Tab until what has the focus is such; it has to be seen to have it all the way."""
    for _ in range(most):
        page.keyboard.press("Tab")
        at = page.evaluate(RING)
        if at is not None:
            assert at["ring"], at
            assert at["seen"], at
            if page.evaluate(
                f"(() => {{ const one = document.activeElement; return {wanted}; }})()"
            ):
                return
    raise AssertionError(f"nothing on {page.url} where {wanted}")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_focus_is_seen_wherever_it_is(
    chromium: Browser, served: Room, held: Held, scheme: str
) -> None:
    paths = ("/", "/search?q=council", f"/decision/lgsco/{held.ordinary}", "/coverage", "/bodies")
    with watching(
        chromium,
        served.url,
        viewport={"width": 1000, "height": 800},
        color_scheme=scheme,
        reduced_motion="reduce",
    ) as watch:
        wrong = []
        for path in paths:
            watch.open(path)
            wrong += [f"{path}: {one}" for one in stroll(watch.page, most=70)]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("width", [320, 360])
def test_large_letters_do_not_push_a_page_aside(
    chromium: Browser, served: Room, held: Held, width: int
) -> None:
    """A reader who wants letters half as large again: on a phone, too (WCAG 1.4.4, 1.4.12)."""
    with watching(
        chromium, served.url, viewport={"width": width, "height": 800}, bypass_csp=True
    ) as watch:
        wide = {}
        for path in ("/", "/search?q=council", f"/decision/lgsco/{held.ordinary}", "/bodies"):
            watch.open(path)
            watch.page.add_style_tag(
                content="html { font-size: 150% !important } "
                "* { letter-spacing: 0.12em !important; word-spacing: 0.16em !important }"
            )
            wide[path] = sideways(watch.page)
    assert not any(wide.values()), wide


def test_nothing_moves_for_who_wants_no_motion(chromium: Browser, served: Room, held: Held) -> None:
    moves = """() => [document.documentElement, ...document.querySelectorAll("*")].filter((one) => {
      const style = getComputedStyle(one);
      const takes = (times) => times.split(",").some((each) => parseFloat(each) > 0);
      return style.scrollBehavior === "smooth" || style.animationName !== "none" ||
        takes(style.transitionDuration);
    }).map((one) => one.tagName)"""
    with watching(chromium, served.url, reduced_motion="reduce") as watch:
        for path in ("/", "/search?q=council", f"/decision/lgsco/{held.ordinary}"):
            watch.open(path)
            assert watch.page.evaluate(moves) == []
    with watching(chromium, served.url, reduced_motion="no-preference") as watch:
        watch.open("/")
        assert watch.page.evaluate(moves) == ["HTML", "HTML"]


def test_a_printed_decision_says_what_it_is_and_where_it_stays(
    chromium: Browser, served: Room, held: Held, tmp_path: Path
) -> None:
    sheet = tmp_path / "decision.pdf"
    with watching(chromium, served.url) as watch:
        watch.open(f"/decision/lgsco/{held.ordinary}")
        paragraphs = watch.page.locator(".para .verbatim").all_inner_texts()
        watch.page.pdf(path=sheet, prefer_css_page_size=True)
    pages = [page.extract_text() for page in PdfReader(sheet).pages]
    words = " ".join(" ".join(pages).split())
    assert held.ordinary.replace("-", " ") in words
    assert f"{served.url}/decision/lgsco/{held.ordinary}@1" in words
    assert "not a site of the Ombudsman" in words
    assert "Page 1 of" in words
    assert "Cite this decision" not in words
    packed = "".join(words.split())
    missing = [one[:60] for one in paragraphs if "".join(one.split())[:40] not in packed]
    assert not missing

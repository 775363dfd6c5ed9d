"""For whom the console is: by keys, on a phone, in the dark, without scripts."""

from __future__ import annotations

import re

from playwright.sync_api import Browser, Page, expect

from mock_knock.server import KnockServer

from .browsers import window
from .steps import SLOW, identify, progress, state
from .visits import EVERY_LIST, Visit


def test_everything_is_reached_by_keys(browser: Browser, served: KnockServer, there: Visit) -> None:
    there.call("PUT", "/_mock_knock/plans/default", SLOW | {"duration": 2000})
    there.call("PUT", "/_mock_knock/clock", {"scale": 0})
    operation = identify(there, 4)
    with window(browser) as opened:
        page, keys = opened.page, opened.page.keyboard
        page.goto(f"{served.url}{there.home}")
        expect(page.locator("#live")).to_have_text("live")
        keys.press("Tab")
        expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
        keys.press("Enter")
        expect(page.locator("main")).to_be_focused()
        keys.press("?")
        expect(page.get_by_role("dialog")).to_be_visible()
        keys.press("Escape")
        expect(page.get_by_role("dialog")).to_be_hidden()
        keys.press("g")
        keys.press("o")
        expect(page.get_by_role("heading", name="Bulk operations", level=1)).to_be_visible()
        expect(page.locator("#live")).to_have_text("live")

        keys.press("t")
        slider = page.get_by_role("slider")
        expect(slider).to_be_focused()
        before = int(slider.get_attribute("aria-valuenow") or 0)
        keys.press("ArrowRight")
        assert int(slider.get_attribute("aria-valuenow") or 0) > before
        expect(page.locator("#time-line-hint")).to_contain_text("Move the clock to")
        keys.press("Escape")
        expect(page.locator("#time-line-hint")).to_contain_text("Drag the handle")
        assert state(there, operation) == "queued"
        keys.press("PageUp")
        keys.press("ArrowLeft")
        expect(page.locator("#toasts")).to_contain_text("The clock moved")  # after a pause
        expect(page.locator(f"#operation-{operation} .chip")).to_have_text("processing")
        keys.press("t")
        keys.press("End")
        keys.press("Enter")
        expect(page.locator(f"#operation-{operation} .chip")).to_have_text("completed")
        keys.press("4")
        expect(page.locator("#toasts")).to_contain_text("Time passed")
        keys.press("g")
        keys.press("u")
        expect(page.get_by_role("heading", name="Users", level=1)).to_be_visible()
        expect(page.locator("#live")).to_have_text("live")
        keys.press("/")
        expect(page.get_by_role("searchbox")).to_be_focused()
        keys.type("row-2")
        keys.press("Enter")
        expect(page.locator("tbody tr")).to_have_count(1)
        # Every stop of the Tab key can be seen to be there.
        for _ in range(25):
            keys.press("Tab")
            outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
            assert outline != "none", page.evaluate("document.activeElement.outerHTML")


def test_nothing_is_wider_than_a_phone_and_everything_is_there(
    browser: Browser, served: KnockServer, there: Visit
) -> None:
    paths = [*EVERY_LIST, *there.fill().values()]
    with window(browser, viewport={"width": 360, "height": 740}, has_touch=True) as opened:
        page = opened.page
        for address in ["/_mock_knock/", *(there.home + path for path in paths)]:
            page.goto(served.url + address)
            assert page.evaluate("document.documentElement.scrollWidth") <= 360, address
            expect(page.get_by_role("heading", level=1)).to_be_in_viewport()
        page.goto(f"{served.url}{there.home}/operations")
        box = page.get_by_role("button", name="Let a minute pass", exact=True).bounding_box()
        assert box is not None
        assert box["height"] >= 36


def test_colours_follow_the_system_until_somebody_chooses(
    browser: Browser, served: KnockServer, there: Visit
) -> None:
    def is_dark(page: Page) -> bool:
        colour = page.evaluate("getComputedStyle(document.body).backgroundColor")
        return sum(map(int, re.findall(r"\d+", colour)[:3])) < 200

    with window(browser, color_scheme="dark") as opened:
        page = opened.page
        page.goto(f"{served.url}{there.home}")
        assert is_dark(page)
        page.get_by_role("button", name="Colours").click()
        assert not is_dark(page)
        page.reload()
        assert not is_dark(page)
        page.get_by_role("button", name="Colours: light").click()
        page.emulate_media(color_scheme="light")
        assert is_dark(page)
        page.get_by_role("button", name="Colours: dark").click()
        assert not is_dark(page)


def test_texts_can_be_read_in_both_colours(
    browser: Browser, served: KnockServer, there: Visit
) -> None:
    paths = there.fill()
    for scheme in ("light", "dark"):
        with window(browser, color_scheme=scheme) as opened:
            for path in ("", paths["mail"], paths["request"], "/faults", "/plans"):
                opened.page.goto(served.url + there.home + path)
                assert opened.page.evaluate(LOW_CONTRAST) == [], (scheme, path)


def test_without_scripts_the_pages_show_everything(
    browser: Browser, served: KnockServer, there: Visit
) -> None:
    paths = there.fill()
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(served.url + there.home)
    expect(page.get_by_text("Without JavaScript the console shows everything")).to_be_visible()
    expect(page.get_by_role("cell", name="users.identify")).to_be_visible()
    page.locator("nav.side").get_by_role("link", name="Messages").click()
    page.get_by_role("searchbox").fill("park is open")
    page.get_by_role("button", name="Search").click()
    page.get_by_role("link", name="The park is open, Ellie").click()
    expect(page.locator("#log")).to_contain_text("delivered")
    page.goto(f"{served.url}{there.home}/time")
    page.get_by_text("The same as a table").click()
    expect(page.get_by_role("table", name="What is to come")).to_contain_text("run of welcome")
    page.goto(f"{served.url}{there.home}{paths['operation']}")
    expect(progress(page)).to_have_attribute("aria-valuenow", "3")
    context.close()


def test_nothing_jumps_while_an_operation_runs(
    browser: Browser, served: KnockServer, there: Visit
) -> None:
    there.call("PUT", "/_mock_knock/plans/default", {"queue_for": 0.5, "duration": 1.5})
    with window(browser) as opened:
        page = opened.page
        page.goto(f"{served.url}{there.home}/operations/{identify(there, 500)}")
        page.evaluate(WATCH_SHIFTS)
        expect(page.locator("h1 .chip")).to_have_text("completed")
        assert page.evaluate("window.shifts") < 0.1


WATCH_SHIFTS = """() => {
  window.shifts = 0;
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) window.shifts += entry.value;
  }).observe({ type: "layout-shift", buffered: true });
}"""

LOW_CONTRAST = """() => {
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const over = (colours) => {
    canvas.clearRect(0, 0, 1, 1);
    for (const colour of colours) {
      canvas.fillStyle = colour;
      canvas.fillRect(0, 0, 1, 1);
    }
    return [...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3);
  };
  const linear = (c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
  const luminance = (rgb) => {
    const [r, g, b] = rgb.map((c) => linear(c / 255));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const bad = [];
  for (const element of document.body.querySelectorAll("*")) {
    const own = [...element.childNodes].some((n) => n.nodeType === 3 && n.nodeValue.trim());
    if (!own || !element.checkVisibility()) continue;
    if (element.closest("svg, :disabled, .hidden, .skip, option, iframe")) continue;
    const layers = [];
    for (let at = element; at; at = at.parentElement) {
      layers.unshift(getComputedStyle(at).backgroundColor);
    }
    const back = over(["white", ...layers]);
    const front = over([`rgb(${back})`, getComputedStyle(element).color]);
    const [high, low] = [luminance(front), luminance(back)].sort((a, b) => b - a);
    const ratio = (high + 0.05) / (low + 0.05);
    if (ratio < 4.5) bad.push(`${element.outerHTML.slice(0, 80)} ${ratio.toFixed(2)}`);
  }
  return bad;
}"""
"""Texts that stand out less from what is behind them than WCAG 2 asks for (1.4.3, AA)."""

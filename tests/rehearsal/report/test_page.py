"""The page in a real browser: whole and closed, on a phone and a desk, by day and by night."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

import pytest

from rehearsal.report.page import page
from tests.rehearsal.report import browser as browsers
from tests.rehearsal.report import canned
from tests.rehearsal.report.browser import Browser

Scheme = Literal["light", "dark"]


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with browsers.opened(tmp_path_factory.mktemp("browser")) as browser:
        yield browser


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A page with every part, much of it hostile."""
    file = tmp_path_factory.mktemp("page") / "report.html"
    file.write_text(page(canned.everything()), encoding="utf-8")
    return file


OPEN_ALL = "for (const one of document.querySelectorAll('details')) one.open = true"
#: What is read, with the colour that it has and the one that it lies on.
CONTRASTS = r"""
(() => {
  const parse = text => (text.match(/[\d.]+/g) || [0, 0, 0, 0]).map(Number);
  const light = ([r, g, b]) => {
    const [x, y, z] = [r, g, b].map(v => v / 255).map(
      v => v <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4);
    return .2126 * x + .7152 * y + .0722 * z;
  };
  const ground = element => {
    for (let one = element; one; one = one.parentElement) {
      const rect = one.matches('g.job') && one.querySelector('rect');
      if (rect) return parse(getComputedStyle(rect).fill);
      const colour = parse(getComputedStyle(one).backgroundColor);
      if (colour.length === 3 || colour[3] === 1) return colour;
    }
  };
  const found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    if (!walker.currentNode.data.trim() || !element.getClientRects().length) continue;
    const svg = element.ownerSVGElement;
    if (element.tagName === 'title') continue;
    const style = getComputedStyle(element);
    const [a, b] = [light(parse(svg ? style.fill : style.color)), light(ground(element))];
    const ratio = (Math.max(a, b) + .05) / (Math.min(a, b) + .05);
    if (ratio < 4.5) found.push([ratio.toFixed(2), walker.currentNode.data.slice(0, 40)]);
  }
  return found;
})()
"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1200])
def test_the_page_fits_reads_well_and_asks_for_nothing(
    browser: Browser, whole: Path, width: int, scheme: Scheme
) -> None:
    """No sideways scroll, no word in the console, no request, and 4.5:1 wherever there is text."""
    browser.open(whole, width=width, scheme=scheme)
    assert browser.run("document.documentElement.scrollWidth") <= width
    browser.run(OPEN_ALL)
    assert browser.run("document.documentElement.scrollWidth") <= width
    assert browser.run(CONTRASTS) == []
    assert browser.told("Log.entryAdded", "Runtime.consoleAPICalled") == []
    assert browser.told("Runtime.exceptionThrown", "Page.javascriptDialogOpening") == []
    asked = [one["request"]["url"] for one in browser.told("Network.requestWillBeSent")]
    assert asked == [whole.as_uri()]
    shown = [name for name in ("broad", "narrow") if browser.run(_is_shown(f".graph .{name}"))]
    assert shown == ["narrow" if width == 360 else "broad"]
    dark = browser.run("getComputedStyle(document.body).backgroundColor") == "rgb(18, 21, 24)"
    assert dark is (scheme == "dark")


def _is_shown(selector: str) -> str:
    return f"document.querySelector({selector!r}).getClientRects().length > 0"


def test_a_picture_of_good_news_is_not_that_of_bad(browser: Browser, tmp_path: Path) -> None:
    """Told by a word and a sign, and not by colour alone: without colours they differ, too."""
    told = {}
    for name, story in {"good": canned.released(), "bad": canned.refused()}.items():
        file = tmp_path / f"{name}.html"
        file.write_text(page(canned.report(story)), encoding="utf-8")
        browser.open(file, width=360, scheme="light")
        find = "document.querySelector"
        script = f"[{find}('h1').innerText, {find}('.sign path').getAttribute('d')]"
        told[name] = browser.run(script)
    assert told["good"][0] == "Released"
    assert told["bad"][0] == "Refused"
    assert told["good"][1] != told["bad"][1]


def test_nothing_foreign_is_ever_markup(browser: Browser, whole: Path) -> None:
    """Job names, commit messages and file names are hostile: they are shown, and do nothing."""
    browser.open(whole, width=1200, scheme="light")
    assert browser.run("document.querySelectorAll('script, img, iframe, object, link').length") == 0
    names = "[...document.querySelectorAll('*')].flatMap(e => e.getAttributeNames())"
    assert browser.run(f"{names}.filter(name => name.startsWith('on'))") == []
    text = browser.run("document.body.textContent")
    assert "<script>alert(1)</script>" in text
    assert "gate⟨U+202E⟩txt.exe⟨U+2066⟩" in text
    assert "⟨U+0000⟩ bell⟨U+0007⟩ esc⟨U+001B⟩[31m lone⟨U+D800⟩ zero⟨U+200B⟩width" in text
    assert not set("\u202e\u2066\u200b\0\x1b") & set(text)


def test_the_policy_forbids_whatever_would_leave_or_run(browser: Browser, whole: Path) -> None:
    browser.open(whole, width=1200, scheme="light")
    script = """new Promise(done => {
      const told = [];
      document.addEventListener('securitypolicyviolation', event => {
        told.push(event.effectiveDirective);
        if (told.length === 4) done(told.sort());
      });
      const image = document.body.appendChild(new Image());
      image.src = 'http://127.0.0.1:9/x.png';
      const code = document.createElement('script');
      code.textContent = '1';
      document.body.append(code);
      const style = document.createElement('style');
      style.textContent = '* { color: red }';
      document.body.append(style);
      fetch('http://127.0.0.1:9/').catch(() => 0);
    })"""
    assert browser.run(script) == ["connect-src", "img-src", "script-src-elem", "style-src-elem"]


def test_the_keyboard_goes_through_the_page_in_its_order(browser: Browser, tmp_path: Path) -> None:
    """First the way past the head; then everything in its order, each seen to be there."""
    file = tmp_path / "report.html"
    file.write_text(page(canned.report(canned.released(), canned.refused())), encoding="utf-8")
    browser.open(file, width=1200, scheme="dark")
    browser.run(
        "window.every = [...document.querySelectorAll('a[href], summary, pre[tabindex]')]"
        ".filter(one => one.checkVisibility())"
    )
    number = browser.run("every.length")
    assert number > 40
    for expected in range(number):
        browser.press("Tab")
        told = browser.run(
            "(() => { const one = document.activeElement, style = getComputedStyle(one);"
            " return [every.indexOf(one), style.outlineStyle, parseFloat(style.outlineWidth)] })()"
        )
        assert told == [expected, "solid", 3]

    browser.open(file, width=1200, scheme="dark")
    browser.press("Tab")
    browser.press("Enter")
    assert browser.run("document.activeElement.id") == "main"
    browser.press("Tab")
    fold = "document.activeElement.closest('details').open"
    was = browser.run(fold)
    browser.press(" ")
    assert (was, browser.run(fold)) == (False, True)


@pytest.mark.parametrize("width", [360, 1200])
def test_a_screen_reader_is_told_all_of_it(browser: Browser, whole: Path, width: int) -> None:
    """Landmarks, headings without a gap, tables that stay tables, and each picture in words."""
    browser.open(whole, width=width, scheme="light")
    tree = browser.ask("Accessibility.getFullAXTree")["nodes"]
    nodes = [node for node in tree if not node.get("ignored")]
    by_role: dict[str, list[Any]] = {}
    for node in nodes:
        by_role.setdefault(node["role"]["value"], []).append(node)

    assert {"banner", "main", "navigation", "contentinfo", "region"} <= by_role.keys()
    levels = [
        next(p["value"]["value"] for p in node["properties"] if p["name"] == "level")
        for node in by_role["heading"]
    ]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in itertools.pairwise(levels))
    pictures = [node["name"]["value"] for node in by_role["image"]]
    assert pictures[0].startswith("The jobs and what each waits for. 12 jobs: 12 passed.")
    assert all(node["name"]["value"].strip() for node in by_role["table"])
    assert by_role["columnheader"]
    assert len(by_role["rowheader"]) >= 10
    assert all(node["name"]["value"].strip() for node in by_role["link"])


def test_a_machine_without_a_browser_is_told_so(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(AssertionError, match="apt-get install chromium"):
        browsers.find()

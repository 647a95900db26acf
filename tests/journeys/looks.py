"""Looking at pages in each look and width: axe, width; letters and targets in large text."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import product

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page
from pytest_django.live_server_helper import LiveServer

WIDTHS = (390, 1280)
LOOKS: dict[str, dict[str, str]] = {
    "light": {"theme": "light"},
    "dark": {"theme": "dark"},
    "high contrast": {"theme": "light", "contrast": "high"},
    "large": {"theme": "light", "view": "elder"},
    "English": {"theme": "light", "django_language": "en"},
}
#: More looks for the longer share.
MORE_LOOKS: dict[str, dict[str, str]] = {
    "high contrast, dark": {"theme": "dark", "contrast": "high"},
    "large, dark": {"theme": "dark", "view": "elder"},
    "large, English": {"view": "elder", "theme": "light", "django_language": "en"},
}
SMALL_LETTERS = """() => [...document.querySelectorAll('body *')].filter(
    (e) => [...e.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim())
        && !e.closest('svg, .visually-hidden, .skip, option, .stepper li:not([aria-current])')
        && e.getClientRects().length
        && parseFloat(getComputedStyle(e).fontSize) < 23.9
).map((e) => e.outerHTML.slice(0, 140))"""

# A link inside a sentence is as high as its line; everything else can be hit with a thumb.
SMALL_TARGETS = """() => [...document.querySelectorAll('a[href], button, input, select, summary')]
    .filter((e) => e.getClientRects().length && e.type !== 'hidden'
        && !e.closest('.skip, .visually-hidden')
        && !(e.tagName === 'A' && e.parentElement.matches('p, li, dd, span, td, th')
             && e.parentElement.textContent.trim().length > e.textContent.trim().length + 1)
        && !(e.matches('input[type=radio], input[type=checkbox]')
             && e.closest('label') && e.closest('label').getBoundingClientRect().height >= 59.5)
        && e.getBoundingClientRect().height < 59.5
    ).map((e) => e.outerHTML.slice(0, 140))"""

SHIFT = """() => new Promise((done) => {
    let sum = 0;
    new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) if (!entry.hadRecentInput) sum += entry.value;
    }).observe({type: 'layout-shift', buffered: true});
    setTimeout(() => done(sum), 60);
})"""


@dataclass
class Findings:
    """What is wrong, by page and look."""

    wrong: dict[str, list[str]] = field(default_factory=dict)

    def add(self, where: str, what: object) -> None:
        if what:
            self.wrong.setdefault(where, []).append(str(what))


def choose(context: BrowserContext, live_server: LiveServer, look: dict[str, str]) -> None:
    for name in ("theme", "contrast", "view", "django_language"):
        context.clear_cookies(name=name)
    context.add_cookies(
        [{"name": name, "value": value, "url": live_server.url} for name, value in look.items()]
    )


def look_at(
    page: Page, url: str, *, name: str, width: int, findings: Findings, shift: bool = True
) -> None:
    """Look at a page in a look and a width. `shift`: nothing may move while it loads."""
    page.set_viewport_size({"width": width, "height": 844})
    page.goto(url)
    where = f"{url} ({name}, {width})"
    examine(page, where, name=name, width=width, findings=findings, shift=shift)


def examine(
    page: Page, where: str, *, name: str, width: int, findings: Findings, shift: bool = True
) -> None:
    """Look at the page as it stands: width, shifts, axe; letters and targets in large text."""
    wide = page.evaluate("document.documentElement.scrollWidth")
    findings.add(where, f"{wide} px wide" if wide > width else "")
    moved = page.evaluate(SHIFT) if shift else 0
    findings.add(where, f"moves by {moved}" if moved > 0.01 else "")
    # As high as the page: the bar at the bottom would cover what stands behind it.
    height = page.evaluate("document.documentElement.scrollHeight")
    page.set_viewport_size({"width": width, "height": min(height, 12_000)})
    for violation in Axe().run(page).response["violations"]:
        findings.add(where, (violation["id"], violation["nodes"][0]["html"][:200]))
    if "large" in name:
        findings.add(where, page.evaluate(SMALL_LETTERS))
        if width == WIDTHS[0]:
            findings.add(where, page.evaluate(SMALL_TARGETS))


def walk(
    context: BrowserContext,
    live_server: LiveServer,
    urls: list[str],
    *,
    long: bool,
    looks: dict[str, dict[str, str]] | None = None,
    shift: bool = True,
) -> Findings:
    """Look at each page: once in a look and width that change, or with `long` in all of them.

    `looks`: which, where not all.
    """
    page = context.new_page()
    findings = Findings()
    if long:
        names = list(looks or LOOKS | MORE_LOOKS)
        rounds = [(url, name, width) for name, width, url in product(names, WIDTHS, urls)]
    else:
        names = list(looks or LOOKS)
        rounds = [
            (url, names[at % len(names)], WIDTHS[at // len(names) % 2])
            for at, url in enumerate(urls)
        ]
    for url, name, width in sorted(rounds, key=lambda one: one[1]):
        choose(context, live_server, (LOOKS | MORE_LOOKS)[name])
        look_at(page, url, name=name, width=width, findings=findings, shift=shift)
    page.close()
    return findings

"""Every page that a member or anybody can come to, in each look: axe, width, letters, targets.

Every day each page is looked at once, in a look and a width that change from page to page; with
--long in all of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import product

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, Page
from pytest_django.live_server_helper import LiveServer

from tests.addresses import pages_of
from tests.household import Household, build

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

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
#: What a page may weigh on the first visit, with styles and script; nothing is compressed here.
HEAVIEST = 150_000

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


@pytest.fixture
def home() -> Household:
    return build(timezone.localdate())


@pytest.fixture
def context(browser: Browser, live_server: LiveServer) -> Iterator[BrowserContext]:
    opened = browser.new_context(
        base_url=live_server.url, locale="zh-CN", timezone_id="Asia/Shanghai"
    )
    yield opened
    opened.close()


def choose(context: BrowserContext, live_server: LiveServer, look: dict[str, str]) -> None:
    for name in ("theme", "contrast", "view", "django_language"):
        context.clear_cookies(name=name)
    context.add_cookies(
        [{"name": name, "value": value, "url": live_server.url} for name, value in look.items()]
    )


def look_at(page: Page, url: str, *, name: str, width: int, findings: Findings) -> None:
    where = f"{url} ({name}, {width})"
    page.set_viewport_size({"width": width, "height": 844})
    page.goto(url)
    examine(page, where, name=name, width=width, findings=findings)


def examine(page: Page, where: str, *, name: str, width: int, findings: Findings) -> None:
    wide = page.evaluate("document.documentElement.scrollWidth")
    findings.add(where, f"{wide} px wide" if wide > width else "")
    shift = page.evaluate(SHIFT)
    findings.add(where, f"moves by {shift}" if shift > 0.01 else "")
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
    context: BrowserContext, live_server: LiveServer, urls: list[str], *, long: bool
) -> Findings:
    page = context.new_page()
    findings = Findings()
    if long:
        looks = LOOKS | MORE_LOOKS
        rounds = [(url, name, width) for name, width, url in product(looks, WIDTHS, urls)]
    else:
        names = list(LOOKS)
        rounds = [
            (url, names[at % len(names)], WIDTHS[at // len(names) % 2])
            for at, url in enumerate(urls)
        ]
    for url, name, width in sorted(rounds, key=lambda one: one[1]):
        choose(context, live_server, (LOOKS | MORE_LOOKS)[name])
        look_at(page, url, name=name, width=width, findings=findings)
    page.close()
    return findings


def test_a_member_s_pages_are_in_order_in_every_look(
    context: BrowserContext, live_server: LiveServer, home: Household, long: bool
) -> None:
    client = Client(headers={"accept-language": "zh-CN"})
    client.force_login(home.users["mei"])
    urls = pages_of(client, of_one_view=2 if long else 1)
    assert len(urls) > 25, urls
    cookie = client.cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": cookie, "url": live_server.url}])
    findings = walk(context, live_server, urls, long=long)
    assert findings.wrong == {}


def test_the_pages_for_anybody_are_in_order_in_every_look(
    context: BrowserContext, live_server: LiveServer, home: Household, long: bool
) -> None:
    urls = pages_of(Client(headers={"accept-language": "zh-CN"}))
    assert {"/", "/calculator/", "/rules/", "/help/", "/institutions/", "/login/signup/"} <= set(
        urls
    )
    findings = walk(context, live_server, urls, long=long)
    assert findings.wrong == {}


def test_a_first_visit_is_light(
    browser: Browser, live_server: LiveServer, home: Household, long: bool
) -> None:
    client = Client(headers={"accept-language": "zh-CN"})
    client.force_login(home.users["mei"])
    urls = pages_of(client) if long else []
    chosen = (
        urls if long else ["/", "/home/", "/account/", "/family/", "/care/JS20260001/", *urls[::9]]
    )
    heavy = {}
    for url in chosen:
        # A new context has nothing in its cache.
        context = browser.new_context(base_url=live_server.url, locale="zh-CN")
        cookie = client.cookies["sessionid"].value
        context.add_cookies([{"name": "sessionid", "value": cookie, "url": live_server.url}])
        page = context.new_page()
        weight = 0
        session = context.new_cdp_session(page)
        session.send("Network.enable")

        def count(event: dict[str, float]) -> None:
            nonlocal weight
            weight += int(event["encodedDataLength"])

        session.on("Network.loadingFinished", count)
        page.goto(url, wait_until="load")
        if weight > HEAVIEST:
            heavy[url] = weight
        context.close()
    assert heavy == {}

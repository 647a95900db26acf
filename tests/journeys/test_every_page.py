"""Every page that a member or anybody can come to, in each look: axe, width, letters, targets.

Every day each second page is looked at once, in a look and a width that change from page to page;
with --long all pages in all of them.
"""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext
from pytest_django.live_server_helper import LiveServer

from tests.addresses import pages_of
from tests.household import Household, build
from tests.journeys.looks import LOOKS, WIDTHS, choose, look_at, walk

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

#: What a page may weigh on the first visit, with styles and script; nothing is compressed here.
HEAVIEST = 150_000


@pytest.fixture
def home() -> Household:
    return build(timezone.localdate())


def test_a_member_s_pages_are_in_order_in_every_look(
    context: BrowserContext, live_server: LiveServer, home: Household, long: bool
) -> None:
    client = Client(headers={"accept-language": "zh-CN"})
    client.force_login(home.users["mei"])
    urls = pages_of(client, of_one_view=2 if long else 1)
    assert len(urls) > 25, urls
    cookie = client.cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": cookie, "url": live_server.url}])
    findings = walk(context, live_server, urls if long else urls[::2], long=long)
    assert findings.wrong == {}


def test_the_pages_for_anybody_are_in_order_in_every_look(
    context: BrowserContext, live_server: LiveServer, home: Household, long: bool
) -> None:
    urls = pages_of(Client(headers={"accept-language": "zh-CN"}))
    assert {"/", "/calculator/", "/rules/", "/help/", "/institutions/", "/login/signup/"} <= set(
        urls
    )
    findings = walk(context, live_server, urls if long else urls[::2], long=long)
    # For who builds a hospital's side: no large view is asked of it.
    page = context.new_page()
    for name, width in (("light", WIDTHS[0]), ("dark", WIDTHS[1])):
        choose(context, live_server, LOOKS[name])
        look_at(page, "/api/v1/docs", name=name, width=width, findings=findings)
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

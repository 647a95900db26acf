"""What journeys of staff share: coming in, and a page that is in order."""

from __future__ import annotations

from itertools import cycle

from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from playwright.sync_api import BrowserContext, Page
from pytest_django.live_server_helper import LiveServer

from tests.people import staff

WIDTHS = (390, 1280)


def come_in(context: BrowserContext, live_server: LiveServer, name: str, *role: str) -> Page:
    """Open a page as somebody of the staff, whose sign-in is another journey's matter."""
    client = Client()
    client.force_login(staff(name, *role))
    session = client.cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
    return context.new_page()


def faults_of(page: Page, width: int) -> list[object]:
    """Return what axe minds at a width, and that the page is wider than the screen."""
    page.set_viewport_size({"width": width, "height": 844})
    wide = page.evaluate("document.documentElement.scrollWidth")
    found: list[object] = [f"{wide} px wide"] if wide > width else []
    # As high as the page: the bar at the bottom would cover what stands behind it.
    height = page.evaluate("document.documentElement.scrollHeight")
    page.set_viewport_size({"width": width, "height": min(height, 12_000)})
    return found + [
        (one["id"], one["nodes"][0]["html"][:160]) for one in Axe().run(page).response["violations"]
    ]


_NEXT = cycle(WIDTHS)


def in_order(page: Page) -> None:
    """Nothing for axe, and no sideways scrolling: on a phone and at a desk, turn by turn."""
    width = next(_NEXT)
    assert faults_of(page, width) == [], (page.url, width)
    page.set_viewport_size({"width": 1280, "height": 844})

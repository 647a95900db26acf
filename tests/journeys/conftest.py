"""The browser of the journeys: Chinese, in Shanghai's time, as wide as the file's reader needs."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext
from pytest_django.live_server_helper import LiveServer


@pytest.fixture
def width() -> int:
    """How wide the screen is: a desk's; a file about members says a phone's."""
    return 1280


@pytest.fixture
def context(browser: Browser, live_server: LiveServer, width: int) -> Iterator[BrowserContext]:
    """A browser that nobody has used before."""
    opened = browser.new_context(
        base_url=live_server.url,
        locale="zh-CN",
        timezone_id="Asia/Shanghai",
        viewport={"width": width, "height": 844},
    )
    yield opened
    opened.close()

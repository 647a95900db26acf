"""The step after the password, for staff: the page of a portal on this machine shows the code."""

from __future__ import annotations

from playwright.sync_api import Page


def give_code(page: Page) -> None:
    """Type the code that the page shows, where it asks for one."""
    page.wait_for_load_state()
    if "/2fa/authenticate/" in page.url:
        page.fill("[name=code]", page.locator("[data-demo-code]").inner_text().strip())
        page.locator("main form .btn-primary").click()
        page.wait_for_load_state()

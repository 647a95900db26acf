"""Payloads in every text that somebody wrote, on every page that shows it: nothing runs.

The pages of a member, of a payer, of the desk and of the admin. Every day some of them; with --long
all, and then each planted column was seen on a page, but for those that no page shows.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import pytest
from django.contrib import admin
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import BrowserContext, ConsoleMessage, Dialog
from pytest_django.live_server_helper import LiveServer

from accounts.ledger import forget_account_ids
from members.models import Registration, Ticket, User
from record.models import Role
from tests import planted
from tests.addresses import desk_pages_of, pages_of
from tests.cleared import clearing_rows
from tests.people import staff
from tests.staffed import ROOMS, Staffed

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

KINDS = tuple(kind for kind in Role.Kind.values if kind != Role.Kind.AUDITOR)
#: What is kept as details for machines, and shown in words of the portal's own.
NOT_SHOWN = frozenset({"record_auditrecord.data", "record_message.data"})
#: What a payload has made of itself: elements, handlers, addresses, a sum.
MADE = """(sum) => [...document.querySelectorAll('*')].filter((e) =>
    e.matches('.planted, iframe')
    || (e.tagName === 'SCRIPT' && /alert\\(/.test(e.textContent))
    || [...e.attributes].some((a) => a.name.startsWith('on')
        || (/^(href|src|action|formaction|xlink:href|data|srcdoc)$/.test(a.name)
            && /^\\s*(javascript|vbscript|data:text)/i.test(a.value)))
).map((e) => e.outerHTML.slice(0, 200))
    .concat(document.documentElement.textContent.includes(sum) ? ['worked out'] : [])"""


@dataclass
class Findings:
    """What ran or was made, by page, and which columns stood on a page at all."""

    wrong: dict[str, list[str]] = field(default_factory=dict)
    seen: set[int] = field(default_factory=set)

    def add(self, url: str, what: Iterable[str]) -> None:
        for one in what:
            self.wrong.setdefault(url, []).append(one)


def walk(
    context: BrowserContext, live_server: LiveServer, user: User, urls: list[str], found: Findings
) -> None:
    """Open the pages in the browser as somebody, and listen."""
    context.clear_cookies()
    context.add_cookies(
        [{"name": "sessionid", "value": _client(user).cookies["sessionid"].value,
          "url": live_server.url}]
    )  # fmt: skip
    page = context.new_page()
    heard: list[str] = []

    def asked(dialog: Dialog) -> None:
        heard.append(f"dialog {dialog.message}")
        dialog.dismiss()

    def said(message: ConsoleMessage) -> None:
        if "Content Security Policy" in message.text:
            heard.append(message.text)

    page.on("dialog", asked)
    page.on("console", said)
    page.on("pageerror", lambda error: heard.append(str(error)))
    for url in urls:
        answer = page.goto(url)
        assert answer is not None
        if answer.status >= 500:
            found.add(url, [f"status {answer.status}"])
        found.add(url, page.evaluate(MADE, planted.WORKED_OUT))
        found.seen |= planted.seen_in(page.evaluate("document.documentElement.outerHTML"))
        found.add(url, heard)
        heard.clear()
    page.close()


def _client(user: User) -> Client:
    client = Client(headers={"accept-language": "zh-CN"})
    client.force_login(user)
    return client


def desk_pages(home: Staffed, client: Client) -> list[str]:
    mei = home.home.person("mei")
    client.post(f"/desk/people/{mei.number}/open/", {"why": "counter"})
    return desk_pages_of(
        client,
        f"/desk/people/{mei.number}/",
        f"/desk/binding-checks/{home.home.checks['mei'].pk}/",
        f"/desk/residence/{Registration.objects.get(person=mei).pk}/",
        "/desk/watch/?state=closed",
        "/desk/changes/?state=decided",
    )


def admin_pages() -> list[str]:
    """Return each model's list and its first row."""
    found = []
    for model in admin.site._registry:
        label, name = model._meta.app_label, model._meta.model_name
        if label not in ROOMS:
            continue
        found.append(reverse(f"admin:{label}_{name}_changelist"))
        first = model._default_manager.order_by("pk").first()
        if first is not None:
            found.append(reverse(f"admin:{label}_{name}_change", args=[first.pk]))
    return found


def test_no_text_that_anybody_wrote_runs_on_any_page(
    context: BrowserContext, live_server: LiveServer, long: bool
) -> None:
    home = Staffed()
    clearing_rows(home.home, timezone.localdate())
    Ticket.objects.create(
        number="9" * 12, area="340100", kind="question", channel="letter", level="county",
        state="open", opened_on=home.home.today, due_on=home.home.today, sender="x",
    )  # fmt: skip
    for kind in KINDS:
        everybody = staff("everybody", kind, "34")
    columns = planted.plant()
    assert len(columns) > 40, columns
    cache.clear()
    forget_account_ids()
    mei, lin = home.home.users["mei"], home.home.users["lin"]
    found = Findings()
    # Lin reads what a payer sees; all of his pages are for the longer share.
    payers = pages_of(_client(lin)) if long else ["/home/", "/family/", "/account/"]
    for user, urls, step in (
        (mei, pages_of(_client(mei)), 5),
        (lin, payers, 1),
        (everybody, desk_pages(home, _client(everybody)), 5),
        (home.boss, admin_pages(), 7),
    ):
        walk(context, live_server, user, urls if long else urls[::step], found)
    assert found.wrong == {}
    unseen = {name for number, name in columns.items() if number not in found.seen}
    assert len(found.seen) > 10
    if long:
        assert unseen <= NOT_SHOWN

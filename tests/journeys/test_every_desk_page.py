"""Every page of the desk that links lead to, in each look: axe, width, letters, targets.

Every day each second one is looked at once, in a look and a width that change from page to page;
with --long all of them in each.
"""

from __future__ import annotations

import pytest
from django.test import Client
from playwright.sync_api import BrowserContext
from pytest_django.live_server_helper import LiveServer

from members.models import Registration
from record.models import Role
from tests.addresses import desk_pages_of
from tests.journeys.looks import LOOKS, walk
from tests.people import staff
from tests.staffed import Staffed

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

#: All that can be opened at all: no auditor, who would see no form.
KINDS = tuple(kind for kind in Role.Kind.values if kind != Role.Kind.AUDITOR)
LOOKS_OF_STAFF = {name: LOOKS[name] for name in ("light", "dark", "large", "English")}
PROPOSALS = ("payout", "death", "move", "price", "correction", "end-binding", "bank-account")


def test_the_desk_s_pages_are_in_order_in_every_look(
    context: BrowserContext, live_server: LiveServer, long: bool
) -> None:
    home = Staffed().home
    for kind in KINDS:
        user = staff("everybody", kind, "34")
    user.is_staff = True
    user.save()
    client = Client(headers={"accept-language": "zh-CN"})
    client.force_login(user)
    mei, lin = home.person("mei"), home.person("lin")
    person = f"/desk/people/{mei.number}/"
    client.post(f"{person}open/", {"why": "counter"})
    urls = desk_pages_of(
        client,
        person,
        f"/desk/people/{lin.number}/open/",
        *(f"{person}propose/{what}/" for what in PROPOSALS),
        f"/desk/binding-checks/start/{home.bindings['lin-mei'].pk}/",
        f"/desk/binding-checks/{home.checks['mei'].pk}/",
        f"/desk/residence/{Registration.objects.get(person=mei).pk}/",
        "/desk/watch/?state=closed",
        "/desk/changes/?state=decided",
        "/desk/binding-checks/?state=closed",
    )
    assert len(urls) > 40, urls
    cookie = client.cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": cookie, "url": live_server.url}])
    # A long table is drawn while it comes, and its columns find their width: that is no fault.
    shown = urls if long else urls[::2]
    findings = walk(context, live_server, shown, looks=LOOKS_OF_STAFF, long=long, shift=False)
    assert findings.wrong == {}

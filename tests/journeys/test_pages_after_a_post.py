"""What only a POST leads to: the later steps of a form, and forms that came back with errors.

A client without a browser fills the forms in; the browser is given the page that came of it, with
the style sheets of the portal. In the same looks, widths and shares as `test_every_page`.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Browser, Route
from pytest_django.live_server_helper import LiveServer

from tests.addresses import forms_of, read_pages_of
from tests.hostile import located_photo
from tests.household import WUHU, Household, build, signed_in

from .looks import LOOKS, MORE_LOOKS, WIDTHS, Findings, examine

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

Pages = dict[str, str]


@pytest.fixture
def home() -> Household:
    return build(timezone.localdate())


def photo() -> SimpleUploadedFile:
    return SimpleUploadedFile("发票.jpg", located_photo(), content_type="image/jpeg")


def adding(client: Client, number: str, name: str) -> Pages:
    """The steps of adding a relative, up to what cannot be."""
    form = {"relation": "spouse", "name": name, "id_number": number}
    order = client.post("/family/add/", form, follow=True)
    notice = client.get("/family/add/notice/")
    unread = client.post("/family/add/notice/")
    own = client.post("/family/add/notice/", {"agreed": "on"})
    client.post("/family/add/", form | {"id_number": number[:-1], "name": "不对"})
    client.post("/family/add/", form | {"name": "不对"})
    other = client.post("/family/add/notice/", {"agreed": "on"})
    answers = {
        "what happens": order, "notice": notice, "no consent": unread,
        "not with oneself": own, "not with this person": other,
    }  # fmt: skip
    return {f"adding, {step}": answer.content.decode() for step, answer in answers.items()}


def applying(client: Client, home: Household) -> Pages:
    """The steps of registering a place, up to sending it."""
    form = {"kind": "long_term", "area": WUHU, "since": home.today.isoformat(), "note": "和女儿住"}
    papers = client.post("/residence/apply/", form, follow=True)
    wrong = client.post(
        "/residence/apply/papers/", {"papers": SimpleUploadedFile("a.jpg", b"MZ" + bytes(99))}
    )
    with_one = client.post("/residence/apply/papers/", {"papers": photo()}, follow=True)
    review = client.get("/residence/apply/review/")
    answers = {"papers": papers, "a wrong paper": wrong, "a paper": with_one, "review": review}
    return {f"applying, {step}": answer.content.decode() for step, answer in answers.items()}


def handing_in(client: Client, home: Household) -> Pages:
    """The steps of handing a paper bill in, up to sending it."""
    form = {
        "institution": "黄山第一医院", "category": "outpatient", "note": "出差时看的",
        "service_date": home.today.isoformat(), "bill_number": "HS-8", "total": "260.00",
        "papers": photo(),
    }  # fmt: skip
    review = client.post("/bills/new/", form, follow=True)
    assert review.redirect_chain
    return {"bill, review": review.content.decode()}


def sent_empty(client: Client) -> Pages:
    """Every form that asks for something, sent with nothing in it."""
    forms = {
        (form.action, *form.sent): form
        for url, page in read_pages_of(client)
        for form in forms_of(url, page)
        if form.asks
    }
    answers = {form.action: client.post(form.action, form.sent) for form in forms.values()}
    return {
        f"empty {action}": answer.content.decode()
        for action, answer in answers.items()
        if answer.status_code == 400
    }


def pages_after_a_post(
    home: Household, look: dict[str, str], *, long: bool
) -> Iterator[tuple[str, str]]:
    client = signed_in(home.users["chen"])
    client.cookies.load(look)
    chen = home.person("chen")
    yield from adding(client, home.id_numbers["chen"], chen.name).items()
    yield from applying(client, home).items()
    yield from handing_in(client, home).items()
    if not long:
        return
    yield from sent_empty(client).items()
    visitor = Client(headers={"accept-language": "zh-CN"})
    visitor.cookies.load(look)
    yield from ((f"visitor, {name}", page) for name, page in sent_empty(visitor).items())


def test_what_comes_after_a_post_is_in_order_in_every_look(
    browser: Browser, live_server: LiveServer, home: Household, long: bool
) -> None:
    context = browser.new_context(base_url=live_server.url, locale="zh-CN")
    page = context.new_page()
    shown = [""]

    def hand_over(route: Route) -> None:
        route.fulfill(body=shown[0], content_type="text/html; charset=utf-8")

    page.route("**/after-a-post/", hand_over)
    findings = Findings()
    looks = LOOKS | MORE_LOOKS if long else {"large": LOOKS["large"]}
    for name, look in looks.items():
        for place, (what, shown[0]) in enumerate(pages_after_a_post(home, look, long=long)):
            for width in WIDTHS if long else WIDTHS[place % 2 : place % 2 + 1]:
                page.set_viewport_size({"width": width, "height": 844})
                page.goto("/after-a-post/")
                examine(
                    page, f"{what} ({name}, {width})", name=name, width=width, findings=findings
                )
    context.close()
    assert findings.wrong == {}

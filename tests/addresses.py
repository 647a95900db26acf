"""Every page that a reader can come to: the addresses without arguments, and what links lead to."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from urllib.parse import urljoin, urlsplit

from django.test import Client
from django.urls import (
    NoReverseMatch,
    Resolver404,
    URLPattern,
    URLResolver,
    get_resolver,
    resolve,
    reverse,
)

#: Rooms whose pages are another test's (staff, machines), and what is no page.
ELSEWHERE = frozenset({"admin", "oidc", "desk", "api"})
LEFT_OUT = re.compile(
    r"desk_|logout|set_language|healthz|readyz|metrics|openid|socialaccount|^None$"
)
#: Questions that only somebody who types would ask.
ASKED = (
    "/calculator/?area=340100&who=retired&bill=1234.56&account=80&deductible=100&outside=20",
    "/calculator/?area=340100&who=active&bill=abc",
    "/calculator/?area=340100&who=active&bill=500&day=2020-01-01",
    "/calculator/?area=340100&who=active&bill=500&place=elsewhere&relatives=90",
    "/rules/?area=340100&other=321000",
    "/institutions/?q=hospital+that+is+not+there",
    "/nowhere/",
)


def pages_of(client: Client, *, of_one_view: int = 1) -> list[str]:
    """Return the addresses that answer this client with a page of their own, in a fixed order.

    As many of one view as asked for: an empty page and a full one can differ.
    """
    return [url for url, _ in read_pages_of(client, of_one_view=of_one_view)]


def read_pages_of(client: Client, *, of_one_view: int = 1) -> Iterator[tuple[str, str]]:
    """Yield the same addresses, each with its page."""
    waiting = [*_without_arguments(), *ASKED]
    seen: set[str] = set()
    counted: dict[str, int] = {}
    while waiting:
        url = waiting.pop(0)
        view = _view(url)
        if url in seen or (url not in ASKED and counted.get(view, 0) >= of_one_view):
            continue
        seen.add(url)
        answer = client.get(url)
        kind = answer.headers.get("Content-Type", "")
        if answer.status_code not in (200, 400, 404) or not kind.startswith("text/html"):
            continue
        if answer.status_code == 404 and url not in ASKED:
            continue
        counted[view] = counted.get(view, 0) + 1
        page = answer.content.decode()
        if "Content-Disposition" not in answer.headers:
            waiting += _links(url, page)
        yield url, page


@dataclass(frozen=True)
class Form:
    """A form of a page, as a browser would send it when nobody has filled anything in."""

    action: str
    asks: bool
    sent: dict[str, str]


def forms_of(url: str, page: str) -> Iterator[Form]:
    """Yield the forms of a page that are sent by POST."""
    for form in re.findall(r'<form\b[^>]*method="post".*?</form>', page, re.DOTALL):
        tags = re.findall(r"<(?:input|select|textarea|button)\b[^>]*>", form)
        sent, asks = {}, False
        for tag in tags:
            name, kind = _attribute(tag, "name"), _attribute(tag, "type")
            if kind == "hidden":
                sent[name] = unescape(_attribute(tag, "value"))
            elif tag.startswith("<button"):
                if name and name not in sent:
                    sent[name] = _attribute(tag, "value")
            else:
                asks = True
        yield Form(action=unescape(_attribute(form, "action")) or url, asks=asks, sent=sent)


def desk_pages_of(client: Client, *more: str) -> list[str]:
    """Return the pages of the desk that links lead to from Today, one of each view.

    `more`: addresses that only somebody who types, or a button, would come to.
    """
    waiting = ["/desk/", *more]
    seen: set[str] = set()
    found: list[str] = []
    views: set[str] = set()
    while waiting:
        url = waiting.pop(0)
        if url in seen or (url not in more and _view(url) in views):
            continue
        seen.add(url)
        answer = client.get(url)
        kind = answer.headers.get("Content-Type", "")
        if answer.status_code != 200 or not kind.startswith("text/html"):
            continue
        found.append(url)
        views.add(_view(url))
        waiting += [
            link
            for link in _all_links(url, answer.content.decode())
            if link.startswith("/desk/") and _view(link)
        ]
    return found


def _without_arguments() -> Iterator[str]:
    def walk(patterns: list[URLPattern | URLResolver], namespace: str) -> Iterator[str]:
        for pattern in patterns:
            if isinstance(pattern, URLResolver):
                yield from walk(pattern.url_patterns, pattern.namespace or namespace)
            elif namespace not in ELSEWHERE and not LEFT_OUT.search(str(pattern.name)):
                try:
                    yield reverse(f"{namespace}:{pattern.name}" if namespace else pattern.name)
                except NoReverseMatch:
                    continue

    yield from walk(get_resolver().url_patterns, "")


def _links(page: str, html: str) -> list[str]:
    """Return where the links of a page lead inside the portal, but to other tests' pages."""
    return [link for link in _all_links(page, html) if _is_wanted(urlsplit(link).path)]


def _all_links(page: str, html: str) -> list[str]:
    """Return where the links of a page lead inside the portal, without their fragments."""
    urls = [
        urlsplit(urljoin(page, unescape(href)))
        for href in re.findall(r'<a[^>]* href="([^"]+)"', html)
    ]
    return [
        f"{url.path}?{url.query}" if url.query else url.path
        for url in urls
        if not url.scheme and not url.netloc
    ]


def _is_wanted(path: str) -> bool:
    try:
        match = resolve(path)
    except Resolver404:
        return False
    names = {match.app_name.split(":")[0], match.namespace.split(":")[0]}
    return not (names & ELSEWHERE or LEFT_OUT.search(str(match.url_name)))


def _view(url: str) -> str:
    try:
        return resolve(urlsplit(url).path).view_name
    except Resolver404:
        return ""


def _attribute(tag: str, name: str) -> str:
    found = re.search(rf'\b{name}="([^"]*)"', tag.split(">", maxsplit=1)[0])
    return found[1] if found else ""

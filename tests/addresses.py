"""Every page that a reader can come to: the addresses without arguments, and what links lead to."""

from __future__ import annotations

import re
from collections.abc import Iterator
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
    "/rules/?area=340100&other=321000",
    "/institutions/?q=hospital+that+is+not+there",
    "/nowhere/",
)


def pages_of(client: Client, *, of_one_view: int = 1) -> list[str]:
    """Return the addresses that answer this client with a page of their own, in a fixed order.

    As many of one view as asked for: an empty page and a full one can differ.
    """
    waiting = [*_without_arguments(), *ASKED]
    seen: set[str] = set()
    found: list[str] = []
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
        found.append(url)
        counted[view] = counted.get(view, 0) + 1
        if "Content-Disposition" not in answer.headers:
            waiting += _links(url, answer.content.decode())
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
    """Return where the links of a page lead inside the portal, without their fragments."""
    urls = [
        urlsplit(urljoin(page, unescape(href)))
        for href in re.findall(r'<a[^>]* href="([^"]+)"', html)
    ]
    return [
        f"{url.path}?{url.query}" if url.query else url.path
        for url in urls
        if not url.scheme and not url.netloc and _is_wanted(url.path)
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

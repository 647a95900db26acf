"""What every answer says to the browser about how pages may look."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase
from django.utils.cache import patch_vary_headers

from portal.display import HINT

Answering = Callable[[HttpRequest], HttpResponseBase]


def asks_for_colour_scheme(get_response: Answering) -> Answering:
    """Ask browsers for their colour scheme, so that the first paint and the switches are right.

    A browser that does not tell gets the style sheet for both; nothing depends on the hint.
    """

    def answer(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        if response.headers.get("Content-Type", "").startswith("text/html"):
            response["Accept-CH"] = HINT
            patch_vary_headers(response, [HINT, "Cookie"])
        return response

    return answer

"""What answers say to the browser: how pages may look, and that a form came back with errors."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase
from django.template.response import TemplateResponse
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


class FormsWithErrors:
    """Answers 400 where a borrowed page shows a form again with its errors, as our own pages do."""

    def __init__(self, get_response: Answering) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_template_response(
        self, request: HttpRequest, response: TemplateResponse
    ) -> TemplateResponse:
        """Look at what a view is about to draw. Ours render at once and never come here."""
        form = (response.context_data or {}).get("form")
        if request.method == "POST" and response.status_code == 200 and getattr(form, "errors", False):
            response.status_code = 400
        return response

"""What answers say to the browser: how pages may look, and that a form came back with errors."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase
from django.template.response import TemplateResponse
from django.utils.cache import patch_vary_headers

from portal.display import HINT

Answering = Callable[[HttpRequest], HttpResponseBase]


class PageAnswers:
    """Asks browsers for their colour scheme; gives a borrowed page with errors its status.

    With the colour scheme the first paint and the switches are right. A browser that does not tell
    gets the style sheet for both; nothing depends on the hint.
    """

    def __init__(self, get_response: Answering) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if response.headers.get("Content-Type", "").startswith("text/html"):
            response["Accept-CH"] = HINT
            patch_vary_headers(response, [HINT, "Cookie"])
        return response

    def process_template_response(
        self, request: HttpRequest, response: TemplateResponse
    ) -> TemplateResponse:
        """Answer 400 where allauth shows a form again with its errors, as our own views do.

        Ours draw their pages at once and never come here.
        """
        form = (response.context_data or {}).get("form")
        is_wrong = request.method == "POST" and bool(getattr(form, "errors", False))
        if is_wrong and response.status_code == 200:
            response.status_code = 400
        return response

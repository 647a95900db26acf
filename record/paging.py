"""Lists page by page: what an address asks for besides the page."""

from __future__ import annotations

from django.http import HttpRequest


def query_but_page(request: HttpRequest) -> str:
    """Return the parameters of an address but `page`, ready for the pager's links."""
    query = request.GET.copy()
    query.pop("page", None)
    return query.urlencode()

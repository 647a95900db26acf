"""Files as answers: always saved and never shown, kept in no cache."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils.http import content_disposition_header


def as_download(content: bytes, *, name: str, content_type: str) -> HttpResponse:
    """Return a file that a browser saves under a name."""
    answer = HttpResponse(content, content_type=content_type)
    answer["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    answer["Content-Security-Policy"] = "sandbox; default-src 'none'"
    answer["Cache-Control"] = "no-store, private"
    return answer

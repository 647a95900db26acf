"""What is answered when something fails: 503 where trying again will help, else 500."""

from __future__ import annotations

import sys

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template import loader
from django.views.decorators.csrf import requires_csrf_token

#: After how many seconds a browser or a machine may ask again.
RETRY_AFTER = 60


@requires_csrf_token
def server_error(request: HttpRequest) -> HttpResponse:
    """Answer 503 where the database is away, slow or locked, else 500; neither needs a query.

    Django calls this while it handles the exception. A transaction that failed is rolled back by
    then, so both pages can promise that nothing is half done.
    """
    del request
    failure = sys.exc_info()[1]
    if not isinstance(failure, OperationalError | InterfaceError):
        return HttpResponse(loader.render_to_string("500.html"), status=500)
    busy = HttpResponse(loader.render_to_string("503.html"), status=503)
    busy["Retry-After"] = str(RETRY_AFTER)
    return busy

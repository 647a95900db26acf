"""What is answered when something fails: 503 where trying again will help, else 500."""

from __future__ import annotations

import sys

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template import loader
from django.views.decorators.csrf import requires_csrf_token

from claims.api.problems import Trouble, problem_response

#: After how many seconds a browser or a machine may ask again.
RETRY_AFTER = 60


@requires_csrf_token
def server_error(request: HttpRequest) -> HttpResponse:
    """Answer 503 where the database is away, slow or locked, else 500; neither needs a query.

    Django calls this while it handles the exception. A transaction that failed is rolled back by
    then, so both pages can promise that nothing is half done. Machines are told in their own form.
    """
    failure = sys.exc_info()[1]
    is_outage = isinstance(failure, OperationalError | InterfaceError)
    if request.path.startswith("/api/"):
        return problem_response(Trouble("try_again" if is_outage else "internal_error"))
    if not is_outage:
        return HttpResponse(loader.render_to_string("500.html"), status=500)
    busy = HttpResponse(loader.render_to_string("503.html"), status=503)
    busy["Retry-After"] = str(RETRY_AFTER)
    return busy

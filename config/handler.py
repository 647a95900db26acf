"""The two ways into Django: one for people's pages, and a short one for institutions' machines.

A machine has no session, no form and no browser: its requests go past the middlewares that these
need, which cost more than the law does. Everything else of Django is the same.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterable
from typing import Any

import django
from django.core.handlers.exception import convert_exception_to_response
from django.core.handlers.wsgi import WSGIHandler
from django.urls import get_resolver
from django.utils.module_loading import import_string

#: What a machine's request needs of `settings.MIDDLEWARE`.
_CHAIN = (
    "django_prometheus.middleware.PrometheusBeforeMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django_prometheus.middleware.PrometheusAfterMiddleware",
)
#: About as many as twelve settlements leave; Python's own number, 700, comes with each of them.
_OBJECTS_BEFORE_A_LOOK = 10_000
_MACHINES = "/api/v1/"
#: Addresses of the interface that people open, or that allauth answers.
_BUT = frozenset({"/api/v1/docs", "/api/v1/openapi.json", "/api/v1/token"})


class MachineHandler(WSGIHandler):
    """Django with the machines' chain in the place of `settings.MIDDLEWARE`."""

    def load_middleware(self, is_async: bool = False) -> None:
        """Put the chain together, innermost first."""
        self._view_middleware: list[Any] = []
        self._template_response_middleware: list[Any] = []
        self._exception_middleware: list[Any] = []
        handler = convert_exception_to_response(self._get_response)  # type: ignore[attr-defined]
        for path in reversed(_CHAIN):
            middleware = import_string(path)(handler)
            if hasattr(middleware, "process_view"):
                self._view_middleware.insert(0, middleware.process_view)
            if hasattr(middleware, "process_exception"):
                self._exception_middleware.append(middleware.process_exception)
            handler = convert_exception_to_response(middleware)
        self._middleware_chain = handler


class Portal:
    """The WSGI application: hands each request to the handler that it is for."""

    def __init__(self) -> None:
        self._people = WSGIHandler()
        self._machines = MachineHandler()

    def __call__(
        self, environ: dict[str, Any], start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        """Answer a request."""
        path = environ.get("PATH_INFO", "")
        is_machine = path.startswith(_MACHINES) and path not in _BUT
        handler = self._machines if is_machine else self._people
        answer: Iterable[bytes] = handler(environ, start_response)
        return answer


def portal() -> Portal:
    """Set Django up and return its application, with all that a first request would load."""
    django.setup(set_prefix=False)
    application = Portal()
    assert get_resolver().url_patterns, "the portal has addresses"
    _leave_what_stays_alone()
    return application


def _leave_what_stays_alone() -> None:
    """Keep the collector of cyclic garbage from looking at the loaded code again and again.

    It looks whenever so many objects were made that a request makes them several times over, and
    now and then at all there are, while somebody waits.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(_OBJECTS_BEFORE_A_LOOK, 10, 10)

"""The limit of `bench/pages`: a page with one query and a template, and nothing around it."""

from __future__ import annotations

import django
from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import path

django.setup()
settings.ROOT_URLCONF = __name__
settings.MIDDLEWARE = []
application = WSGIHandler()

from members.models import Person  # noqa: E402  (Django is ready only now)

_TEMPLATE = engines["django"].from_string(
    "<!doctype html><title>{{ person.name }}</title><h1>{{ person.name }}</h1>"
    "<p>{{ person.number }}, {{ person.born }}</p>"
)


def page(request: HttpRequest) -> HttpResponse:
    """Show a person: one query, one small template."""
    person = Person.objects.order_by("pk").first()
    content = _TEMPLATE.render({"person": person}).encode()
    return HttpResponse(content, headers={"Content-Length": len(content)})


urlpatterns = [path("readyz", page), path("page", page)]

"""Those of whom nothing may be told: one of each kind, for a test and for a benchmark."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from django.core.cache import caches
from django.db import transaction
from django.test import Client

from families.bindings import stay_out
from families.departures import report_death
from families.models import Binding
from members.models import Enrolment
from tests.household import ACTOR, WUHU, Household, id_number

ADD, ORDER, NOTICE = "/family/add/", "/family/add/order/", "/family/add/notice/"


def about_the_other_one(home: Household) -> dict[str, tuple[str, str]]:
    """Make one of each of whom nothing may be told; return ID number and name by case."""
    unknown = id_number(home.person("lin").born, 777)
    yesterday = home.today - timedelta(days=1)
    uninsured, dead, out = home.person("wen"), home.person("pan"), home.person("bao")
    Enrolment.objects.filter(person=uninsured).update(ends_on=yesterday)
    report_death(person_id=dead.pk, died_on=yesterday, day=home.today, actor=ACTOR)
    stay_out(person_id=out.pk, wish=True, day=home.today, actor=ACTOR)
    # Chen is insured in Wuhu and has an authorizer from Hefei, so that lin would be a second one.
    taken = home.person("chen")
    Enrolment.objects.filter(person=taken).update(area=WUHU)
    Binding.objects.filter(pk=home.bindings["mei-lin"].pk).update(member=taken, cross_area=True)
    return {
        "nobody": (unknown, "李无名"),
        "another name": (home.id_numbers["bao"], "不对"),
        "uninsured": (home.id_numbers["wen"], uninsured.name),
        "dead": (home.id_numbers["pan"], dead.name),
        "bound elsewhere": (home.id_numbers["chen"], taken.name),
        "does not want to": (home.id_numbers["bao"], out.name),
        "another province": (home.id_numbers["yang"], home.person("yang").name),
        "provincial-direct": (home.id_numbers["shen"], home.person("shen").name),
    }


@contextmanager
def a_day_of_its_own() -> Iterator[None]:
    """Take back what is done inside, so that the next try is again the first of a day."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
    caches["limits"].clear()


def name_somebody(client: Client, number: str, name: str, relation: str = "child") -> None:
    """Go through the steps before the notice."""
    client.post(ADD, {"relation": relation, "name": name, "id_number": number})

"""Rows of the claims, and of registrations elsewhere at the desk: both are mei's."""

from __future__ import annotations

from typing import Any

from members.models import Registration
from tests.permissions.table import NEVER, Row, desk, desk_post, everybody, only, own
from tests.permissions.world import World

RESIDENCE = ("case_officer", "reviewer")


def registration(world: World) -> list[Any]:
    return [Registration.objects.filter(person=world.home.person("mei")).order_by("pk")[0].pk]


def bill(world: World) -> list[Any]:
    """A paper bill of mei's."""
    return [world.home.bills["mei"].pk]


ROWS = {
    "claims:institutions": Row(get=everybody(200)),
    "claims:list": Row(get=own()),
    "claims:document": Row(get=NEVER, post=only(), args=lambda world: ["nothing"]),
    "claims:desk_residence": Row(get=desk(*RESIDENCE)),
    "claims:desk_residence_several": Row(
        get=NEVER, post=desk_post(*RESIDENCE, got="/desk/residence/")
    ),
    "claims:desk_residence_case": Row(
        get=desk(*RESIDENCE, elsewhere=404),
        post=desk_post(*RESIDENCE, got=400, elsewhere=404),
        args=registration,
    ),
    "claims:desk_residence_end": Row(
        get=NEVER,
        post=desk_post(*RESIDENCE, got="/desk/residence/1/", elsewhere=404),
        args=registration,
    ),
    "claims:desk_residence_review": Row(
        get=NEVER, post=desk_post("reviewer", got="/desk/residence/1/"), args=registration
    ),
    "claims:detail": Row(get=only("member"), args=lambda world: [world.home.claims["big"].number]),
    "claims:bills": Row(get=own()),
    "claims:bill_new": Row(get=own(), post=own(got=400)),
    # What was filled in so far is nothing: back to the beginning.
    "claims:bill_review": Row(get=own(got="/bills/new/"), post=own(got="/bills/new/")),
    "claims:bill": Row(get=only("member"), args=bill),
    "claims:bill_correct": Row(get=only("member"), post=only("member", got=400), args=bill),
    "claims:bill_withdraw": Row(
        get=only("member"), post=only("member", got="/bills/1/"), args=bill
    ),
    "claims:desk_bills": Row(get=desk(*RESIDENCE)),
    "claims:desk_bill_enter": Row(get=desk(*RESIDENCE), post=desk_post(*RESIDENCE, got=400)),
    "claims:desk_bill": Row(
        get=desk(*RESIDENCE, elsewhere=404),
        post=desk_post(*RESIDENCE, got=400, elsewhere=404),
        args=bill,
    ),
    "claims:desk_bill_review": Row(
        get=NEVER, post=desk_post("reviewer", got="/desk/bills/1/"), args=bill
    ),
}

"""Rows of linking a sign-in with the record, of registrations, questions and papers: mei's."""

from __future__ import annotations

from typing import Any

from members.models import Registration
from tests.permissions.table import HOME, NEVER, Got, Row, desk, desk_post, only, own, signed_in
from tests.permissions.world import OTHERS, STAFF, World


def not_linked(got: Got) -> dict[str, Got]:
    """A page for who is linked with no record yet; who is, is led home."""
    return own(got=HOME, but=dict.fromkeys([*STAFF, *OTHERS], got))


PROVE_IT = "/login/reauthenticate/"
APPLY, BACK = "/residence/apply/", "/residence/1/"
ANSWERING = ("case_officer", "reviewer")


def registration(world: World) -> list[Any]:
    return [Registration.objects.filter(person=world.home.person("mei")).order_by("pk")[0].pk]


def nothing(world: World) -> list[Any]:
    return [0]


def paper(world: World) -> list[Any]:
    """A paper of mei's."""
    return [world.home.papers["mei"].key]


ROWS = {
    "members:link": Row(get=not_linked(200), post=not_linked(400)),
    "members:code": Row(get=not_linked(200), post=not_linked(400)),
    "members:bank_account": Row(get=own()),
    # The world's sign-ins have given no password.
    "members:bank_account_enter": Row(get=own(got=PROVE_IT), post=own(got=PROVE_IT)),
    # Nothing waits: it leads back to the page.
    "members:bank_account_take_back": Row(get=NEVER, post=own(got="/me/bank/")),
    "members:residence": Row(get=own()),
    "members:residence_apply": Row(get=own(), post=own(got=400)),
    # What was filled in so far is nothing: back to the beginning.
    "members:residence_papers": Row(get=own(got=APPLY), post=own(got=APPLY)),
    "members:residence_review": Row(get=own(got=APPLY), post=own(got=APPLY)),
    "members:residence_detail": Row(get=only("member"), args=registration),
    "members:residence_sent": Row(get=only("member"), args=registration),
    "members:residence_correct": Row(
        get=only("member"), post=only("member", got=400), args=registration
    ),
    "members:residence_withdraw": Row(
        get=only("member"), post=only("member", got=BACK), args=registration
    ),
    "members:residence_end": Row(
        get=only("member", got=BACK), post=only("member", got=BACK), args=registration
    ),
    "members:residence_resume": Row(get=NEVER, post=only("member", got=BACK), args=registration),
    # Nobody's session has the number nought.
    "members:session_end": Row(get=NEVER, post=signed_in(404), args=nothing),
    "members:tickets": Row(get=own()),
    "members:ask": Row(get=own(), post=own(got=400)),
    # Whose question it is: tests/integration/test_pages_tickets.py.
    "members:ticket": Row(get=only(), post=only(), args=nothing),
    "members:ticket_close": Row(get=NEVER, post=only(), args=nothing),
    "members:desk_tickets": Row(get=desk(*ANSWERING)),
    "members:desk_ticket_enter": Row(get=desk(*ANSWERING), post=desk_post(*ANSWERING, got=400)),
    "members:desk_ticket": Row(
        get=desk(*ANSWERING, got=404, elsewhere=404, auditor=404), args=nothing
    ),
    "members:desk_ticket_act": Row(get=NEVER, post=desk_post(*ANSWERING, got=404), args=nothing),
    "members:paper": Row(get=only("member"), args=paper),
    "members:desk_paper": Row(get=desk("case_officer", "reviewer", elsewhere=404), args=paper),
    "members:desk_paper_look": Row(get=desk("case_officer", "reviewer", elsewhere=404), args=paper),
    "members:eid": Row(get=signed_in(405), post=own(got=HOME)),
}

"""Proposing a change about a person: which there are, for whom, and what each one asks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext, gettext_lazy

from accounts.manual import (
    ADJUST_MONTH,
    PRICE_MONTH,
    NotCredited,
    NotUnpriced,
    propose_adjustment,
    propose_price,
)
from families.departures import PAYOUT, propose_payout, report_death
from families.held import RELEASE_HELD, NothingHeld, propose_release
from families.reviving import UNDO_DEATH, may_be_undone, propose_undo_death
from families.staff_changes import END_BINDING, MOVE, propose_end, propose_move
from members.bank_accounts import PERSON_ACCOUNT, InvalidAccount, propose_person_account
from members.models import Person
from record import changes, papers
from record.models import Change, Role
from record.operations import operation
from record.outcome import Refusal
from record.staffing import Staff

from . import forms

#: A reported death is no proposal: it freezes at once, and one officer reports it.
DEATH = "death"
#: What the papers of a change, and of a reported death, are kept under; a death's by its person.
CHANGE_PAPERS, DEATH_PAPERS = "change", "death"


class Impossible(Exception):
    """What was proposed cannot be: in words for who proposes it."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody of the staff has filled in about a person insured in an area."""

    form: Any
    person: Person
    area: str
    staff: Staff

    def __getitem__(self, name: str) -> Any:
        return self.form.cleaned_data[name]

    @property
    def who(self) -> dict[str, Any]:
        """By whom, and on which day, as every operation takes it."""
        return {"by": self.staff.user, "day": self.staff.day}

    @property
    def draft(self) -> str:
        """Under which name papers wait that were sent and not handed in yet."""
        return draft_of(self.form, self.staff)


def draft_of(form: forms.Reasoned, staff: Staff) -> str:
    """Return the name of the draft that keeps the papers of a form until it is proposed."""
    return f"{type(form).__name__}:{form.person.pk}:{staff.user.pk}"


def _is_here(person: Person) -> bool:
    return person.left_on is None


@dataclass(frozen=True, slots=True)
class Proposal:
    """A kind of change that is proposed on a person's page.

    `do(asked)`: carries it to the operation. `fits(person)`: whether the page offers it.
    """

    slug: str
    title: Any
    lead: Any
    form: type[forms.Reasoned]
    kind: str
    do: Callable[[Asked], Any]
    fits: Callable[[Person], bool] = _is_here
    is_grave: bool = False

    @property
    def proposers(self) -> frozenset[str]:
        """Return the roles that propose it."""
        if self.kind == DEATH:
            return frozenset({Role.Kind.CASE_OFFICER.value})
        return changes.kind_of(self.kind).proposers


def offered(person: Person, area: str, staff: Staff) -> list[Proposal]:
    """Return what somebody may propose about a person."""
    return [
        proposal
        for proposal in PROPOSALS.values()
        if proposal.fits(person) and any(staff.may(kind, area) for kind in proposal.proposers)
    ]


@operation
def carry(proposal: Proposal, asked: Asked) -> Any:
    """Carry a proposal to its operation, and hand its papers in with it: both, or neither.

    Returns a Change, a Refusal, or what a reported death lists. Raises Impossible, NotAllowed.
    """
    done = proposal.do(asked)
    if not isinstance(done, Refusal):
        of_a_change = isinstance(done, Change)
        papers.hand_in(
            draft=asked.draft,
            kind=CHANGE_PAPERS if of_a_change else DEATH_PAPERS,
            thing=done.pk if of_a_change else asked.person.pk,
            subject_id=asked.person.pk,
            actor=asked.staff.actor,
        )
    return done


# --- what each one does -----------------------------------------------------------------------


def _payout(asked: Asked) -> Any:
    return propose_payout(
        person_id=asked.person.pk,
        reason=asked["why"],
        payees=asked.form.payees(),
        evidence=asked["reason"],
        **asked.who,
    )


def _death(asked: Asked) -> Any:
    return report_death(
        person_id=asked.person.pk,
        died_on=asked["died_on"],
        day=asked.staff.day,
        actor=asked.staff.actor,
        reason=asked["reason"],
    )


def _undo_death(asked: Asked) -> Any:
    return propose_undo_death(person_id=asked.person.pk, evidence=asked["reason"], **asked.who)


def _release(asked: Asked) -> Any:
    try:
        return propose_release(
            person_id=asked.person.pk,
            area=asked.area,
            payees=asked.form.payees(),
            evidence=asked["reason"],
            **asked.who,
        )
    except NothingHeld as error:
        raise Impossible(gettext("Nothing is held for the heirs of this person.")) from error


def _move(asked: Asked) -> Any:
    return propose_move(
        person_id=asked.person.pk, area=asked["area"], reason=asked["reason"], **asked.who
    )


def _price(asked: Asked) -> Any:
    try:
        return propose_price(
            person_id=asked.person.pk,
            month=asked["month"],
            amount=asked["amount"],
            reason=asked["reason"],
            **asked.who,
        )
    except NotUnpriced as error:
        raise Impossible(
            gettext("This month has a price by the rules, or nothing is due for it.")
        ) from error


def _adjust(asked: Asked) -> Any:
    try:
        return propose_adjustment(
            person_id=asked.person.pk,
            month=asked["month"],
            difference=asked["difference"],
            reason=asked["reason"],
            **asked.who,
        )
    except NotCredited as error:
        raise Impossible(gettext("This month was not credited yet.")) from error


def _bank_account(asked: Asked) -> Any:
    try:
        return propose_person_account(
            person_id=asked.person.pk,
            number=asked["number"],
            evidence=asked["reason"],
            **asked.who,
        )
    except InvalidAccount as error:
        raise Impossible(" ".join(error.problems)) from error


def _end(asked: Asked) -> Any:
    return propose_end(binding_id=int(asked["binding"]), reason=asked["reason"], **asked.who)


PROPOSALS = {
    proposal.slug: proposal
    for proposal in (
        Proposal(
            "payout",
            gettext_lazy("Pay the account out"),
            gettext_lazy(
                "Everything in the account goes out, with its interest, and the membership ends."
                " The member is told at once."
            ),
            forms.PayoutForm,
            PAYOUT,
            _payout,
            fits=lambda person: person.paid_out_on is None and person.departure != "emigration",
        ),
        Proposal(
            "death",
            gettext_lazy("Report a death"),
            gettext_lazy(
                "At once the account is frozen and every binding ends. What was credited or spent"
                " since that day is listed to be recovered. The payout is proposed afterwards."
            ),
            forms.DeathForm,
            DEATH,
            _death,
            is_grave=True,
        ),
        Proposal(
            "undo-death",
            gettext_lazy("Take a report of death back"),
            gettext_lazy(
                "For a report that was a mistake. The account pays again and what was listed to be"
                " recovered is closed. Bindings and registrations that have ended stay ended: they"
                " are made anew."
            ),
            forms.UndoDeathForm,
            UNDO_DEATH,
            _undo_death,
            fits=may_be_undone,
        ),
        Proposal(
            "heirs",
            gettext_lazy("Pay to the heirs what is held"),
            gettext_lazy("What came back after the payout is held by the area that paid it."),
            forms.HeirsForm,
            RELEASE_HELD,
            _release,
            fits=lambda person: person.paid_out_on is not None,
        ),
        Proposal(
            "move",
            gettext_lazy("Move to another area"),
            gettext_lazy("The account goes along. Bindings are judged by the new area's rules."),
            forms.MoveForm,
            MOVE,
            _move,
        ),
        Proposal(
            "price",
            gettext_lazy("Credit a month without a price"),
            gettext_lazy("For a month that no notice prices."),
            forms.PriceForm,
            PRICE_MONTH,
            _price,
        ),
        Proposal(
            "correction",
            gettext_lazy("Correct a credited month"),
            gettext_lazy("For what the rules cannot work out by themselves."),
            forms.DifferenceForm,
            ADJUST_MONTH,
            _adjust,
        ),
        Proposal(
            "bank-account",
            gettext_lazy("Enter a bank account"),
            gettext_lazy(
                "To it goes what the member is owed: paper bills, a payout, in the"
                " provincial-direct scheme each month's credit. The member is told at once."
            ),
            forms.BankAccountForm,
            PERSON_ACCOUNT,
            _bank_account,
        ),
        Proposal(
            "end-binding",
            gettext_lazy("End a binding found false"),
            gettext_lazy("Where the two are not what they said they are to each other."),
            forms.EndBindingForm,
            END_BINDING,
            _end,
        ),
    )
}

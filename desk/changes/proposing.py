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
from families.staff_changes import END_BINDING, MOVE, propose_end, propose_move
from members.bank_accounts import PERSON_ACCOUNT, InvalidAccount, propose_person_account
from members.models import Person
from record import changes
from record.models import Role
from record.staffing import Staff

from . import forms

#: A reported death is no proposal: it freezes at once, and one officer reports it.
DEATH = "death"


class Impossible(Exception):
    """What was proposed cannot be: in words for who proposes it."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """A kind of change that is proposed on a person's page.

    `do(form, person, area, staff)`: carries it to the operation. `fits(person)`: whether the page
    offers it.
    """

    slug: str
    title: Any
    lead: Any
    form: type[forms.Reasoned]
    kind: str
    do: Callable[[Any, Person, str, Staff], Any]
    fits: Callable[[Person], bool]
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


def _payout(form: forms.PayoutForm, person: Person, area: str, staff: Staff) -> Any:
    return propose_payout(
        person_id=person.pk,
        reason=form.cleaned_data["why"],
        payees=form.payees(),
        evidence=form.cleaned_data["reason"],
        by=staff.user,
        day=staff.day,
    )


def _death(form: forms.DeathForm, person: Person, area: str, staff: Staff) -> Any:
    return report_death(
        person_id=person.pk,
        died_on=form.cleaned_data["died_on"],
        day=staff.day,
        actor=staff.actor,
        reason=form.cleaned_data["reason"],
    )


def _release(form: forms.PayeesForm, person: Person, area: str, staff: Staff) -> Any:
    try:
        return propose_release(
            person_id=person.pk,
            area=area,
            payees=form.payees(),
            evidence=form.cleaned_data["reason"],
            by=staff.user,
            day=staff.day,
        )
    except NothingHeld as error:
        raise Impossible(gettext("Nothing is held for the heirs of this person.")) from error


def _move(form: forms.MoveForm, person: Person, area: str, staff: Staff) -> Any:
    return propose_move(
        person_id=person.pk,
        area=form.cleaned_data["area"],
        reason=form.cleaned_data["reason"],
        by=staff.user,
        day=staff.day,
    )


def _price(form: forms.PriceForm, person: Person, area: str, staff: Staff) -> Any:
    try:
        return propose_price(
            person_id=person.pk,
            month=form.cleaned_data["month"],
            amount=form.cleaned_data["amount"],
            reason=form.cleaned_data["reason"],
            by=staff.user,
            day=staff.day,
        )
    except NotUnpriced as error:
        raise Impossible(
            gettext("This month has a price by the rules, or nothing is due for it.")
        ) from error


def _adjust(form: forms.DifferenceForm, person: Person, area: str, staff: Staff) -> Any:
    try:
        return propose_adjustment(
            person_id=person.pk,
            month=form.cleaned_data["month"],
            difference=form.cleaned_data["difference"],
            reason=form.cleaned_data["reason"],
            by=staff.user,
            day=staff.day,
        )
    except NotCredited as error:
        raise Impossible(gettext("This month was not credited yet.")) from error


def _bank_account(form: forms.BankAccountForm, person: Person, area: str, staff: Staff) -> Any:
    try:
        return propose_person_account(
            person_id=person.pk,
            number=form.cleaned_data["number"],
            evidence=form.cleaned_data["reason"],
            by=staff.user,
            day=staff.day,
        )
    except InvalidAccount as error:
        raise Impossible(" ".join(error.problems)) from error


def _end(form: forms.EndBindingForm, person: Person, area: str, staff: Staff) -> Any:
    return propose_end(
        binding_id=int(form.cleaned_data["binding"]),
        reason=form.cleaned_data["reason"],
        by=staff.user,
        day=staff.day,
    )


def _is_here(person: Person) -> bool:
    return person.left_on is None


def _is_paid_out(person: Person) -> bool:
    return person.paid_out_on is not None


PROPOSALS = {
    proposal.slug: proposal
    for proposal in (
        Proposal(
            slug="payout",
            title=gettext_lazy("Pay the account out"),
            lead=gettext_lazy(
                "Everything in the account goes out, with its interest, and the membership ends."
                " The member is told at once."
            ),
            form=forms.PayoutForm,
            kind=PAYOUT,
            do=_payout,
            fits=lambda person: person.paid_out_on is None and person.departure != "emigration",
        ),
        Proposal(
            slug="death",
            title=gettext_lazy("Report a death"),
            lead=gettext_lazy(
                "At once the account is frozen and every binding ends. What was credited or spent"
                " since that day is listed to be recovered. The payout is proposed afterwards."
            ),
            form=forms.DeathForm,
            kind=DEATH,
            do=_death,
            fits=_is_here,
            is_grave=True,
        ),
        Proposal(
            slug="heirs",
            title=gettext_lazy("Pay to the heirs what is held"),
            lead=gettext_lazy("What came back after the payout is held by the area that paid it."),
            form=forms.PayeesForm,
            kind=RELEASE_HELD,
            do=_release,
            fits=_is_paid_out,
        ),
        Proposal(
            slug="move",
            title=gettext_lazy("Move to another area"),
            lead=gettext_lazy(
                "The account goes along. Bindings are judged by the new area's rules."
            ),
            form=forms.MoveForm,
            kind=MOVE,
            do=_move,
            fits=_is_here,
        ),
        Proposal(
            slug="price",
            title=gettext_lazy("Credit a month without a price"),
            lead=gettext_lazy("For a month that no notice prices."),
            form=forms.PriceForm,
            kind=PRICE_MONTH,
            do=_price,
            fits=_is_here,
        ),
        Proposal(
            slug="correction",
            title=gettext_lazy("Correct a credited month"),
            lead=gettext_lazy("For what the rules cannot work out by themselves."),
            form=forms.DifferenceForm,
            kind=ADJUST_MONTH,
            do=_adjust,
            fits=_is_here,
        ),
        Proposal(
            slug="bank-account",
            title=gettext_lazy("Enter a bank account"),
            lead=gettext_lazy(
                "To it goes what the member is owed: paper bills, a payout, in the"
                " provincial-direct scheme each month's credit. The member is told at once."
            ),
            form=forms.BankAccountForm,
            kind=PERSON_ACCOUNT,
            do=_bank_account,
            fits=_is_here,
        ),
        Proposal(
            slug="end-binding",
            title=gettext_lazy("End a binding found false"),
            lead=gettext_lazy("Where the two are not what they said they are to each other."),
            form=forms.EndBindingForm,
            kind=END_BINDING,
            do=_end,
            fits=_is_here,
        ),
    )
}

"""Each kind of change in words, for whom it is to decide."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext, gettext_lazy

from accounts.queries import account_of, balance_on
from families.held import split_among
from families.models import Binding
from members.bank_accounts import is_by_the_member
from members.looking import mask_account
from members.models import Person
from policy.saying import percent, place_words, yuan
from policy.text import words_of
from record.change_words import About, Fact, register_about, register_words
from record.models import Change, Role
from record.rolls import mask_text


def _payees(change: Change, amount: Decimal | None) -> list[Fact]:
    payees = change.payload.get("payees", [])
    parts = split_among(amount, payees) if amount is not None and payees else [None] * len(payees)
    return [
        Fact(
            gettext("To"),
            f"{payee['name']}, {percent(Decimal(payee['share']))}",
            " ".join(
                part
                for part in (
                    yuan(share) if share is not None else "",
                    f"{gettext('account')} …{payee['tail']}" if payee.get("tail") else "",
                )
                if part
            ),
        )
        for payee, share in zip(payees, parts, strict=True)
    ]


def _payout(change: Change) -> list[Fact]:
    reasons = {"death": gettext("death"), "emigration": gettext("settling abroad")}
    account = account_of(change.subject_id or 0)
    total = None
    if account is not None and change.state == Change.State.WAITING:
        total = balance_on(account, change.proposed_on).total
    found = [Fact(gettext("Why"), reasons.get(change.payload["reason"], ""))]
    if total is not None:
        found.append(
            Fact(gettext("In the account"), yuan(total), gettext("and its interest until then"))
        )
    return [*found, *_payees(change, total)]


def _undo_death(change: Change) -> list[Fact]:
    return [
        Fact(gettext("Reported day of death"), change.payload["died_on"]),
        Fact(
            gettext("Then"),
            gettext("the account pays again"),
            gettext("bindings and registrations that ended are made anew"),
        ),
    ]


def _release(change: Change) -> list[Fact]:
    amount = Decimal(change.payload["amount"])
    return [Fact(gettext("Held"), yuan(amount)), *_payees(change, amount)]


def _month(payload: dict[str, Any]) -> str:
    return date.fromisoformat(payload["month"]).strftime("%Y-%m")


def _price(change: Change) -> list[Fact]:
    return [
        Fact(gettext("Month"), _month(change.payload)),
        Fact(gettext("Amount"), yuan(Decimal(change.payload["amount"]))),
    ]


def _difference(change: Change) -> list[Fact]:
    difference = Decimal(change.payload["difference"])
    words = gettext("is taken back") if difference < 0 else gettext("is given")
    return [
        Fact(gettext("Month"), _month(change.payload)),
        Fact(gettext("Amount"), yuan(abs(difference)), words),
    ]


def _move(change: Change) -> list[Fact]:
    return [
        Fact(gettext("From"), place_words(change.payload["from"])),
        Fact(
            gettext("To"),
            place_words(change.payload["to"]),
            gettext("on the day of the approval, with the account; bindings are judged anew"),
        ),
    ]


def _end_binding(change: Change) -> list[Fact]:
    payload = change.payload
    names = Person.objects.in_bulk([payload["authorizer"], payload["member"]])
    relation = dict(Binding.Relation.choices).get(payload["relation"], payload["relation"])
    return [
        Fact(gettext("Whose account"), names[payload["authorizer"]].name),
        Fact(gettext("For whom"), names[payload["member"]].name, str(relation)),
    ]


def _person_account(change: Change) -> list[Fact]:
    by_member = is_by_the_member(change)
    on_record = change.subject.bank_account_sealed if change.subject is not None else None
    return [
        Fact(gettext("Account"), f"…{change.payload['tail']}"),
        Fact(gettext("On record now"), mask_account(on_record) or gettext("none yet")),
        Fact(
            gettext("Entered by"),
            gettext("the member, on the portal") if by_member else gettext("staff"),
            gettext("After a fresh proof of who they are. Call them if anything looks odd.")
            if by_member
            else "",
        ),
    ]


def _role(change: Change) -> list[Fact]:
    payload = change.payload
    return [
        Fact(gettext("User"), payload["username"]),
        Fact(gettext("Role"), dict(Role.Kind.choices).get(payload["kind"], payload["kind"])),
        Fact(gettext("Where"), place_words(payload["scope"])),
        Fact(gettext("From"), payload["begins_on"]),
        Fact(gettext("Last day"), payload["ends_on"]),
    ]


def _figure(change: Change) -> list[Fact]:
    payload = change.payload
    return [
        Fact(gettext("Figure"), words_of(payload["key"]).title, payload["key"]),
        Fact(gettext("Where"), place_words(payload["scope"])),
        Fact(gettext("Value"), mask_text(str(payload["value"]))),
        Fact(gettext("From"), payload["begins_on"] or "—"),
        Fact(gettext("Document"), payload["document_title"], payload["document_number"]),
    ]


def _about_roles(changes: Sequence[Change]) -> dict[int, About]:
    kinds = dict(Role.Kind.choices)
    return {
        one.pk: About(
            gettext("%(user)s, %(role)s, %(where)s")
            % {
                "user": one.payload["username"],
                "role": kinds.get(one.payload["kind"], one.payload["kind"]),
                "where": place_words(one.payload["scope"]),
            }
        )
        for one in changes
    }


def _about_figures(changes: Sequence[Change]) -> dict[int, About]:
    return {
        one.pk: About(
            gettext("%(figure)s, %(where)s")
            % {
                "figure": str(words_of(one.payload["key"]).title),
                "where": place_words(one.payload["scope"]),
            },
            reverse("policy:desk_figures"),
        )
        for one in changes
    }


def register_all() -> None:
    """Tell the words of every kind that has none of its own."""
    register_about("role", _about_roles)
    register_about("figure", _about_figures)
    for kind, title, facts in (
        ("payout", gettext_lazy("Payout of an account"), _payout),
        ("undo_death", gettext_lazy("Taking a report of death back"), _undo_death),
        ("release_held", gettext_lazy("Payment to heirs of what is held"), _release),
        ("price_month", gettext_lazy("Credit for a month without a price"), _price),
        ("adjust_month", gettext_lazy("Correction of a credited month"), _difference),
        ("take_back", gettext_lazy("Taking back what was credited too much"), _difference),
        ("move", gettext_lazy("Move to another area"), _move),
        ("person_account", gettext_lazy("Bank account of a member"), _person_account),
        ("end_binding", gettext_lazy("End of a binding found false"), _end_binding),
        ("role", gettext_lazy("Role of a user"), _role),
        ("figure", gettext_lazy("Figure of the policy"), _figure),
    ):
        register_words(kind, title=title, facts=facts)

"""What messages say, by kind: a title and a sentence, and never what they are about.

A message travels outside the portal and is read over shoulders: it names no illness, institution,
amount or relative. Who wants to know more signs in.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Words = str | Promise


@dataclass(frozen=True, slots=True)
class Text:
    """The title and the body of a message; on the way out the portal's address follows them."""

    title: Words
    body: Words


_FALLBACK = Text(
    _("You have a new message"), _("There is news for you in the mutual-aid insurance portal.")
)

TEXTS: dict[str, Text] = {
    "link_code": Text(
        _("Your code"),
        _("It ties your sign-in to your insurance, for ten minutes. Give it to nobody."),
    ),
    "linked": Text(
        _("A sign-in now belongs to you"),
        _("Somebody signed in as you with a code to this phone. If it was not you, call us."),
    ),
    "bound": Text(
        _("You were added to a family account"),
        _("A relative lets you use their account. If this is wrong, you can leave at any time."),
    ),
    "binding_ended": Text(
        _("A family account has changed"), _("A sharing of accounts that concerns you has ended.")
    ),
    "binding_check": Text(
        _("Please look at a family account"),
        _("We check some of them afterwards. The portal asks whether yours is right."),
    ),
    "many_looks": Text(
        _("Somebody opened many records"),
        _("A member of staff opened more records today than usual. The desk shows whose."),
    ),
    "looks_daily": Text(
        _("Who looked at records yesterday"),
        _("The portal shows who opened most of them, and the desk shows everybody."),
    ),
    "moved": Text(
        _("Your move is recorded"),
        _("Your insurance has moved to another area, and your account has gone with you."),
    ),
    "premium_paid": Text(
        _("A premium was paid"), _("A premium was paid from an account that concerns you.")
    ),
    "premium_cancelled": Text(
        _("A premium was cancelled"),
        _("The money is back in the accounts that it came from."),
    ),
    "premium_accepted": Text(
        _("Your premium has arrived"), _("The collector has accepted a premium that is for you.")
    ),
    "premium_rejected": Text(
        _("A premium was not accepted"),
        _("The money is back in the accounts that it came from. The portal says why."),
    ),
    "residence_approve": Text(
        _("Your registration is approved"),
        _("Your registration to live elsewhere was approved. The portal says from which day."),
    ),
    "residence_ask": Text(
        _("Something is missing"),
        _("We need something more for your registration. The portal says what."),
    ),
    "residence_refuse": Text(
        _("Your registration was decided"),
        _("Your registration could not be approved. The portal says why, and what you can do."),
    ),
    "residence_withdraw": Text(
        _("Your registration is withdrawn"), _("You have taken your registration back.")
    ),
    "residence_end": Text(
        _("Your registration ends"),
        _("Your registration to live elsewhere was ended. The portal says from which day."),
    ),
    "ticket_answered": Text(
        _("Your question is answered"),
        _("We have answered what you asked or objected to. The portal shows the answer."),
    ),
    "ticket_passed": Text(
        _("Your question has gone further up"),
        _("The day for an answer has passed, so the next office has it now, with a new day."),
    ),
    "ticket_closed": Text(
        _("Your question is closed"), _("The portal shows why. You can ask again at any time.")
    ),
    "ticket_escalated": Text(
        _("A question has come to you"),
        _("Its day for an answer has passed one level below. Please answer it."),
    ),
    "paper_bill_approve": Text(
        _("Your paper bill is decided"),
        _("A bill that you handed in was approved. The portal says what is paid, and why."),
    ),
    "paper_bill_ask": Text(
        _("Something is missing"),
        _("We need something more for a bill that you handed in. The portal says what."),
    ),
    "paper_bill_refuse": Text(
        _("Your paper bill is decided"),
        _("A bill that you handed in could not be approved. The portal says why."),
    ),
    "paper_bill_withdraw": Text(
        _("Your paper bill is taken back"), _("You have taken a bill back that you handed in.")
    ),
    "adjusted": Text(
        _("Your account was corrected"),
        _("What a month was worth to you has been corrected. The portal shows how."),
    ),
    "death_reported": Text(
        _("Your account is frozen"),
        _("Something was reported by which it is frozen. If it is wrong, tell us at once."),
    ),
    "death_undone": Text(
        _("Your account pays again"),
        _("A report was wrong and has been taken back. The portal says what you can do now."),
    ),
    "payout_proposed": Text(
        _("Your account is to be paid out"),
        _("Somebody has asked for your account to be paid out. If this is wrong, tell us at once."),
    ),
    "looked_up": Text(
        _("You were looked up by your ID number"),
        _("Somebody you went to for care asked for you by it. The portal says who, and why."),
    ),
    "bank_account_entered": Text(
        _("A bank account was entered for you"),
        _("It counts once a second person has approved it. If it is not yours, call us at once."),
    ),
    "bank_account_changed": Text(
        _("Your bank account was changed"),
        _("From now on money for you goes to another bank account. If it is wrong, call us."),
    ),
    "bank_account_refused": Text(
        _("Your bank account stays as it was"),
        _("The account that was entered for you was not approved. The portal says why."),
    ),
    "payment_came_back": Text(
        _("Money for you came back from the bank"),
        _("The bank could not pay it to the account on record. Look at your account, please."),
    ),
    "run_waits": Text(
        _("A month's run waits for you"),
        _("It differs from the month before by more than the limits. Please look at it."),
    ),
    "change_approve": Text(
        _("Your proposal was approved"), _("A second person has approved what you proposed.")
    ),
    "change_refuse": Text(
        _("Your proposal was refused"),
        _("A second person has refused what you proposed. The portal says why."),
    ),
    "change_withdraw": Text(
        _("Your proposal is withdrawn"), _("You have taken a proposal of yours back.")
    ),
    "change_supersede": Text(
        _("Your proposal no longer waits"),
        _("The facts behind something you proposed have changed, so it was withdrawn."),
    ),
}


#: What a room puts before the words of its kind of message, from the message's data.
Filler = Callable[[Mapping[str, Any]], str]
_FILLERS: dict[str, Filler] = {}


def register_filler(kind: str, filler: Filler) -> None:
    """Make known what comes before the words of a kind, such as a code."""
    _FILLERS[kind] = filler


def text_for(kind: str, data: Mapping[str, Any] | None = None) -> Text:
    """Return what a message of this kind says; an unknown kind says only that there is news."""
    text = TEXTS.get(kind, _FALLBACK)
    filler = _FILLERS.get(kind)
    if filler is None or data is None:
        return text
    return replace(text, body=f"{filler(data)} {text.body}")

"""A member's own bank account: what is on record, what waits, and entering another one."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from policy.words import words_for
from record import changes
from record.models import Change
from record.outcome import Refusal

from . import bank_accounts, queries
from .bank_accounts import InvalidAccount
from .forms import BankAccountForm
from .gate import for_members
from .looking import mask_account
from .models import Person, User
from .recent import signed_in_recently, to_prove_it_is_you


@require_safe
@for_members
def overview(request: HttpRequest, person: Person) -> HttpResponse:
    """Show where money for the member goes, what waits, and what became of the last entry."""
    waiting = bank_accounts.waiting_account(person.pk)
    last = (
        Change.objects.filter(
            kind=bank_accounts.PERSON_ACCOUNT, key=bank_accounts.key_of(person.pk)
        )
        .exclude(state=Change.State.WAITING)
        .order_by("-pk")
        .first()
    )
    context = {
        "account": mask_account(person.bank_account_sealed),
        "waiting": waiting,
        "is_own": waiting is not None and waiting.proposed_by_id == request.user.pk,
        "refused": last if last is not None and last.state == Change.State.REFUSED else None,
        "may_enter": waiting is None and not queries.has_left(person, timezone.localdate()),
    }
    return render(request, "members/bank_account.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_members
def enter(request: HttpRequest, person: Person) -> HttpResponse:
    """Ask for the account of somebody who has signed in lately; another person approves it."""
    if not signed_in_recently(request):
        return to_prove_it_is_you(request)
    form = BankAccountForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        outcome = _enter(request, person, form)
        if isinstance(outcome, Change):
            messages.success(
                request, gettext("Entered. It counts once the insurance has looked at it.")
            )
            return redirect("members:bank_account")
    context = {"form": form, "person": person, "account": mask_account(person.bank_account_sealed)}
    status = 400 if form.errors else 200
    return render(request, "members/bank_account_enter.html", context, status=status)


def _enter(request: HttpRequest, person: Person, form: BankAccountForm) -> Change | None:
    try:
        outcome = bank_accounts.enter_own_account(
            person_id=person.pk,
            number=form.cleaned_data["number"],
            by=_user(request),
            day=timezone.localdate(),
        )
    except InvalidAccount as error:
        form.add_error("number", " ".join(error.problems))
        return None
    if isinstance(outcome, Refusal):
        form.add_error(None, str(words_for(outcome)))
        return None
    return outcome


@require_POST
@for_members
def take_back(request: HttpRequest, person: Person) -> HttpResponse:
    """Take an entry of one's own back that waits."""
    waiting = bank_accounts.waiting_account(person.pk)
    if waiting is not None and waiting.proposed_by_id == request.user.pk:
        done = changes.withdraw(change_id=waiting.pk, by=_user(request), day=timezone.localdate())
        if isinstance(done, Change):
            messages.success(request, gettext("Taken back. The account on record stays."))
    return redirect("members:bank_account")


def _user(request: HttpRequest) -> User:
    return cast("User", request.user)  # for_members has seen to it

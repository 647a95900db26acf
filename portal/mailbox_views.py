"""Messages: the list, reading one, and how copies of them are wished."""

from __future__ import annotations

from typing import cast

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from members import queries as members
from members.models import User
from record import mailbox
from record.copy_model import CopyWish
from record.operations import Actor
from record.texts import text_for

PAGE = 20


class CopiesForm(forms.Form):
    """How somebody wants to be told that there is a message."""

    way = forms.ChoiceField(
        label=gettext_lazy("Tell me that there is a message"),
        widget=forms.RadioSelect,
        choices=CopyWish.Way.choices,
    )


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def inbox(request: HttpRequest) -> HttpResponse:
    """Show a user's messages, newest first; a POST marks all of them as read."""
    mine = mailbox.messages_of(_user(request))
    if request.method == "POST":
        mailbox.mark_read(mine)
        return redirect("portal:messages")
    page = Paginator(mine, PAGE).get_page(request.GET.get("page"))
    rows = [(message, text_for(message.kind)) for message in page]
    context = {"rows": rows, "page": page, "unread_here": mine.filter(read_at=None).exists()}
    return render(request, "portal/messages.html", context)


@never_cache
@login_required
@require_safe
def message(request: HttpRequest, message_id: int) -> HttpResponse:
    """Show one message with what it is about; from now on it counts as read."""
    user = _user(request)
    found = mailbox.message_for(user, message_id)
    mailbox.mark_read(mailbox.messages_of(user).filter(pk=found.pk))
    text, detail, url = mailbox.inside_of(found)
    context = {"message": found, "text": text, "detail": detail, "url": url}
    return render(request, "portal/message.html", context)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def copies(request: HttpRequest) -> HttpResponse:
    """Ask how copies are wished, and keep it."""
    user = _user(request)
    if request.method == "POST":
        form = CopiesForm(request.POST)
        if form.is_valid():
            actor = Actor.of(user)
            mailbox.wish_copies(user_id=user.pk, way=form.cleaned_data["way"], actor=actor)
            messages.success(request, gettext("Kept."))
            return redirect("portal:messages")
    else:
        form = CopiesForm(initial={"way": mailbox.copies_for(user)})
    person = members.person_of(user)
    context = {"form": form, "phone": person.phone if person else "", "email": user.email}
    status = 400 if form.errors else 200
    return render(request, "portal/message_copies.html", context, status=status)


def _user(request: HttpRequest) -> User:
    return cast("User", request.user)  # login_required has seen to it

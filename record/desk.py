"""The desk's page of this room: messages whose copies could not be sent."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from . import mailbox
from .models import Role
from .staffing import Staff, for_staff
from .texts import text_for

ADMINISTRATOR = Role.Kind.ADMINISTRATOR.value
PAGE = 50


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff(ADMINISTRATOR)
def stuck_messages(request: HttpRequest, staff: Staff) -> HttpResponse:
    """Show what is stuck and why; a POST lets one of them, or all, be tried again.

    Whose messages they are is not shown: whoever mends a gateway need not know.
    """
    if request.method == "POST":
        wished = request.POST.get("message", "")
        ids = mailbox.stuck().values_list("pk", flat=True)
        if wished.isascii() and wished.isdigit():
            ids = ids.filter(pk=int(wished))
        number = mailbox.try_again(message_ids=ids, actor=staff.actor)
        text = gettext("%(number)s messages will be tried again within a minute.")
        messages.success(request, text % {"number": number})
        return redirect("record:desk_messages")
    page = Paginator(mailbox.stuck(), PAGE).get_page(request.GET.get("page"))
    context = {
        "rows": [(message, text_for(message.kind).title) for message in page],
        "page": page,
        "may": staff.is_any(ADMINISTRATOR),
    }
    return render(request, "desk/record_messages.html", context)

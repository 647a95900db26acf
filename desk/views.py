"""What staff see first."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from desk.today import today_context
from record.staffing import Staff, for_staff


@require_safe
@for_staff()
def today(request: HttpRequest, staff: Staff) -> HttpResponse:
    """Show what waits, what is late, what runs, and what to look at."""
    return render(request, "desk/today.html", today_context(staff=staff))

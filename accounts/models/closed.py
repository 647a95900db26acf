"""Periods whose clearing between areas is closed: the ledger takes no more of it for them."""

from __future__ import annotations

import pgtrigger
from django.db import models
from django.utils.translation import gettext_lazy as _


class ClosedPeriod(models.Model):
    """A month of care or of moves, or a year of premiums, whose clearing is closed.

    Closing cannot be undone. What comes later is dated its own day, and falls in its own period.
    """

    class Subject(models.TextChoices):
        CARE = "care", _("care")
        PREMIUM = "premium", _("premiums")
        MOVE = "move", _("moves")

    subject = models.CharField(_("what is cleared"), max_length=8, choices=Subject.choices)
    first_day = models.DateField(_("first day of the month or year"))
    closed_on = models.DateField(_("closed on"))

    class Meta:
        verbose_name = _("closed period")
        verbose_name_plural = _("closed periods")
        ordering = ["-first_day", "subject"]
        constraints = [
            models.UniqueConstraint(name="period_closed_once", fields=["subject", "first_day"])
        ]
        triggers = [
            pgtrigger.Protect(
                name="closed_period_only_grows", operation=pgtrigger.Update | pgtrigger.Delete
            )
        ]

    def __str__(self) -> str:
        return f"{self.subject} {self.first_day:%Y-%m}"


#: Names the locks of periods: whoever posts to one shares it, whoever closes it has it alone.
PERIOD_LOCK = 7314

#: For the transfers that two areas clear: refuses one whose period is closed. It shares the
#: period's lock first, so that closing waits for postings that are not committed yet.
REFUSE_CLOSED_PERIOD = pgtrigger.Trigger(
    name="transfer_in_an_open_period",
    operation=pgtrigger.Insert,
    when=pgtrigger.After,
    condition=~pgtrigger.Q(new__clearing=""),
    declare=[("what", "text"), ("first", "date")],
    func=f"""
        what := CASE NEW.clearing WHEN 'premium' THEN 'premium' WHEN 'transfer' THEN 'move'
                ELSE 'care' END;
        first := date_trunc(CASE what WHEN 'premium' THEN 'year' ELSE 'month' END, NEW.day)::date;
        PERFORM pg_advisory_xact_lock_shared(
            {PERIOD_LOCK}, (extract(year FROM first) * 12 + extract(month FROM first))::int
        );
        IF EXISTS (
            SELECT FROM accounts_closedperiod closed
            WHERE closed.subject = what AND closed.first_day = first
        ) THEN
            RAISE EXCEPTION 'the clearing of % for % is closed', what, first
                USING ERRCODE = 'check_violation', CONSTRAINT = 'transfer_in_an_open_period';
        END IF;
        RETURN NULL;
    """,
)

"""The words and the status of what these endpoints answer where something is wrong."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from policy.words import RefusalWords

PROBLEMS = {
    "day_not_over": RefusalWords(_("The day is not over."), _("Send its file when it is.")),
    "taken_already": RefusalWords(
        _("The same lines were sent before for this day."),
        _("Nothing has changed; read the result that was given then."),
    ),
    "too_many_rows": RefusalWords(
        _("There are more lines than a day file may have."),
        _("Compare the day: the description names the limit."),
    ),
    "unknown_claim": RefusalWords(
        _("You have no settlement with this number."),
        _("Copy it from the answer to the settlement, or leave the field out."),
    ),
    "no_such_reconciliation": RefusalWords(
        _("You have sent no day file with this number."),
        _("Use the number from the answer to your day file."),
    ),
    "no_such_statement": RefusalWords(
        _("There is no statement of yours with this number."), _("List your statements first.")
    ),
    "lines_changed": RefusalWords(
        _("These are not the lines of the statement."),
        _("Read the statement again and compare; then agree to what it says."),
    ),
    "agreed_already": RefusalWords(
        _("The statement was agreed already."),
        _("If something is wrong after all, call the bureau."),
    ),
}
STATUS = {
    "no_such_reconciliation": 404,
    "no_such_statement": 404,
    "taken_already": 409,
    "lines_changed": 409,
    "agreed_already": 409,
}

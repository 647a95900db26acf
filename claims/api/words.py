"""The words for what the interface itself refuses; the law's refusals have theirs in `policy`."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from policy.words import REFUSALS, RefusalWords

PROBLEMS: Mapping[str, RefusalWords] = {
    # Signing in.
    "not_signed_in": RefusalWords(
        _("There is no token, or it is good no longer."),
        _("Ask for a new one with the client id and its secret, and send it again."),
    ),
    "scope_missing": RefusalWords(
        _("This sign-in may not do that."),
        _("Ask the administrator of your area to allow it, or use another sign-in."),
    ),
    "address_not_allowed": RefusalWords(
        _("This sign-in may not be used from this network address."),
        _("Send it from one of the agreed addresses, or have this one added."),
    ),
    # The shape of a message.
    "malformed_json": RefusalWords(
        _("The body is no JSON."), _("Send one JSON object in UTF-8, as the description shows.")
    ),
    "missing_field": RefusalWords(
        _("A field is missing."), _("Add it; the description says what belongs there.")
    ),
    "unknown_field": RefusalWords(
        _("There is a field that nothing is known of."),
        _("Correct its name or leave it out, so that nothing is overlooked."),
    ),
    "wrong_type": RefusalWords(
        _("The field holds another kind of value than it should."),
        _("Write amounts, dates and numbers as text; the description names the kind."),
    ),
    "wrong_form": RefusalWords(
        _("The value is not written as it should be."),
        _("Amounts have two decimals (12.50), are not negative and have at most nine digits before"
          " them; dates are written 2026-03-01."),
    ),
    "wrong_length": RefusalWords(
        _("The text or the list is too long or too short."),
        _("The description names the limits."),
    ),
    "unknown_value": RefusalWords(
        _("This value is not one of the known ones."), _("The description lists them all.")
    ),
    "date_out_of_range": RefusalWords(
        _("This date lies too far back or ahead."), _("Correct the date and send it again.")
    ),
    "bill_makes_no_sense": RefusalWords(
        _("A line of the bill contradicts itself."), _("Correct the line and send the bill again.")
    ),
    "body_too_large": RefusalWords(
        _("The message is too large."), _("Split the bill, or leave out what is not asked for.")
    ),
    "unsupported_media_type": RefusalWords(
        _("The body is of a kind that is not read here."), _("Send it as application/json.")
    ),
    "method_not_allowed": RefusalWords(
        _("This address does not know that method."), _("The header Allow names the known ones.")
    ),
    "not_found": RefusalWords(
        _("There is nothing at this address."), _("The description lists all addresses.")
    ),
    # One message, one effect.
    "key_missing": RefusalWords(
        _("The header Idempotency-Key is missing, or is not 8 to 80 plain characters."),
        _("Give each message a number of its own, and the same one when it is sent again."),
    ),
    "request_in_progress": RefusalWords(
        _("A message with this number is being worked on at this moment."),
        _("Send the same message again in a moment: it is done once, and you get its answer."),
    ),
    "reversed_first": RefusalWords(
        _("This settlement was cancelled before it arrived, so it is not done."),
        _("If the bill is to be settled after all, send it under a new number."),
    ),
    "no_such_request": RefusalWords(
        _("No message with this number has had an effect here."),
        _("Nothing was settled under it; it may be sent again."),
    ),
    # Persons.
    "no_such_person": RefusalWords(
        _("Nobody can be found with this."),
        _("Compare the ID card; a payment code is good for two minutes and once, so ask for a new"
          " one."),
    ),
    "too_many_lookups": RefusalWords(
        _("Your institution has looked up too many persons within an hour."),
        _("Wait for the next hour; payment codes keep a budget of their own."),
    ),
    "patient_token_expired": RefusalWords(
        _("The patient token is good no longer, or is not yours."),
        _("Look the patient up again and send the message with the new token."),
    ),
    # Bills.
    "unknown_institution": RefusalWords(
        _("No institution has this code, or it was not in the register on that day."),
        _("Compare the code with the register of institutions."),
    ),
    "no_such_quote": RefusalWords(
        _("There is no such quote for this patient at your institution."),
        _("Ask for a quote first, or leave it out."),
    ),
    "quote_differs": RefusalWords(
        _("The outcome is no longer what the quote said; nothing was settled."),
        _("Show the patient the new quote that comes with this answer, and settle with it."),
    ),
    # When the portal cannot.
    "too_many_calls": RefusalWords(
        _("Your machine sends more messages than the portal takes from one."),
        _("Send the same message again, with the same number, after the seconds that Retry-After"
          " says."),
    ),
    "try_again": RefusalWords(
        _("The portal cannot answer at this moment."),
        _("Send the same message again, with the same number, in a few seconds."),
    ),
    "internal_error": RefusalWords(
        _("Something went wrong in the portal."),
        _("Send the same message again, with the same number; if it stays, call us."),
    ),
}  # fmt: skip


def add_words(words: Mapping[str, RefusalWords]) -> None:
    """Say what the problems of another room's endpoints mean: that room is above this one."""
    _ADDED.update(words)


_ADDED: dict[str, RefusalWords] = {}


def words_of(code: str) -> RefusalWords:
    """Return the words of a code of the interface or of the law."""
    return PROBLEMS.get(code) or _ADDED.get(code) or REFUSALS[code]

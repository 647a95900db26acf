"""The words for every refusal of the law: what is wrong, and what to do about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from record.outcome import Refusal


@dataclass(frozen=True, slots=True)
class RefusalWords:
    """Two plain sentences, translated when they are shown."""

    what: str | Promise
    todo: str | Promise

    def __str__(self) -> str:
        return f"{self.what} {self.todo}"


#: Code of `policy.refusals.CLAUSES` → its words.
REFUSALS: Mapping[str, RefusalWords] = {
    # Members and their contributions.
    "already_paid": RefusalWords(
        _("This month is paid already."),
        _("Nothing was recorded. To change the base, enter it as a correction."),
    ),
    "not_due": RefusalWords(
        _("Nothing is due for a month that begins in retirement."),
        _("Nothing was recorded. If it was paid, it is paid back."),
    ),
    "member_left": RefusalWords(
        _("This insurance has ended, so nothing more can be done with it."),
        _("For what is still open, please come to a counter of the healthcare security bureau."),
    ),
    "not_enrolled": RefusalWords(
        _("Nobody was insured under this name on that day."),
        _("If that is wrong, ask the healthcare security bureau to look at the enrolment."),
    ),
    "already_applied": RefusalWords(
        _("An application for this place is waiting already."),
        _("Wait for its answer, or withdraw it first."),
    ),
    "residence_at_home": RefusalWords(
        _("At this place you are at home, so nothing needs to be registered."),
        _("See any designated institution there, as always."),
    ),
    "residence_kind_not_allowed": RefusalWords(
        _("In your area nobody registers for this reason."),
        _("Choose one of the reasons that the page offers."),
    ),
    "back_dated_needs_two": RefusalWords(
        _("An approval from a day that is over needs two persons."),
        _("Propose it; a reviewer decides."),
    ),
    "changed_meanwhile": RefusalWords(
        _("Something has changed since this page was opened, so nothing was done."),
        _("Look at it again, then decide."),
    ),
    "end_in_past": RefusalWords(
        _("A registration can end today or later, not earlier."),
        _("Choose today or a later day."),
    ),
    "end_stays": RefusalWords(
        _("This end can no longer be taken back."),
        _("Apply again, and it holds from the day of the approval."),
    ),
    "not_registered": RefusalWords(
        _("There is no registration for this place."),
        _("Nothing needs to be ended."),
    ),
    "same_area": RefusalWords(
        _("This is the area that the insurance is in already."),
        _("Nothing needs to be moved."),
    ),
    # Crediting and interest.
    "month_not_begun": RefusalWords(
        _("This month has not begun."),
        _("It can be credited from its first day on."),
    ),
    "year_not_over": RefusalWords(
        _("This year is not over."),
        _("Its interest is worked out after 31 December."),
    ),
    "earlier_year_open": RefusalWords(
        _("An earlier year is still open."),
        _("Close the years in their order."),
    ),
    "already_priced": RefusalWords(
        _("This month has been credited already."),
        _("What was credited wrongly is put right by an adjustment."),
    ),
    "import_undone": RefusalWords(
        _("This roll has been taken back already."),
        _("Send the right one as a new file."),
    ),
    "import_changed": RefusalWords(
        _("This roll corrected months, or its rows have been changed since, or lie elsewhere."),
        _("Put each wrong month right by itself: correct its base, or pay it back."),
    ),
    "import_used": RefusalWords(
        _("Months of this roll are credited, or bills were settled on the strength of it."),
        _("Put each wrong month right by itself: correct its base, or pay it back."),
    ),
    "run_under_way": RefusalWords(
        _("A run of this area and period is under way already."),
        _("Post it or put it aside first; you find it in the list of runs."),
    ),
    "run_not_counted": RefusalWords(
        _("This run is still being counted."),
        _("Wait a moment, look at the comparison, and post it then."),
    ),
    "run_not_going": RefusalWords(
        _("This run is not being posted, so there is nothing to stop."),
        _("Look at its state; nothing more is needed."),
    ),
    "run_not_stopped": RefusalWords(
        _("There is nothing of this run left to go on with."),
        _("Start a new run of the month if something is still due."),
    ),
    # Family accounts.
    "self_binding": RefusalWords(
        _("This is you yourself: your own account pays for you anyway."),
        _("Enter the relative for whom it shall pay too."),
    ),
    "consent_missing": RefusalWords(
        _("The notice has not been accepted."),
        _("Read it and tick that you agree; without it nothing can be bound."),
    ),
    "relation_not_allowed": RefusalWords(
        _("An account can be shared with husband or wife, parents and children alone."),
        _("Choose one of these relations."),
    ),
    "sharing_not_open": RefusalWords(
        _("In your area accounts could not be shared yet on that day."),
        _("It opens on the date that the notice of your area names."),
    ),
    "provincial_direct_excluded": RefusalWords(
        _("In the provincial-direct scheme the money goes to the bank card, so it is not shared."),
        _("Nothing can be done here; the money on the card is free to use."),
    ),
    "no_account": RefusalWords(
        _("Your kind of insurance has no personal account, so there is nothing to share."),
        _("A relative with an account can bind you instead."),
    ),
    "already_bound": RefusalWords(
        _("You are bound to this person already."),
        _("Look at the family page; nothing more is needed."),
    ),
    "out_of_province": RefusalWords(
        _("Accounts are shared inside one province alone."),
        _("It becomes possible when both are insured in the same province."),
    ),
    "cross_area_not_open": RefusalWords(
        _("Accounts are not yet shared between these two areas."),
        _("It becomes possible when both are insured in the same area, or when it opens."),
    ),
    "cross_area_taken": RefusalWords(
        _("This person has an account from another area already, and one is the limit."),
        _("That binding would have to end first."),
    ),
    "family_full": RefusalWords(
        _("All seats of your family account are taken."),
        _("End one binding, and its seat is free at once."),
    ),
    "member_stays_out": RefusalWords(
        _("This person has said that they do not want to be bound."),
        _("They can take that back in their own sign-in, on their family page."),
    ),
    "not_bound": RefusalWords(
        _("This binding is not there, or has ended already."),
        _("Look at the family page; nothing more is needed."),
    ),
    # Premiums.
    "product_not_allowed": RefusalWords(
        _("Account money cannot pay this premium in the insured person's area."),
        _("Pay it the usual way."),
    ),
    "collection_mode_not_supported": RefusalWords(
        _("Where the tax office collects this premium, relatives' accounts cannot pay it yet."),
        _("Pay it the usual way."),
    ),
    "premium_already_paid": RefusalWords(
        _("This premium is paid for this person and this year."),
        _("Nothing more is needed."),
    ),
    "premium_amount_wrong": RefusalWords(
        _("The amount is not the one that this premium costs this year."),
        _("Look at the amount and try again."),
    ),
    "premium_window_closed": RefusalWords(
        _("This premium is not collected today."),
        _("Come back within the days of its collection."),
    ),
    "premium_not_cancellable": RefusalWords(
        _("This premium has gone to its collector, or is cancelled already."),
        _("Ask the collector to pay it back."),
    ),
    "insufficient_funds": RefusalWords(
        _("The accounts together hold less than the premium, so nothing was taken."),
        _("Pay it the usual way, or wait for the next credit."),
    ),
    # Claims.
    "duplicate_claim": RefusalWords(
        _("This bill has been settled already."),
        _("Nothing was taken twice. Look at the earlier settlement."),
    ),
    "prescription_used": RefusalWords(
        _("This prescription has been settled already."),
        _("Ask the doctor for a new one if more is needed."),
    ),
    "service_date_in_future": RefusalWords(
        _("The day of the treatment lies after today."),
        _("The institution has to correct the date."),
    ),
    "other_scheme_not_applicable": RefusalWords(
        _("No other scheme pays for a bill of this kind."),
        _("The institution has to send it without that amount."),
    ),
    "other_scheme_exceeds_bill": RefusalWords(
        _("Another scheme is said to have paid more than the bill."),
        _("The institution has to correct the amount."),
    ),
    "no_policy_in_force": RefusalWords(
        _("No outpatient rule is in force in this area on that day, so nothing can be worked out."),
        _("The healthcare security bureau enters the figures first; then it can be settled."),
    ),
    "paper_bill_not_accepted": RefusalWords(
        _("In your area bills that were paid already are not taken."),
        _("Let the institution settle the bill while you are there."),
    ),
    "duplicate_paper_bill": RefusalWords(
        _("This bill has been handed in or settled already."),
        _(
            "Look at the list of your bills; nothing is lost. If it is another bill, compare the "
            "number on it."
        ),
    ),
    "bill_not_complete": RefusalWords(
        _("The institution or the lines of the bill are missing."),
        _("Enter them first; then it can be worked out."),
    ),
    "institution_not_in_register": RefusalWords(
        _("The register says nothing of this institution on the day of the treatment."),
        _("Look at the day, or have its term entered; then it can be worked out."),
    ),
    "bank_account_missing": RefusalWords(
        _("There is no bank account on record to which the money could go."),
        _("Ask the member for it; a counter enters it. Then approve the bill."),
    ),
    "paper_bill_needs_two": RefusalWords(
        _("This payment is above the amount that one person approves."),
        _("Propose it; a reviewer decides."),
    ),
    "no_such_claim": RefusalWords(
        _("There is no settlement with this number."),
        _("Compare the number with the receipt."),
    ),
    "already_reversed": RefusalWords(
        _("This settlement was cancelled on its own day."),
        _("The money went back then; nothing more is needed."),
    ),
    "already_refunded": RefusalWords(
        _("This settlement has been refunded."),
        _("The money went back then; nothing more is needed."),
    ),
    "reversal_window_passed": RefusalWords(
        _("A settlement can be cancelled on its own day alone."),
        _("Use a refund instead."),
    ),
    # The way things are sent and decided.
    "request_key_reused": RefusalWords(
        _("This message number was used before for something else."),
        _("Send it again under a number of its own."),
    ),
    "waits_for_second_person": RefusalWords(
        _("The same change waits for a second person already."),
        _("Let it be decided first."),
    ),
    "no_death_reported": RefusalWords(
        _("No death is reported that could be taken back."),
        _("Once the account is paid out, it cannot be undone here."),
    ),
    "already_checked": RefusalWords(
        _("This binding is under check already."),
        _("Open its check in the after-check of bindings."),
    ),
    "not_waiting": RefusalWords(
        _("This has been decided already."),
        _("Look at the decision; nothing more is needed."),
    ),
    "machine_name_taken": RefusalWords(
        _("This institution has an open sign-in of that name."),
        _("Give the other system a name of its own, or a new key to the one that is there."),
    ),
    "machine_closed": RefusalWords(
        _("This sign-in is closed."), _("Open a new one if the system is still used.")
    ),
    "two_keys": RefusalWords(
        _("Two keys of this sign-in are good at present."),
        _("End the one that is no longer used; then it can have a new one."),
    ),
    "too_many_tickets": RefusalWords(
        _("Many questions of yours wait for an answer, or were asked today."),
        _("Add to one of them, or wait for an answer. For what is urgent, call us."),
    ),
    "ticket_closed": RefusalWords(
        _("This question is closed."),
        _("Ask again, and say which one it goes on from."),
    ),
    "not_answered": RefusalWords(
        _("This question has no answer yet."),
        _("Answer it first; then it can be closed."),
    ),
    "too_many_codes": RefusalWords(
        _("Too many payment codes were shown within an hour."),
        _("Wait a little; a counter can look you up by your ID card meanwhile."),
    ),
    "too_many_entries": RefusalWords(
        _("You have entered a bank account several times today."),
        _("Try again tomorrow, or come to a counter with the card and your ID card."),
    ),
}


def words_for(refusal: Refusal | str) -> RefusalWords:
    """Return the words of a refusal or of its code."""
    code = refusal.code if isinstance(refusal, Refusal) else refusal
    return REFUSALS[code]

"""Refusals of the law: values with a code and the clause that they stand on.

An operation answers with its result or with a `Refusal`. Inside, any depth may raise `Refused`;
`record.operations.operation` rolls back and hands the refusal to the caller.
"""

from __future__ import annotations

from typing import Any

from record.outcome import Refusal, Refused

__all__ = ["CLAUSES", "Refusal", "Refused", "refusal", "refuse"]

#: Code of a refusal → the clause that it stands on ("" where the rules of the portal decide).
CLAUSES: dict[str, str] = {
    "already_paid": "AH49-1.1d",
    "not_due": "YT-2.2.1f",
    "member_left": "SZ-17",
    "month_not_begun": "AH49-1.1",
    "year_not_over": "AH49-1.2",
    "earlier_year_open": "AH49-1.2",
    "same_area": "",
    "provincial_direct_excluded": "AH39-2.5b",
    "self_binding": "AH39-2.2.1a",
    "consent_missing": "AH39-2.2.1b",
    "relation_not_allowed": "AH39-2.2.1a",
    "sharing_not_open": "AH49-1.3a",
    "no_account": "AH49-1.1b",
    "already_bound": "",
    "out_of_province": "AH39-2.2.2b",
    "cross_area_not_open": "AH49-1.3b",
    "cross_area_taken": "AH39-2.2.2c",
    "family_full": "AH39-2.2.2a",
    "member_stays_out": "",
    "not_bound": "",
    "not_registered": "AH49-2.1b",
    "product_not_allowed": "AH39-2.1b",
    "collection_mode_not_supported": "AH39-2.3.2a",
    "premium_already_paid": "",
    "premium_amount_wrong": "",
    "premium_window_closed": "",
    "premium_not_cancellable": "",
    "insufficient_funds": "AH39-2.3.2b",
    "duplicate_claim": "",
    "prescription_used": "YZ-14a",
    "service_date_in_future": "",
    "not_enrolled": "AH49-2.1a",
    "other_scheme_not_applicable": "AH49-2.2b",
    "other_scheme_exceeds_bill": "AH49-2.2b",
    "no_policy_in_force": "AH49-0",
    "no_such_claim": "",
    "already_reversed": "AH39-3b",
    "already_refunded": "AH39-3b",
    "reversal_window_passed": "AH39-3b",
    "request_key_reused": "",
    "waits_for_second_person": "",
    "already_priced": "AH49-1.1e",
    "already_applied": "",
    "residence_at_home": "RULES-2.5",
    "residence_kind_not_allowed": "AH49-2.1b",
    "back_dated_needs_two": "",
    "changed_meanwhile": "",
    "end_in_past": "",
    "end_stays": "",
    "paper_bill_not_accepted": "RULES-6.5",
    "duplicate_paper_bill": "",
    "bill_not_complete": "",
    "institution_not_in_register": "",
    "bank_account_missing": "RULES-6.5",
    "paper_bill_needs_two": "RULES-6.5",
    "not_waiting": "",
    "already_checked": "",
    "no_death_reported": "",
    "too_many_codes": "",
    "too_many_entries": "",
    "machine_name_taken": "",
    "machine_closed": "",
    "two_keys": "",
    "import_undone": "",
    "import_changed": "",
    "import_used": "",
    "too_many_tickets": "",
    "ticket_closed": "",
    "not_answered": "AH49-3.3",
    "run_under_way": "",
    "run_not_counted": "",
    "run_not_going": "",
    "run_not_stopped": "",
}


def refusal(code: str, **data: Any) -> Refusal:
    """Return the refusal with this code, which must be one of `CLAUSES`."""
    return Refusal(code=code, clause=CLAUSES[code], data=data)


def refuse(code: str, **data: Any) -> Refused:
    """Return the exception to raise inside an operation: `raise refuse("member_left")`."""
    return Refused(refusal(code, **data))

"""Undoing what a record moved (rules 7): each payer gets back what they paid."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

from members import queries as members
from members.models import Person

from . import ledger
from .models import LedgerAccount, Transfer


@dataclass(slots=True)
class Undone:
    """The postings that undo a record, the locked accounts that they touch, and what is held.

    `held`: person id → what stays with the area that paid, for the heirs of a payer who has left.
    """

    postings: list[ledger.Posting] = field(default_factory=list)
    accounts: dict[int, LedgerAccount] = field(default_factory=dict)
    held: dict[int, Decimal] = field(default_factory=dict)


def undo_postings(*, source: str, source_id: int, back_key: str, day: date) -> Undone:
    """Work out how to undo a record's transfers, last payer first, and lock their accounts.

    `back_key`: the account that had received them. Money goes back to the balance that it came
    from, or to carried-over if that was in an earlier year; where its payer has moved since, the
    area that paid owes it to the payer's area now; where the payer has left, that area holds it.
    """
    transfers = list(
        Transfer.objects.filter(source=source, source_id=source_id)
        .select_related("account")
        .order_by("-line")
    )
    payer_ids = {t.account.person_id for t in transfers if t.account and t.account.person_id}
    locked = ledger.lock(payer_ids)
    payers = Person.objects.in_bulk(payer_ids)
    areas = members.areas_on(payer_ids, day)
    undone = Undone(accounts={account.pk: account for account in locked.values()})
    for transfer in transfers:
        back = ledger.Posting(
            kind=transfer.kind,
            amount=transfer.amount,
            from_key=back_key,
            clearing=transfer.clearing,
            debtor_area=transfer.debtor_area,
            creditor_area=transfer.creditor_area,
            undoes=True,
        )
        person_id = transfer.account.person_id if transfer.account else None
        if person_id is None:
            pool = ledger.area_key(LedgerAccount.Kind.POOL, transfer.debtor_area)
            undone.postings.append(replace(back, to_key=pool))
        elif members.has_left(payers[person_id], day):
            key = ledger.held_key(transfer.debtor_area, person_id)
            undone.postings.append(replace(back, to_key=key, kind=Transfer.Kind.HELD))
            undone.held[person_id] = undone.held.get(person_id, ledger.NIL) + transfer.amount
        else:
            same_year = transfer.value_date.year == day.year
            undone.postings.append(
                replace(
                    back,
                    account_id=transfer.account_id,
                    bucket=transfer.bucket if same_year else ledger.CARRIED,
                )
            )
            if areas[person_id] != transfer.debtor_area:
                undone.postings.append(
                    ledger.owed_between(
                        old_area=transfer.debtor_area,
                        new_area=areas[person_id],
                        amount=transfer.amount,
                    )
                )
    return undone

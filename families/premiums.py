"""Premiums from account money: all or nothing (AH39-2.3.2)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from accounts import ledger
from accounts.models import LedgerAccount, Transfer
from accounts.undoing import undo_postings
from accounts.waterfall import Purse, waterfall
from members import queries as members
from policy.book import Rules
from policy.queries import current_book
from policy.refusals import refuse
from record.operations import Actor, audit, operation, tell

from .models import Premium
from .queries import Payer, payers_for


@operation
def pay_premium(
    *,
    insured_id: int,
    product: str,
    amount: Decimal,
    day: date,
    actor: Actor,
    started_by_id: int | None = None,
) -> Premium:
    """Pay a person's premium from their own and their authorizers' accounts, whole or not at all.

    `started_by_id`: the person in whose sign-in it is paid; who else may pay than the insured
    person says `offers.may_start`. Refused with the first that applies: member_left,
    product_not_allowed, collection_mode_not_supported, premium_already_paid, premium_amount_wrong,
    premium_window_closed, insufficient_funds.
    """
    book = current_book()
    insured = members.lock_person(insured_id)
    if members.has_left(insured, day):
        raise refuse("member_left")
    place = members.enrolment_on(insured_id, day)
    if place is None:
        raise refuse("not_enrolled")
    rules = book.rules(place.area, day)
    own, relatives = whose_accounts(rules, product)
    _check_once_and_price(rules, insured_id, product, amount, day)

    payers = payers_for(
        patient_id=insured_id,
        patient_area=place.area,
        day=day,
        book=book,
        own=own,
        relatives=relatives,
    )
    accounts = ledger.lock([payer.person_id for payer in payers])
    purses = [
        Purse(payer.person_id, sum(ledger.turned(accounts[payer.person_id], day), ledger.NIL))
        for payer in payers
        if payer.person_id in accounts and accounts[payer.person_id].frozen_on is None
    ]
    parts = waterfall(amount, purses)
    if sum((part.amount for part in parts), ledger.NIL) < amount:
        raise refuse("insufficient_funds")
    by_person = {payer.person_id: payer for payer in payers}
    postings = [
        posting
        for part in parts
        for posting in _postings_of(
            payer=by_person[part.person_id],
            account=accounts[part.person_id],
            part=part.amount,
            area=place.area,
            product=product,
            order=rules.spending_order.value,
            day=day,
        )
    ]

    premium = Premium.objects.create(
        insured=insured,
        area=place.area,
        product=product,
        year=day.year,
        amount=amount,
        paid_on=day,
        state_on=day,
        started_by_id=started_by_id,
    )
    ledger.post(
        source=Transfer.Source.PREMIUM,
        source_id=premium.pk,
        day=day,
        postings=postings,
        accounts={account.pk: account for account in accounts.values()},
    )
    audit(
        actor=actor,
        verb="families.premium",
        area=place.area,
        subject_id=insured_id,
        record=f"premium:{premium.pk}",
        data={"product": product, "amount": str(amount)},
    )
    concerned = {part.person_id for part in parts} | {insured_id, started_by_id or insured_id}
    tell(
        kind="premium_paid",
        person_ids=sorted(concerned),
        data={"premium": premium.pk},
    )
    return premium


def whose_accounts(rules: Rules, product: str) -> tuple[bool, bool]:
    """Return whether the own account and the relatives' accounts may pay a product."""
    allowed = rules.premiums.get(product)
    if allowed is None:
        raise refuse("product_not_allowed")
    own, relatives = allowed.value.own, allowed.value.relatives
    if relatives and not rules.family_premiums.value:
        if not own:
            raise refuse("collection_mode_not_supported")
        relatives = False
    return own, relatives


def _check_once_and_price(
    rules: Rules, insured_id: int, product: str, amount: Decimal, day: date
) -> None:
    paid = Premium.objects.filter(insured_id=insured_id, product=product, year=day.year).exclude(
        state__in=Premium.GIVEN_BACK
    )
    if rules.premium_once_a_year.value and paid.exists():
        raise refuse("premium_already_paid")
    row = rules.premium_amount.get(product)
    if row is not None:
        if amount != row.value.amount:
            raise refuse("premium_amount_wrong", amount=str(row.value.amount))
        if not row.value.opens <= day <= row.value.closes:
            raise refuse(
                "premium_window_closed",
                opens=row.value.opens.isoformat(),
                closes=row.value.closes.isoformat(),
            )


def _postings_of(
    *,
    payer: Payer,
    account: LedgerAccount,
    part: Decimal,
    area: str,
    product: str,
    order: str,
    day: date,
) -> list[ledger.Posting]:
    return [
        ledger.Posting(
            kind=Transfer.Kind.PREMIUM,
            amount=amount,
            to_key=ledger.collector_key(area, product),
            account_id=account.pk,
            bucket=bucket,
            clearing=Transfer.Clearing.PREMIUM if payer.area != area else "",
            debtor_area=payer.area,
            creditor_area=area,
        )
        for bucket, amount in ledger.split(account, part, day, order)
    ]


@operation
def cancel_premium(*, premium_id: int, day: date, actor: Actor) -> Premium:
    """Cancel a premium before it is handed over: the money goes back as in rules 7.

    Refused: premium_not_cancellable.
    """
    premium = Premium.objects.get(pk=premium_id)
    members.lock_person(premium.insured_id)
    premium = Premium.objects.select_for_update().get(pk=premium_id)
    if premium.state != Premium.State.PAID:
        raise refuse("premium_not_cancellable")
    give_back(premium, state=Premium.State.CANCELLED, day=day)
    tell(kind="premium_cancelled", person_ids=concerned_by(premium), data={"premium": premium.pk})
    audit(
        actor=actor,
        verb="families.premium.cancel",
        area=premium.area,
        subject_id=premium.insured_id,
        record=f"premium:{premium.pk}",
    )
    return premium


def give_back(premium: Premium, *, state: Premium.State, day: date, note: str = "") -> None:
    """Give a locked premium's money back to whom it came from, as in rules 7."""
    undone = undo_postings(
        source=Transfer.Source.PREMIUM,
        source_id=premium.pk,
        back_key=ledger.collector_key(premium.area, premium.product),
        day=day,
    )
    ledger.post(
        source=Transfer.Source.PREMIUM_UNDO,
        source_id=premium.pk,
        day=day,
        postings=undone.postings,
        accounts=undone.accounts,
    )
    premium.state, premium.state_on, premium.state_note = state, day, note
    premium.save(update_fields=["state", "state_on", "state_note"])


def parts_of(premium: Premium) -> dict[int, Decimal]:
    """Return what each person's account paid of a premium, in the order of payment."""
    paid: dict[int, Decimal] = {}
    transfers = (
        Transfer.objects.filter(source=Transfer.Source.PREMIUM, source_id=premium.pk)
        .exclude(account=None)
        .order_by("line")
        .values_list("account__person_id", "amount")
    )
    for person_id, amount in transfers:
        paid[person_id] = paid.get(person_id, ledger.NIL) + amount
    return paid


def concerned_by(premium: Premium) -> list[int]:
    """Return whom a premium concerns: the insured, who paid it, and whose account did."""
    concerned = {premium.insured_id, premium.started_by_id or premium.insured_id}
    return sorted(concerned.union(parts_of(premium)))

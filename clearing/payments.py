"""What is to be paid by bank: how payments come to be, and which account each goes to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.contrib.auth.models import AbstractBaseUser
from django.db.models import QuerySet
from django.utils.translation import gettext

from accounts.models import Transfer
from claims.models import Claim, Institution, PaperBill
from families.held import RELEASE_HELD, split_among
from families.models import Payout
from members.bank_accounts import check_number, packed, tail_of, unpacked
from members.identity import UnreadableSecret, seal, unseal
from members.models import Person
from record import changes
from record.looking import within
from record.models import Change, Role
from record.operations import Actor, audit, operation
from record.outcome import Refusal

from .faults import CannotBeDone
from .models import InstitutionAccount, InstitutionStatement, Payment

INSTITUTION_ACCOUNT = "institution_account"
PAYMENT_ACCOUNT = "payment_account"
CLERKS = frozenset({Role.Kind.FINANCE_CLERK.value})
DECIDERS = frozenset({Role.Kind.FINANCE_CLERK.value, Role.Kind.REVIEWER.value})

Kind, State = Payment.Kind, Payment.State


def payments_in(scopes: frozenset[str]) -> QuerySet[Payment]:
    """Return the payments of the areas of these scopes."""
    return Payment.objects.filter(within(("area",), scopes))


def payment_for_statement(statement: InstitutionStatement, day: date) -> Payment:
    """Make the payment of an agreed statement, in the caller's transaction."""
    return Payment.objects.create(
        reference=f"I{statement.pk}",
        kind=Kind.INSTITUTION,
        area=statement.area,
        amount=statement.to_pay,
        payee=statement.institution.name,
        statement=statement,
        made_on=day,
    )


@operation
def gather(*, day: date, actor: Actor) -> int:
    """Make the payments of payouts, paper bills and released money that have none yet.

    Returns how many.

    Each is named by what it is for and by the payee, so that gathering twice makes none twice.
    """
    made = [*_of_payouts(day), *_of_releases(day), *_of_paper_bills(day)]
    Payment.objects.bulk_create(made, ignore_conflicts=True)
    if made:
        audit(actor=actor, verb="paying.gather", data={"payments": [p.reference for p in made]})
    return len(made)


def _of_payouts(day: date) -> Iterator[Payment]:
    have = Payment.objects.filter(payout__isnull=False).values("payout_id")
    payouts = Payout.objects.filter(amount__gt=0).exclude(pk__in=have).select_related("person")
    areas = _areas(Transfer.Source.PAYOUT, [payout.pk for payout in payouts])
    for payout in payouts:
        payees = payout.payees or [{"name": payout.person.name, "share": "1"}]
        for number, (payee, part) in enumerate(
            zip(payees, split_among(payout.amount, payees), strict=True), start=1
        ):
            if part > 0:
                yield _to_payee(
                    Payment(
                        reference=f"P{payout.pk}-{number}",
                        kind=Kind.PAYOUT,
                        area=areas[payout.pk],
                        amount=part,
                        payout=payout,
                        made_on=day,
                    ),
                    payee,
                    payout.person if not payout.payees else None,
                )


def _of_releases(day: date) -> Iterator[Payment]:
    have = Payment.objects.filter(release__isnull=False).values("release_id")
    released = Change.objects.filter(kind=RELEASE_HELD, state=Change.State.APPROVED).exclude(
        pk__in=have
    )
    for change in released:
        payees = change.payload["payees"]
        parts = split_among(Decimal(change.payload["amount"]), payees)
        for number, (payee, part) in enumerate(zip(payees, parts, strict=True), start=1):
            if part > 0:
                yield _to_payee(
                    Payment(
                        reference=f"H{change.pk}-{number}",
                        kind=Kind.HELD,
                        area=change.area,
                        amount=part,
                        release=change,
                        made_on=day,
                    ),
                    payee,
                    None,
                )


def _of_paper_bills(day: date) -> Iterator[Payment]:
    """Yield what the pooled fund owes for approved paper bills (rules 6.5)."""
    owed = PaperBill.objects.filter(
        state=PaperBill.State.APPROVED,
        claim__state=Claim.State.SETTLED,
        claim__pool__gt=0,
        payment=None,
    )
    for bill in owed.select_related("claim", "person").order_by("pk"):
        assert bill.claim is not None, "an approved bill has a claim"
        yield Payment(
            reference=f"B{bill.pk}",
            kind=Kind.PAPER_BILL,
            area=bill.claim.area,
            amount=bill.claim.pool,
            payee=bill.person.name[:120],
            paper_bill=bill,
            made_on=day,
        )


def _areas(source: str, ids: list[int]) -> dict[int, str]:
    """Return from which area's bank account records were paid out."""
    return dict(
        Transfer.objects.filter(source=source, source_id__in=ids).values_list(
            "source_id", "to_account__area"
        )
    )


def _to_payee(payment: Payment, payee: dict[str, str], person: Person | None) -> Payment:
    """Fill in who is paid; the account as far as the payee named one, encrypted."""
    payment.payee = payee["name"][:120]
    number = "".join(str(payee.get("account") or "").split())
    if person is not None:
        payment.account_sealed, payment.account_tail = _of_person(person)
    elif payee.get("sealed"):
        payment.account_sealed = unpacked(payee)
        payment.account_tail = payee["tail"]
    elif number:
        payment.account_sealed, payment.account_tail = seal(number), tail_of(number)
    return payment


def _of_person(person: Person) -> tuple[bytes | None, str]:
    if not person.bank_account_sealed:
        return None, ""
    try:
        return bytes(person.bank_account_sealed), tail_of(unseal(person.bank_account_sealed))
    except UnreadableSecret:
        return None, ""


# --- which account ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Destination:
    """Where a payment goes: the encrypted number, its last digits, and the bank's name if known."""

    sealed: bytes
    tail: str
    bank: str = ""


def destinations(payments: Iterable[Payment]) -> dict[int, Destination]:
    """Return where payments go by payment id, as the registers say now; without an account none."""
    rows = list(payments)
    institutions = {p.statement.institution_id for p in rows if p.statement is not None}
    accounts = account_of_institutions(institutions)
    found: dict[int, Destination] = {}
    for payment in rows:
        if payment.statement is not None:
            account = accounts.get(payment.statement.institution_id)
            if account is not None:
                sealed = bytes(account.number_sealed)
                found[payment.pk] = Destination(sealed, account.tail, account.bank)
        elif (person := person_paid(payment)) is not None:
            sealed_now, tail = _of_person(person)
            if sealed_now is not None:
                found[payment.pk] = Destination(sealed_now, tail)
        elif payment.account_sealed is not None:
            found[payment.pk] = Destination(bytes(payment.account_sealed), payment.account_tail)
    return found


def person_paid(payment: Payment) -> Person | None:
    """Return the member to whose own account a payment goes, for those that look it up there."""
    if payment.paper_bill is not None:
        return payment.paper_bill.person
    if payment.order is None:
        return None
    thing = payment.order.credit or payment.order.adjustment
    assert thing is not None, "an order is of a credit or an adjustment"
    return thing.person


def account_of_institutions(ids: Iterable[int]) -> dict[int, InstitutionAccount]:
    """Return the account that counts, by institution id."""
    rows = InstitutionAccount.objects.filter(institution_id__in=list(ids)).order_by("pk")
    return {row.institution_id: row for row in rows}


def propose_institution_account(
    *,
    institution_id: int,
    number: str,
    holder: str,
    bank: str,
    evidence: str,
    by: AbstractBaseUser,
    day: date,
) -> Change | Refusal:
    """Propose the bank account of an institution; another person approves.

    Refused: waits_for_second_person. Raises InvalidAccount, CannotBeDone, NotAllowed.
    """
    institution = Institution.objects.get(pk=institution_id)
    if not (holder.strip() and bank.strip() and evidence.strip()):
        raise CannotBeDone(
            "account_incomplete",
            gettext("Enter the holder, the bank, and the paper you have seen."),
        )
    return changes.propose(
        kind=INSTITUTION_ACCOUNT,
        key=f"institution:{institution.pk}",
        area=institution.area,
        payload={
            "institution": institution.code,
            "holder": holder.strip()[:120],
            "bank": bank.strip()[:120],
            **packed(check_number(number)),
        },
        reason=evidence.strip(),
        by=by,
        day=day,
    )


def _apply_institution_account(change: Change, actor: Actor, day: date) -> None:
    institution = Institution.objects.get(code=change.payload["institution"])
    InstitutionAccount.objects.create(
        institution=institution,
        holder=change.payload["holder"],
        bank=change.payload["bank"],
        number_sealed=unpacked(change.payload),
        tail=change.payload["tail"],
        begins_on=day,
        change=change,
    )
    audit(
        actor=actor,
        verb="paying.institution_account",
        area=institution.area,
        record=f"institution:{institution.code}",
        data={"tail": change.payload["tail"]},
    )


def propose_payment_account(
    *, payment_id: int, number: str, evidence: str, by: AbstractBaseUser, day: date
) -> Change | Refusal:
    """Propose the account of a payee of a payout or of held money; another person approves.

    Refused: waits_for_second_person. Raises InvalidAccount, CannotBeDone, NotAllowed.
    """
    payment = Payment.objects.get(pk=payment_id)
    _check_own_account(payment)
    if not evidence.strip():
        raise CannotBeDone("account_incomplete", gettext("Name the paper that you have seen."))
    return changes.propose(
        kind=PAYMENT_ACCOUNT,
        key=f"payment:{payment.pk}",
        area=payment.area,
        payload={"reference": payment.reference, **packed(check_number(number))},
        reason=evidence.strip(),
        by=by,
        day=day,
        subject_id=payment.payout.person_id if payment.payout else None,
    )


def _check_own_account(payment: Payment) -> None:
    if payment.kind not in {Kind.PAYOUT, Kind.HELD}:
        raise CannotBeDone(
            "account_elsewhere",
            gettext("This payment takes its account from the register. Change it there."),
        )
    if payment.state not in {State.WAITING, State.FAILED}:
        raise CannotBeDone("payment_ordered", gettext("The payment is with the bank, or paid."))


def _apply_payment_account(change: Change, actor: Actor, day: date) -> None:
    payment = Payment.objects.select_for_update().get(reference=change.payload["reference"])
    _check_own_account(payment)
    payment.account_sealed = unpacked(change.payload)
    payment.account_tail = change.payload["tail"]
    payment.save(update_fields=["account_sealed", "account_tail"])
    audit(
        actor=actor,
        verb="paying.payment_account",
        area=payment.area,
        record=f"payment:{payment.reference}",
        data={"tail": payment.account_tail, "day": str(day)},
    )


INSTITUTION_ACCOUNT_CHANGE = changes.Kind(
    name=INSTITUTION_ACCOUNT,
    apply=_apply_institution_account,
    proposers=CLERKS,
    deciders=DECIDERS,
)
PAYMENT_ACCOUNT_CHANGE = changes.Kind(
    name=PAYMENT_ACCOUNT, apply=_apply_payment_account, proposers=CLERKS, deciders=DECIDERS
)

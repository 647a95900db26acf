"""The ledger: the only place where money moves.

A posting is one positive amount from one ledger account to another. Whoever posts has locked the
personal accounts that it touches (`lock`), in id order and before any check; `post` writes the
transfers and the new balances in two statements, and the database refuses a balance below nil.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import connection, transaction
from django.db.models import QuerySet

from .models import LedgerAccount, Transfer

NIL = Decimal("0.00")
CURRENT = Transfer.Bucket.CURRENT.value
CARRIED = Transfer.Bucket.CARRIED.value

#: Names the locks under which accounts are opened in bulk (accounts.runs: 7310 to 7312).
_OPENING_LOCK = 7313


class ClosedYear(Exception):
    """A posting's value date lies in a year whose interest is closed. Nothing was posted."""


@dataclass(frozen=True, slots=True)
class Posting:
    """One transfer to be. Of `from_key` and `to_key`, the one that is None is `account_id`'s.

    A posting with an `account_id` touches that personal account in `bucket`: it takes from it
    where `from_key` is None, and gives to it where `to_key` is None. One without joins two keys.
    """

    kind: str
    amount: Decimal
    from_key: str | None = None
    to_key: str | None = None
    account_id: int | None = None
    bucket: str = ""
    month: date | None = None
    clearing: str = ""
    debtor_area: str = ""
    creditor_area: str = ""
    undoes: bool = False


def take(*, account_id: int, bucket: str, to_key: str, amount: Decimal, kind: str) -> Posting:
    """Return the posting that takes an amount from a personal account."""
    return Posting(kind=kind, amount=amount, to_key=to_key, account_id=account_id, bucket=bucket)


def give(*, account_id: int, bucket: str, from_key: str, amount: Decimal, kind: str) -> Posting:
    """Return the posting that gives an amount to a personal account."""
    return Posting(
        kind=kind, amount=amount, from_key=from_key, account_id=account_id, bucket=bucket
    )


def owed_between(*, old_area: str, new_area: str, amount: Decimal) -> Posting:
    """Return the posting by which an old area owes the new one what that now keeps (rules 8).

    An area's contributions account stands for the money that it holds for personal accounts: the
    new area now owes the owner, the old one no longer does.
    """
    return Posting(
        kind=Transfer.Kind.MOVE,
        amount=amount,
        from_key=area_key(LedgerAccount.Kind.CONTRIBUTIONS, new_area),
        to_key=area_key(LedgerAccount.Kind.CONTRIBUTIONS, old_area),
        clearing=Transfer.Clearing.TRANSFER,
        debtor_area=old_area,
        creditor_area=new_area,
    )


def area_key(kind: LedgerAccount.Kind, area: str) -> str:
    """Return the key of an area's account of a kind, such as `pool:340100`."""
    return f"{kind.value}:{area}"


def institution_key(institution_id: int) -> str:
    """Return the key of what is payable to an institution."""
    return f"{LedgerAccount.Kind.INSTITUTION.value}:{institution_id}"


def collector_key(area: str, product: str) -> str:
    """Return the key of what is payable to an area's collector of a premium."""
    return f"{LedgerAccount.Kind.COLLECTOR.value}:{area}:{product}"


def held_key(area: str, person_id: int) -> str:
    """Return the key of what an area holds for the heirs of a person."""
    return f"{LedgerAccount.Kind.HELD.value}:{area}:{person_id}"


def person_key(person_id: int) -> str:
    """Return the key of a person's account."""
    return f"{LedgerAccount.Kind.PERSONAL.value}:{person_id}"


def lock(person_ids: Iterable[int]) -> dict[int, LedgerAccount]:
    """Lock the personal accounts of these persons in id order; return them by person id.

    Who has no account yet is left out: an account is opened by its first posting.
    """
    accounts = (
        LedgerAccount.objects.select_for_update(no_key=True)
        .filter(person_id__in=list(person_ids))
        .order_by("pk")
    )
    return {account.person_id: account for account in accounts if account.person_id is not None}


def lock_for_departure(*, person_id: int, area: str) -> LedgerAccount | None:
    """Lock the account of a locked person who leaves an area ("" for none), or who leaves for good.

    Who has none yet may be given one in this instant, by a chunk of a run that still saw them: it
    is waited for. After this, whoever credits the area sees the departure.
    """
    account = lock([person_id]).get(person_id)
    if account is None and area:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [_OPENING_LOCK, int(area)])
        account = lock([person_id]).get(person_id)
    return account


def may_open_accounts(*, area: str) -> None:
    """Say, to the end of the transaction, that accounts are opened in an area. Before any lock."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock_shared(%s, %s)", [_OPENING_LOCK, int(area)])


def turn(account: LedgerAccount, year: int) -> None:
    """Turn an account's balances to a year: at its first instant current is carried over."""
    if account.year < year:
        account.carried += account.current
        account.current = NIL
        account.year = year


def turned(account: LedgerAccount, day: date) -> tuple[Decimal, Decimal]:
    """Return the current and the carried-over balance as they stand on a day."""
    if account.year < day.year:
        return NIL, account.carried + account.current
    return account.current, account.carried


def split(
    account: LedgerAccount, amount: Decimal, day: date, order: str
) -> list[tuple[str, Decimal]]:
    """Split an amount over the two balances in spending order: `(bucket, amount)`, none nil.

    `order` is the area's `spending_order`. The amount is not more than the balances together.
    """
    current, carried = turned(account, day)
    buckets = [(CURRENT, current), (CARRIED, carried)]
    if order == "carried_first":
        buckets.reverse()
    parts = []
    for bucket, balance in buckets:
        part = min(amount, balance)
        if part > 0:
            parts.append((bucket, part))
            amount -= part
    assert amount == 0, "more is spent than the account holds"
    return parts


def post(
    *,
    source: str,
    source_id: int,
    day: date,
    postings: Sequence[Posting],
    accounts: Mapping[int, LedgerAccount] | None = None,
    value_date: date | None = None,
    first_line: int = 1,
) -> list[Transfer]:
    """Write postings as the numbered transfers of one record, and the new balances.

    `accounts`: the locked personal accounts that the postings touch, by account id.
    Raises ClosedYear, and IntegrityError for a balance below nil or a record posted twice.
    """
    if not postings:
        return []
    value_date = value_date or day
    accounts = accounts or {}
    keys = {key for posting in postings for key in (posting.from_key, posting.to_key) if key}
    ids = account_ids(keys)
    for posting in postings:
        if posting.account_id is not None:
            _apply(accounts[posting.account_id], posting, value_date)

    def side(posting: Posting, key: str | None) -> int:
        if key is not None:
            return ids[key]
        assert posting.account_id is not None, "a posting names two keys, or one and an account"
        return posting.account_id

    transfers = Transfer.objects.bulk_create(
        Transfer(
            source=source,
            source_id=source_id,
            line=line,
            kind=posting.kind,
            from_account_id=side(posting, posting.from_key),
            to_account_id=side(posting, posting.to_key),
            amount=posting.amount,
            account_id=posting.account_id,
            bucket=posting.bucket,
            day=day,
            value_date=value_date,
            month=posting.month,
            clearing=posting.clearing,
            debtor_area=posting.debtor_area,
            creditor_area=posting.creditor_area,
            undoes=posting.undoes,
        )
        for line, posting in enumerate(postings, start=first_line)
    )
    touched = {p.account_id for p in postings if p.account_id is not None}
    if touched:
        save_balances([accounts[account_id] for account_id in sorted(touched)])
    return transfers


def _apply(account: LedgerAccount, posting: Posting, value_date: date) -> None:
    if value_date.year <= account.closed_through:
        raise ClosedYear(f"the year {value_date.year} of account {account.pk} is closed")
    turn(account, value_date.year)
    amount = posting.amount if posting.to_key is None else -posting.amount
    if posting.bucket == CURRENT:
        account.current += amount
    else:
        account.carried += amount


def save_balances(accounts: Sequence[LedgerAccount]) -> None:
    """Write the balances and the year of locked accounts in one statement."""
    # Only places for values are put into the text, as many as there are accounts.
    rows = ", ".join(["(%s, %s, %s, %s)"] * len(accounts))
    update = (
        "UPDATE accounts_ledgeraccount a SET current = v.current::numeric,"  # noqa: S608
        " carried = v.carried::numeric, year = v.year::int"
        f" FROM (VALUES {rows}) AS v(id, current, carried, year) WHERE a.id = v.id::bigint"
    )
    values = [
        value
        for account in accounts
        for value in (account.pk, account.current, account.carried, account.year)
    ]
    with connection.cursor() as cursor:
        cursor.execute(update, values)


_known_ids: dict[str, int] = {}


def account_ids(keys: Iterable[str]) -> dict[str, int]:
    """Return the ids of accounts without an owner by key; open those that are not there yet.

    Such an account is never deleted, so its id is remembered once it is committed.
    """
    wanted = set(keys)
    ids = {key: _known_ids[key] for key in wanted if key in _known_ids}
    missing = wanted - ids.keys()
    if missing:
        found = dict(_shared().filter(key__in=missing).values_list("key", "pk"))
        for key in sorted(missing - found.keys()):
            found[key] = _open(key)
        ids.update(found)
        transaction.on_commit(lambda: _known_ids.update(found))
    return ids


def forget_account_ids() -> None:
    """Forget the remembered ids: for tests that change databases."""
    _known_ids.clear()


def _open(key: str) -> int:
    kind, _, rest = key.partition(":")
    area = "" if kind == LedgerAccount.Kind.INSTITUTION else rest[:6]
    LedgerAccount.objects.bulk_create(
        [LedgerAccount(kind=kind, area=area, key=key)], ignore_conflicts=True
    )
    return _shared().values_list("pk", flat=True).get(key=key)


def _shared() -> QuerySet[LedgerAccount]:
    """Return the accounts without an owner: those are found by key."""
    return LedgerAccount.objects.exclude(kind=LedgerAccount.Kind.PERSONAL)


def open_personal(*, person_id: int, area: str, year: int) -> LedgerAccount:
    """Open a person's account at its first posting, and lock it."""
    LedgerAccount.objects.bulk_create(
        [
            LedgerAccount(
                kind=LedgerAccount.Kind.PERSONAL,
                area=area,
                key=person_key(person_id),
                person_id=person_id,
                year=year,
                first_year=year,
                closed_through=year - 1,
            )
        ],
        ignore_conflicts=True,
    )
    return lock([person_id])[person_id]

"""The ledger: the only place where money moves.

A posting is one positive amount from one ledger account to another. Whoever posts has locked the
personal accounts that it touches (`lock`), in id order and before any check; `post` writes the
transfers and the new balances in one statement, and the database refuses a balance below nil.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import msgspec
from django.db import connection, transaction
from django.db.models import QuerySet

from record.statements import Part, write

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


#: The accounts of the persons in a table `payer`, in a larger statement; and locked as by `lock`.
PURSES = """
SELECT id, person_id, current, carried, year, closed_through, frozen_on
FROM accounts_ledgeraccount
WHERE person_id IN (SELECT person_id FROM payer)
ORDER BY id
"""
LOCKED_PURSES = f"{PURSES}FOR NO KEY UPDATE\n"


def account_of_purse(row: Mapping[str, Any]) -> LedgerAccount:
    """Read a row of `LOCKED_PURSES`: an account with what spending and posting need of it."""
    return LedgerAccount(
        pk=row["id"],
        kind=LedgerAccount.Kind.PERSONAL,
        person_id=row["person_id"],
        current=row["current"],
        carried=row["carried"],
        year=row["year"],
        closed_through=row["closed_through"],
        frozen_on=row["frozen_on"],
    )


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
) -> None:
    """Write postings as the numbered transfers of one record, and the new balances.

    `accounts`: the locked personal accounts that the postings touch, by account id.
    Raises ClosedYear, and IntegrityError for a balance below nil or a record posted twice.
    """
    parts = posting_parts(
        source=source,
        record=f"(VALUES ({int(source_id)}::bigint))",
        day=day,
        postings=postings,
        accounts=accounts,
        value_date=value_date,
        first_line=first_line,
    )
    if parts:
        write(parts)


def posting_parts(
    *,
    source: str,
    record: str,
    day: date,
    postings: Sequence[Posting],
    accounts: Mapping[int, LedgerAccount] | None = None,
    value_date: date | None = None,
    first_line: int = 1,
) -> list[Part]:
    """Return what `post` writes as parts of a statement that other rooms join.

    `record`: the SQL of a table whose one row has one column, the id of the record that moves the
    money: it may be made by the same statement. The balances of `accounts` change at once.
    """
    if not postings:
        return []
    value_date = value_date or day
    accounts = accounts or {}
    for posting in postings:
        if posting.account_id is not None:
            _apply(accounts[posting.account_id], posting, value_date)
    touched = sorted({p.account_id for p in postings if p.account_id is not None})
    transfers = Part(
        "transfers",
        _TRANSFERS.format(record=record),
        {
            "transfers_source": source,
            "transfers_day": day,
            "transfers_value_date": value_date,
            "transfers_postings": _rows(postings, first_line),
        },
    )
    balances = [_balances([accounts[account_id] for account_id in touched])] if touched else []
    return [transfers, *balances]


_TRANSFERS = """
INSERT INTO accounts_transfer (
    source, source_id, line, kind, from_account_id, to_account_id, amount, account_id, bucket,
    day, value_date, month, clearing, debtor_area, creditor_area, undoes
)
SELECT
    %(transfers_source)s, record.id, posting.line, kind, from_id, to_id, amount, account_id, bucket,
    %(transfers_day)s, %(transfers_value_date)s, month, clearing, debtor, creditor, undoes
FROM {record} AS record (id), json_to_recordset(%(transfers_postings)s::json) AS posting (
    line smallint, kind text, from_id bigint, to_id bigint, amount numeric, account_id bigint,
    bucket text, month date, clearing text, debtor text, creditor text, undoes boolean
)
ORDER BY posting.line
"""

_BALANCES = """
UPDATE accounts_ledgeraccount AS account
SET current = balance.current, carried = balance.carried, year = balance.year
FROM json_to_recordset(%(balances)s::json) AS balance (
    id bigint, current numeric, carried numeric, year smallint
)
WHERE account.id = balance.id
"""


def _rows(postings: Sequence[Posting], first_line: int) -> str:
    """Return the postings as JSON; a side that is not named is the personal account."""
    ids = account_ids({key for p in postings for key in (p.from_key, p.to_key) if key})
    has_two_sides = all(p.account_id is not None or (p.from_key and p.to_key) for p in postings)
    assert has_two_sides, "a posting names two keys, or one and an account"
    return _json(
        [
            {
                "line": line,
                "kind": p.kind,
                "from_id": ids[p.from_key] if p.from_key else p.account_id,
                "to_id": ids[p.to_key] if p.to_key else p.account_id,
                "amount": p.amount,
                "account_id": p.account_id,
                "bucket": p.bucket,
                "month": p.month,
                "clearing": p.clearing,
                "debtor": p.debtor_area,
                "creditor": p.creditor_area,
                "undoes": p.undoes,
            }
            for line, p in enumerate(postings, first_line)
        ]
    )


def _balances(accounts: Sequence[LedgerAccount]) -> Part:
    """Return the part that writes the balances and the year of locked accounts."""
    rows = [
        {"id": one.pk, "current": one.current, "carried": one.carried, "year": one.year}
        for one in accounts
    ]
    return Part("balances", _BALANCES, {"balances": _json(rows)})


def _json(rows: Sequence[Mapping[str, Any]]) -> str:
    """Return rows as JSON with amounts as exact text; one value is cheaper sent than a column."""
    return msgspec.json.encode(rows).decode()


def _apply(account: LedgerAccount, posting: Posting, value_date: date) -> None:
    if value_date.year <= account.closed_through:
        raise ClosedYear(f"the year {value_date.year} of account {account.pk} is closed")
    turn(account, value_date.year)
    amount = posting.amount if posting.to_key is None else -posting.amount
    if posting.bucket == CURRENT:
        account.current += amount
    else:
        account.carried += amount


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

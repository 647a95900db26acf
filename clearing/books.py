"""The books of every area on any day, straight from the ledger: trial balance and funds.

An account's balance is what came to it less what left it. An area's accounts come to nil but for
what it has still to get from other areas or owes them; that is the clearing of care and premiums
that is not paid yet, so both are shown and compared. (A move shifts contributions between the books
at once, and its payment changes nothing.)
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.db import connection

NIL = Decimal("0.00")

# A personal account is in the books of the area where its owner is insured on the day, and of an
# institution's area what is payable to it. Each transfer counts once on each side.
_BALANCES = """
WITH moved AS (
    SELECT to_account_id AS account, sum(amount) AS came, 0.00 AS went
    FROM accounts_transfer WHERE day <= %(day)s GROUP BY 1
    UNION ALL
    SELECT from_account_id, 0.00, sum(amount)
    FROM accounts_transfer WHERE day <= %(day)s GROUP BY 1
), summed AS (
    SELECT account, sum(came) AS came, sum(went) AS went FROM moved GROUP BY 1
)
SELECT
    coalesce(
        CASE a.kind
            WHEN 'personal' THEN (
                SELECT e.area FROM members_enrolment e
                WHERE e.person_id = a.person_id AND e.begins_on <= %(day)s
                ORDER BY e.begins_on DESC LIMIT 1
            )
            WHEN 'institution' THEN i.area
        END,
        a.area
    ) AS area,
    a.kind, count(*), sum(s.came), sum(s.went)
FROM summed s
JOIN accounts_ledgeraccount a ON a.id = s.account
LEFT JOIN claims_institution i
    ON a.kind = 'institution' AND i.id = substring(a.key FROM 'institution:(.*)')::bigint
GROUP BY 1, 2 ORDER BY 1, 2
"""

_CLEARED = """
SELECT area, sum(amount) FROM (
    SELECT creditor_area AS area, CASE WHEN undoes THEN -amount ELSE amount END AS amount
    FROM accounts_transfer
    WHERE clearing <> '' AND clearing <> 'transfer' AND day <= %(day)s
    UNION ALL
    SELECT debtor_area, CASE WHEN undoes THEN amount ELSE -amount END
    FROM accounts_transfer
    WHERE clearing <> '' AND clearing <> 'transfer' AND day <= %(day)s
    UNION ALL
    SELECT a.area, -t.amount FROM accounts_transfer t
    JOIN accounts_ledgeraccount a ON a.id = t.from_account_id
    WHERE t.source = 'clearing' AND t.day <= %(day)s
    UNION ALL
    SELECT a.area, t.amount FROM accounts_transfer t
    JOIN accounts_ledgeraccount a ON a.id = t.to_account_id
    WHERE t.source = 'clearing' AND t.day <= %(day)s
) part GROUP BY 1
"""


@dataclass(frozen=True, slots=True)
class Line:
    """All accounts of a kind in an area's books: how many, what came, what went."""

    area: str
    kind: str
    accounts: int
    came: Decimal
    went: Decimal

    @property
    def balance(self) -> Decimal:
        """Return what came less what went."""
        return self.came - self.went


@dataclass(slots=True)
class AreaBooks:
    """An area's lines, and what other areas still owe it (with a minus: it owes them)."""

    area: str
    lines: list[Line] = field(default_factory=list)
    to_clear: Decimal = NIL

    @property
    def balance(self) -> Decimal:
        """Return what the area's accounts come to."""
        return sum((line.balance for line in self.lines), NIL)

    @property
    def holds(self) -> bool:
        """Say whether the accounts come to what is still to be cleared, to the fen."""
        return self.balance == self.to_clear


@dataclass(frozen=True, slots=True)
class TrialBalance:
    """The books of all areas on a day."""

    day: date
    areas: list[AreaBooks]

    @property
    def came(self) -> Decimal:
        """Return everything that came to an account."""
        return sum((line.came for area in self.areas for line in area.lines), NIL)

    @property
    def went(self) -> Decimal:
        """Return everything that left an account: the same, for nothing is lost between two."""
        return sum((line.went for area in self.areas for line in area.lines), NIL)

    @property
    def holds(self) -> bool:
        """Say whether both sides are equal, and each area is out by its clearing alone."""
        return self.came == self.went and all(area.holds for area in self.areas)


def trial_balance(day: date) -> TrialBalance:
    """Return the books of all areas as they stand at the end of a day."""
    books: dict[str, AreaBooks] = {}
    with connection.cursor() as cursor:
        cursor.execute(_BALANCES, {"day": day})
        for row in cursor.fetchall():
            line = Line(*row)
            books.setdefault(line.area, AreaBooks(line.area)).lines.append(line)
        cursor.execute(_CLEARED, {"day": day})
        for area, amount in cursor.fetchall():
            books.setdefault(area, AreaBooks(area)).to_clear = amount
    return TrialBalance(day=day, areas=[books[area] for area in sorted(books)])


# --- funds ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class FundLine:
    """What came into an area's fund or left it in a span of days, by kind."""

    kind: str
    undoes: bool
    transfers: int
    came: Decimal
    went: Decimal


@dataclass(slots=True)
class Fund:
    """A fund of an area: what it held before, what moved by kind, what it holds at the end."""

    name: str
    area: str
    before: Decimal
    lines: list[FundLine]

    @property
    def came(self) -> Decimal:
        """Return everything that came in."""
        return sum((line.came for line in self.lines), NIL)

    @property
    def went(self) -> Decimal:
        """Return everything that went out."""
        return sum((line.went for line in self.lines), NIL)

    @property
    def held(self) -> Decimal:
        """Return what it holds at the end."""
        return self.before + self.came - self.went


#: What is shown as a fund → the kinds of its accounts. The pooled fund's contributions do not pass
#: through this ledger, so its balance is what it has paid; contributions and interest are the
#: sources of the personal accounts.
FUNDS: dict[str, tuple[str, ...]] = {
    "pool": ("pool",),
    "personal": ("personal",),
    "sources": ("contributions", "interest"),
    "held": ("held",),
    "institutions": ("institution",),
    "collectors": ("collector",),
    "bank": ("bank",),
}

_AREA_OF = """
    coalesce(
        CASE a.kind
            WHEN 'personal' THEN (
                SELECT e.area FROM members_enrolment e
                WHERE e.person_id = a.person_id AND e.begins_on <= {day}
                ORDER BY e.begins_on DESC LIMIT 1
            )
            WHEN 'institution' THEN (
                SELECT i.area FROM claims_institution i
                WHERE i.id = substring(a.key FROM 'institution:(.*)')::bigint
            )
        END,
        a.area
    )
"""
_FUND = """
SELECT a.kind, t.kind, t.undoes, t.day < %(first)s AS before, count(*),
    sum(CASE WHEN t.to_account_id = a.id THEN t.amount ELSE 0.00 END),
    sum(CASE WHEN t.from_account_id = a.id THEN t.amount ELSE 0.00 END)
FROM accounts_transfer t
JOIN accounts_ledgeraccount a ON a.id IN (t.from_account_id, t.to_account_id)
WHERE t.day <= %(last)s AND {area} = %(area)s
GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3
"""


def funds_of(area: str, *, first: date, last: date) -> list[Fund]:
    """Return the funds of an area over a span of days. Personal accounts: of who is there then.

    An account counts where its owner is insured on the day of the transfer. Who moves takes the
    balance along without a transfer on the account, so moves are lines of their own.
    """
    funds = {name: Fund(name=name, area=area, before=NIL, lines=[]) for name in FUNDS}
    names = {kind: name for name, kinds in FUNDS.items() for kind in kinds}
    query = _FUND.format(area=_AREA_OF.format(day="t.day"))
    with connection.cursor() as cursor:
        cursor.execute(query, {"area": area, "first": first, "last": last})
        for account_kind, kind, undoes, is_before, count, came, went in cursor.fetchall():
            fund = funds[names[account_kind]]
            if is_before:
                fund.before += came - went
            else:
                fund.lines.append(FundLine(kind, undoes, count, came, went))
        cursor.execute(_MOVES, {"area": area, "first": first, "last": last})
        for is_before, count, came, went in cursor.fetchall():
            fund = funds["personal"]
            if is_before:
                fund.before += came - went
            else:
                fund.lines.append(FundLine("move", False, count, came, went))
    return list(funds.values())


# A move posts nothing on the account that moves. What it takes along is the balance at the end of
# the day before, for a transfer of the day itself counts where the owner is by then.
_MOVES = """
SELECT e.begins_on < %(first)s, count(*),
    coalesce(sum(b.balance) FILTER (WHERE e.area = %(area)s), 0.00),
    coalesce(sum(b.balance) FILTER (WHERE p.area = %(area)s), 0.00)
FROM members_enrolment e
JOIN LATERAL (
    SELECT earlier.area FROM members_enrolment earlier
    WHERE earlier.person_id = e.person_id AND earlier.begins_on < e.begins_on
    ORDER BY earlier.begins_on DESC LIMIT 1
) p ON p.area <> e.area
JOIN accounts_ledgeraccount a ON a.person_id = e.person_id AND a.kind = 'personal'
CROSS JOIN LATERAL (
    SELECT coalesce(sum(CASE WHEN t.to_account_id = a.id THEN t.amount ELSE -t.amount END), 0.00)
        AS balance
    FROM accounts_transfer t WHERE t.account_id = a.id AND t.day < e.begins_on
) b
WHERE e.begins_on <= %(last)s AND %(area)s IN (e.area, p.area) AND b.balance <> 0
GROUP BY 1
"""

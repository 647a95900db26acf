"""A digest of what the demonstration is, by natural keys: no id, no nonce, no time of the clock."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any

from django.db import connection

_QUERIES = (
    """
    SELECT number, name, born, phone, retired_on, left_on, departure, paid_out_on,
    encode(id_number_index, 'hex') FROM members_person ORDER BY number
    """,
    """
    SELECT p.number, e.area, e.scheme, e.mode, e.employment, e.begins_on, e.ends_on
    FROM members_enrolment e JOIN members_person p ON p.id = e.person_id
    ORDER BY p.number, e.begins_on
    """,
    """
    SELECT p.number, c.month, c.base, c.paid_on FROM members_contribution c
    JOIN members_person p ON p.id = c.person_id ORDER BY p.number, c.month
    """,
    """
    SELECT p.number, c.month, c.area, c.amount, c.disbursed FROM accounts_credit c
    JOIN members_person p ON p.id = c.person_id ORDER BY p.number, c.month
    """,
    """
    SELECT p.number, a.current, a.carried, a.year, a.closed_through FROM accounts_ledgeraccount a
    JOIN members_person p ON p.id = a.person_id ORDER BY p.number
    """,
    """
    SELECT p.number, t.source, t.line, t.kind, t.amount, t.bucket, t.day, t.value_date, t.month,
    t.clearing, t.debtor_area, t.creditor_area, t.undoes FROM accounts_transfer t
    LEFT JOIN accounts_ledgeraccount a ON a.id = t.account_id
    LEFT JOIN members_person p ON p.id = a.person_id
    ORDER BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13
    """,
    """
    SELECT CASE WHEN c.paper THEN left(c.number, 10) ELSE c.number END, i.code, p.number,
    c.category, c.service_date, c.settled_on, c.lines, c.gross,
    c.pool, c.own_paid, c.shared_paid, c.cash, c.reasons, c.state, c.undone_on
    FROM claims_claim c JOIN members_person p ON p.id = c.patient_id
    JOIN claims_institution i ON i.id = c.institution_id ORDER BY c.number
    """,
    """
    SELECT a.number, m.number, b.relation, b.seat, b.cross_area, b.bound_on, b.ended_on,
    b.ended_code FROM families_binding b JOIN members_person a ON a.id = b.authorizer_id
    JOIN members_person m ON m.id = b.member_id ORDER BY 1, 2, 6
    """,
    """
    SELECT p.number, r.area, r.kind, r.state, r.applied_on, r.begins_on, r.ends_on
    FROM members_registration r JOIN members_person p ON p.id = r.person_id ORDER BY 1, 2, 5
    """,
    """
    SELECT p.number, t.kind, t.channel, t.sender, t.level, t.state, t.opened_on, t.due_on, e.kind,
    e.text, u.username FROM members_ticketentry e JOIN members_ticket t ON t.id = e.ticket_id
    LEFT JOIN members_person p ON p.id = t.person_id LEFT JOIN members_user u ON u.id = t.owner_id
    ORDER BY t.opened_on, t.sender, p.number, e.id
    """,
    """
    SELECT p.number, r.product, r.year, r.amount, r.paid_on, r.state FROM families_premium r
    JOIN members_person p ON p.id = r.insured_id ORDER BY 1, 2, 3, 5
    """,
    """
    SELECT scope, key, value, begins_on, example FROM policy_figure ORDER BY 1, 2, 4
    """,
    """
    SELECT u.username, r.kind, r.scope FROM record_role r JOIN members_user u ON u.id = r.user_id
    ORDER BY 1, 2, 3
    """,
)


def digests() -> list[str]:
    """Return one digest for each kind of record, so that a difference says where it is."""
    return [hashlib.sha256(repr(list(_rows(query))).encode()).hexdigest() for query in _QUERIES]


def _rows(query: str) -> Iterator[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query)
        yield from cursor.fetchall()

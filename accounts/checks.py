"""What must always hold in the ledger: each check is one query, and finds nothing."""

from __future__ import annotations

from django.db import connection

_SIGNED = "CASE WHEN transfer.to_account_id = account.id THEN amount ELSE -amount END"

# The pieces are constants of this file.
# ruff: noqa: S608
CHECKS: dict[str, str] = {
    "a personal account's balances are not the sum of its transfers": f"""
        SELECT account.key FROM accounts_ledgeraccount account
        LEFT JOIN accounts_transfer transfer ON transfer.account_id = account.id
        WHERE account.kind = 'personal'
        GROUP BY account.id
        HAVING account.current + account.carried <> COALESCE(sum({_SIGNED}), 0)
    """,
    "a personal account's current balance is not this year's": f"""
        SELECT account.key FROM accounts_ledgeraccount account
        LEFT JOIN accounts_transfer transfer ON transfer.account_id = account.id
            AND transfer.bucket = 'current'
            AND date_part('year', transfer.value_date) = account.year
        WHERE account.kind = 'personal'
        GROUP BY account.id
        HAVING account.current <> COALESCE(sum({_SIGNED}), 0)
    """,
    "an account is below nil": """
        SELECT key FROM accounts_ledgeraccount WHERE current < 0 OR carried < 0
    """,
    "a personal account was below nil after one of its transfers": """
        SELECT DISTINCT account_id::text FROM (
            SELECT account_id, sum(
                CASE WHEN to_account_id = account_id THEN amount ELSE -amount END
            ) OVER (PARTITION BY account_id ORDER BY id) AS balance
            FROM accounts_transfer WHERE account_id IS NOT NULL
        ) running WHERE balance < 0
    """,
    "a transfer does not say which personal account it touches": """
        SELECT transfer.id::text FROM accounts_transfer transfer
        JOIN accounts_ledgeraccount account
            ON account.id IN (transfer.from_account_id, transfer.to_account_id)
        WHERE account.kind = 'personal' AND transfer.account_id IS DISTINCT FROM account.id
    """,
    "a transfer names an account that is not there": """
        SELECT transfer.id::text FROM accounts_transfer transfer
        WHERE NOT EXISTS (
            SELECT FROM accounts_ledgeraccount WHERE id = transfer.from_account_id
        ) OR NOT EXISTS (SELECT FROM accounts_ledgeraccount WHERE id = transfer.to_account_id)
    """,
    "a credit has not its one transfer": """
        SELECT credit.id::text FROM accounts_credit credit
        LEFT JOIN accounts_transfer transfer
            ON transfer.source = 'credit' AND transfer.source_id = credit.id
        GROUP BY credit.id
        HAVING COALESCE(sum(transfer.amount), 0) <> credit.amount
    """,
}


def ledger_problems() -> list[str]:
    """Return what does not hold, one line each with the records; empty where all is well."""
    problems = []
    with connection.cursor() as cursor:
        for name, query in CHECKS.items():
            cursor.execute(query)
            found = [row[0] for row in cursor.fetchmany(5)]
            if found:
                problems.append(f"{name}: {', '.join(found)}")
    return problems

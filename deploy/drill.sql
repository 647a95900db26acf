-- Adds the restored ledger up again. Each line says "ok", or what does not agree.
\set ON_ERROR_STOP on
\pset tuples_only on

SELECT CASE WHEN count(*) = 0 THEN 'ok      every personal balance is the sum of its transfers'
            ELSE 'FAILED  ' || count(*) || ' balances differ from the sum of their transfers' END
FROM (
    SELECT account.id
    FROM accounts_ledgeraccount account
    LEFT JOIN (
        SELECT to_account_id AS id, amount FROM accounts_transfer
        UNION ALL
        SELECT from_account_id, -amount FROM accounts_transfer
    ) moved ON moved.id = account.id
    WHERE account.kind = 'personal'
    GROUP BY account.id
    HAVING account.current + account.carried <> coalesce(sum(moved.amount), 0)
) differing;

SELECT CASE WHEN count(*) = 0 THEN 'ok      no balance is below nil'
            ELSE 'FAILED  ' || count(*) || ' balances are below nil' END
FROM accounts_ledgeraccount
WHERE current < 0 OR carried < 0;

SELECT CASE WHEN count(*) = 0 THEN 'ok      every record has each of its transfers once'
            ELSE 'FAILED  ' || count(*) || ' transfers occur twice' END
FROM (
    SELECT source, source_id, line FROM accounts_transfer
    GROUP BY source, source_id, line HAVING count(*) > 1
) twice;

SELECT 'as of   ' || coalesce(max(posted_at)::text, 'no transfer at all') FROM accounts_transfer;

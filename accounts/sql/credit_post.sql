-- Follows `credit_due.sql`: the credits, their transfers and the balances of a chunk. The ids are
-- drawn beforehand, so that no two of these writes have to be joined again. A month that was
-- credited meanwhile breaks its unique constraint, and the chunk is tried again.
, opening AS MATERIALIZED (
    SELECT id AS person_id, nextval(%(account_ids)s) AS account_id
    FROM (
        SELECT DISTINCT id FROM priced
        WHERE reason = '' AND amount > 0 AND account_id IS NULL AND NOT %(disburse)s
        ORDER BY id
    ) person
),
item AS MATERIALIZED (
    SELECT
        nextval(%(credit_ids)s) AS credit_id, priced.id AS person_id, priced.month, priced.area,
        priced.amount, priced.place,
        CASE WHEN NOT %(disburse)s THEN COALESCE(priced.account_id, opening.account_id) END
            AS account_id
    FROM priced LEFT JOIN opening ON opening.person_id = priced.id
    WHERE priced.reason = ''
),
credited AS (
    INSERT INTO accounts_credit (id, person_id, month, area, amount, disbursed, run_id, cell)
    SELECT credit_id, person_id, month, area, amount, %(disburse)s, %(run)s, place FROM item
),
total AS MATERIALIZED (
    SELECT account_id, sum(amount) AS amount FROM item
    WHERE account_id IS NOT NULL AND amount > 0
    GROUP BY account_id
),
-- An account is opened by its first posting.
opened AS (
    INSERT INTO accounts_ledgeraccount
        (id, kind, area, key, person_id, current, carried, year, first_year, closed_through)
    SELECT
        opening.account_id, 'personal', %(area)s, 'personal:' || opening.person_id,
        opening.person_id, total.amount, 0, %(year)s, %(year)s, %(year)s - 1
    FROM opening JOIN total ON total.account_id = opening.account_id
),
raised AS (
    UPDATE accounts_ledgeraccount account
    SET current = CASE WHEN account.year < %(year)s THEN 0 ELSE account.current END + total.amount,
        carried = account.carried
            + CASE WHEN account.year < %(year)s THEN account.current ELSE 0 END,
        year = %(year)s
    FROM total
    WHERE account.id = total.account_id
      AND account.person_id > %(after)s AND account.person_id <= %(through)s
),
moved AS (
    INSERT INTO accounts_transfer (
        source, source_id, line, kind, from_account_id, to_account_id, amount, account_id, bucket,
        day, value_date, month, clearing, debtor_area, creditor_area, undoes
    )
    SELECT
        'credit', credit_id, 1,
        CASE WHEN %(disburse)s THEN 'disbursement'
             WHEN month < %(month)s THEN 'back_credit' ELSE 'credit' END,
        %(fund)s, COALESCE(account_id, %(bank)s), amount, account_id,
        CASE WHEN account_id IS NULL THEN '' ELSE 'current' END,
        %(day)s, %(day)s, month, '', '', '', false
    FROM item
    WHERE amount > 0
),
skipped AS (
    INSERT INTO accounts_skippedmonth (run_id, person_id, month, area, reason)
    SELECT %(run)s, id, month, area, reason FROM priced
    WHERE reason NOT IN ('', 'no_account', 'tariff_missing')
    ON CONFLICT DO NOTHING
)
SELECT
    (SELECT count(*) FROM due),
    (SELECT count(*) FROM item),
    (SELECT COALESCE(sum(amount), 0) FROM item),
    (
        SELECT COALESCE(jsonb_object_agg(reason, number), '{}')
        FROM (SELECT reason, count(*) AS number FROM priced WHERE reason <> '' GROUP BY reason) why
    ),
    (
        SELECT COALESCE(jsonb_agg(DISTINCT jsonb_build_array(area, month)), '[]')
        FROM priced WHERE reason = 'tariff_missing'
    )

-- Closes a year for one chunk of accounts of an area and posts its interest (rules 4.3). A sum of
-- end-of-day balances over days is linear in the movements, so each movement counts once for the
-- days that are left, in each period of a rate. `accounts.interest.interest` is the same for one
-- account; a test compares them.
WITH rate AS MATERIALIZED (
    SELECT * FROM jsonb_to_recordset(%(rates)s) AS rate(
        first date, last date, demand numeric, three_month numeric
    )
),
open_account AS (
    SELECT account.id, account.first_year, account.closed_through, account.year,
           COALESCE(before.closing, 0) AS opening
    FROM accounts_ledgeraccount account
    JOIN members_enrolment enrolment
        ON enrolment.person_id = account.person_id AND enrolment.ends_on IS NULL
        AND enrolment.person_id > %(after)s AND enrolment.person_id <= %(through)s
        AND enrolment.area = %(area)s
    LEFT JOIN accounts_accountyear before
        ON before.account_id = account.id AND before.year = %(year)s - 1
    WHERE account.person_id > %(after)s AND account.person_id <= %(through)s
      AND account.frozen_on IS NULL
      AND account.closed_through = %(year)s - 1
      AND account.first_year <= %(year)s
),
moved AS (
    SELECT
        movement.account_id,
        sum(movement.amount) FILTER (WHERE rate.first = %(first_day)s) AS total,
        sum(movement.amount * weight.days * rate.demand)
            FILTER (WHERE movement.bucket = 'current') AS on_current,
        sum(movement.amount * weight.days * rate.three_month)
            FILTER (WHERE movement.bucket = 'carried') AS on_carried
    FROM (
        SELECT
            transfer.account_id, transfer.bucket, transfer.value_date,
            CASE WHEN transfer.to_account_id = transfer.account_id
                 THEN transfer.amount ELSE -transfer.amount END AS amount
        FROM open_account JOIN accounts_transfer transfer ON transfer.account_id = open_account.id
        WHERE transfer.value_date >= %(first_day)s AND transfer.value_date <= %(last_day)s
          AND transfer.account_id >= %(first_account)s AND transfer.account_id <= %(last_account)s
    ) movement
    CROSS JOIN rate
    CROSS JOIN LATERAL (
        SELECT greatest(0, rate.last - greatest(rate.first, movement.value_date) + 1) AS days
    ) weight
    GROUP BY movement.account_id
),
earned AS (
    SELECT
        open_account.id, open_account.opening,
        open_account.opening + COALESCE(moved.total, 0) AS closing,
        round(COALESCE(moved.on_current, 0) / %(days)s, 2) AS on_current,
        round(
            (
                COALESCE(moved.on_carried, 0)
                + open_account.opening
                * (SELECT sum(rate.three_month * (rate.last - rate.first + 1)) FROM rate)
            ) / %(days)s,
            2
        ) AS on_carried
    FROM open_account LEFT JOIN moved ON moved.account_id = open_account.id
),
closed AS (
    INSERT INTO accounts_accountyear (
        account_id, year, opening, closing, interest_current, interest_carried, through, run_id,
        day
    )
    SELECT id, %(year)s, opening, closing, on_current, on_carried, %(last_day)s, %(run)s, %(day)s
    FROM earned
    ORDER BY id
    RETURNING id, account_id, interest_current, interest_carried
),
raised AS (
    UPDATE accounts_ledgeraccount account
    SET current = CASE WHEN account.year <= %(year)s THEN 0 ELSE account.current END,
        carried = account.carried
            + CASE WHEN account.year <= %(year)s THEN account.current ELSE 0 END
            + closed.interest_current + closed.interest_carried,
        year = greatest(account.year, %(year)s + 1),
        closed_through = %(year)s
    FROM closed
    WHERE account.id = closed.account_id
      AND account.person_id > %(after)s AND account.person_id <= %(through)s
),
posted AS (
    INSERT INTO accounts_transfer (
        source, source_id, line, kind, from_account_id, to_account_id, amount, account_id, bucket,
        day, value_date, clearing, debtor_area, creditor_area, undoes
    )
    SELECT 'interest', closed.id, part.line, part.kind, %(fund)s, closed.account_id, part.amount,
           closed.account_id, 'carried', %(day)s, %(value_date)s, '', '', '', false
    FROM closed
    CROSS JOIN LATERAL (
        VALUES (1, 'interest_current', closed.interest_current),
               (2, 'interest_carried', closed.interest_carried)
    ) AS part(line, kind, amount)
    WHERE part.amount > 0
)
SELECT
    (SELECT count(*) FROM open_account),
    (SELECT count(*) FROM closed),
    (SELECT COALESCE(sum(interest_current + interest_carried), 0) FROM closed)

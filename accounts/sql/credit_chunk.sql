-- Credits one chunk of persons of an area for a month and for every earlier month that is paid
-- and not yet credited (rules 3). One statement: what is due, its price, the credit rows, their
-- transfers, the balances. The prices come from the policy as data (`cells`, `bars`, `gaps`), so
-- that this statement and `policy.tariff.Tariff.price` are one truth; a test compares them.
WITH pair AS MATERIALIZED (
    SELECT * FROM jsonb_to_recordset(%(pairs)s) AS pair(area text, month date, earlier_year int)
),
cell AS MATERIALIZED (
    SELECT * FROM jsonb_to_recordset(%(cells)s) AS cell(
        area text, month date, place int, retired bool, employment text, modes text[],
        age_from int, age_below int, rate_of_base numeric, flat numeric, per_year_of_age numeric,
        divisor numeric, by_combined_years bool
    )
),
bar AS MATERIALIZED (
    SELECT * FROM jsonb_to_recordset(%(bars)s) AS bar(
        area text, month date, scheme text, retired bool, employment text, mode text,
        without_combined_year bool, with_pool_only_years bool
    )
),
gap AS MATERIALIZED (
    SELECT * FROM jsonb_to_recordset(%(gaps)s) AS gap(
        area text, month date, retired bool, employment text, modes text[],
        age_from int, age_below int, reason text
    )
),
-- Who is in the area now and has not left.
here AS (
    SELECT
        person.id, person.born, person.combined_years, person.pool_only_years,
        (date_trunc('month', person.retired_on) + interval '1 month')::date AS retired_from,
        enrolment.area, enrolment.scheme, enrolment.mode, enrolment.employment
    FROM members_enrolment enrolment
    JOIN members_person person ON person.id = enrolment.person_id
    WHERE enrolment.area = %(area)s AND enrolment.ends_on IS NULL
      AND enrolment.person_id > %(after)s AND enrolment.person_id <= %(through)s
      AND person.id > %(after)s AND person.id <= %(through)s
      AND person.left_on IS NULL
),
-- The months that were paid as an active member, and the run's own month for the retired.
paid AS (
    SELECT contribution.person_id, contribution.month, contribution.base
    FROM members_contribution contribution
    WHERE contribution.person_id > %(after)s AND contribution.person_id <= %(through)s
      AND contribution.month <= %(month)s AND contribution.paid_on <= %(day)s
      AND contribution.paid_back_on IS NULL
      AND NOT EXISTS (
          SELECT FROM accounts_credit credit
          WHERE credit.person_id = contribution.person_id AND credit.month = contribution.month
            AND credit.person_id > %(after)s AND credit.person_id <= %(through)s
      )
),
due AS (
    SELECT here.*, paid.month, paid.base, false AS retired
    FROM here JOIN paid ON paid.person_id = here.id
    WHERE here.retired_from IS NULL OR paid.month < here.retired_from
    UNION ALL
    SELECT here.*, %(month)s::date, NULL, true
    FROM here
    WHERE here.retired_from <= %(month)s
      AND NOT EXISTS (
          SELECT FROM accounts_credit credit
          WHERE credit.person_id = here.id AND credit.month = %(month)s
            AND credit.person_id > %(after)s AND credit.person_id <= %(through)s
      )
),
-- By whose rules: the area on the first day of the month; before the first enrolment, today's.
placed AS (
    SELECT
        due.id, due.month, due.base, due.retired, due.combined_years, due.pool_only_years,
        COALESCE(place.area, due.area) AS area,
        COALESCE(place.scheme, due.scheme) AS scheme,
        COALESCE(place.mode, due.mode) AS mode,
        COALESCE(place.employment, due.employment) AS employment,
        -- Full years on the last day of the month.
        date_part('year', age((due.month + interval '1 month - 1 day')::date, due.born))::int AS age
    FROM due
    LEFT JOIN members_enrolment place
        ON place.person_id = due.id AND place.begins_on <= due.month
        AND (place.ends_on IS NULL OR place.ends_on > due.month)
        AND place.person_id > %(after)s AND place.person_id <= %(through)s
),
priced AS (
    SELECT
        placed.id, placed.month, placed.area, cell.place,
        round(
            (
                cell.rate_of_base * COALESCE(placed.base, 0) + cell.flat
                + cell.per_year_of_age * placed.age
                + CASE WHEN cell.divisor IS NULL THEN 0 ELSE earlier.amount / cell.divisor END
            )
            * CASE WHEN cell.by_combined_years AND placed.pool_only_years > 0
                   THEN placed.combined_years ELSE 1 END
            / CASE WHEN cell.by_combined_years AND placed.pool_only_years > 0
                   THEN placed.combined_years + placed.pool_only_years ELSE 1 END,
            2
        ) AS amount,
        CASE
            WHEN pair.area IS NULL THEN 'tariff_missing'
            WHEN EXISTS (
                SELECT FROM bar
                WHERE bar.area = placed.area AND bar.month = placed.month
                  AND (bar.scheme IS NULL OR bar.scheme = placed.scheme)
                  AND (bar.retired IS NULL OR bar.retired = placed.retired)
                  AND (bar.employment IS NULL OR bar.employment = placed.employment)
                  AND (bar.mode IS NULL OR bar.mode = placed.mode)
                  AND NOT (bar.without_combined_year AND placed.combined_years > 0)
                  AND NOT (bar.with_pool_only_years AND placed.pool_only_years <= 0)
            ) THEN 'no_account'
            WHEN cell.place IS NULL THEN COALESCE(
                (
                    SELECT gap.reason FROM gap
                    WHERE gap.area = placed.area AND gap.month = placed.month
                      AND gap.retired = placed.retired
                      AND (gap.employment IS NULL OR gap.employment = placed.employment)
                      AND (gap.modes IS NULL OR placed.mode = ANY (gap.modes))
                      AND (gap.age_from IS NULL OR placed.age >= gap.age_from)
                      AND (gap.age_below IS NULL OR placed.age < gap.age_below)
                    LIMIT 1
                ),
                'no_price_in_force'
            )
            WHEN cell.rate_of_base > 0 AND placed.base IS NULL THEN 'base_missing'
            WHEN cell.divisor IS NOT NULL AND earlier.amount IS NULL THEN 'earlier_total_missing'
            ELSE ''
        END AS reason
    FROM placed
    LEFT JOIN pair ON pair.area = placed.area AND pair.month = placed.month
    LEFT JOIN members_earliertotal earlier
        ON earlier.person_id = placed.id AND earlier.year = pair.earlier_year
    LEFT JOIN cell
        ON cell.area = placed.area AND cell.month = placed.month AND cell.retired = placed.retired
        AND (cell.employment IS NULL OR cell.employment = placed.employment)
        AND (cell.modes IS NULL OR placed.mode = ANY (cell.modes))
        AND (cell.age_from IS NULL OR placed.age >= cell.age_from)
        AND (cell.age_below IS NULL OR placed.age < cell.age_below)
),
credited AS (
    INSERT INTO accounts_credit (person_id, month, area, amount, disbursed, run_id, cell)
    SELECT id, month, area, amount, %(disburse)s, %(run)s, place
    FROM priced WHERE reason = ''
    ORDER BY id, month
    ON CONFLICT (person_id, month) DO NOTHING
    RETURNING id, person_id, month, amount
),
total AS (
    SELECT person_id, sum(amount) AS amount FROM credited
    WHERE NOT %(disburse)s AND amount > 0
    GROUP BY person_id
),
-- An account is opened by its first posting.
opened AS (
    INSERT INTO accounts_ledgeraccount
        (kind, area, key, person_id, current, carried, year, first_year, closed_through)
    SELECT
        'personal', %(area)s, 'personal:' || total.person_id, total.person_id,
        total.amount, 0, %(year)s, %(year)s, %(year)s - 1
    FROM total
    LEFT JOIN accounts_ledgeraccount account ON account.person_id = total.person_id
        AND account.person_id > %(after)s AND account.person_id <= %(through)s
    WHERE account.id IS NULL
    RETURNING id, person_id
),
raised AS (
    UPDATE accounts_ledgeraccount account
    SET current = CASE WHEN account.year < %(year)s THEN 0 ELSE account.current END + total.amount,
        carried = account.carried
            + CASE WHEN account.year < %(year)s THEN account.current ELSE 0 END,
        year = %(year)s
    FROM total
    WHERE account.person_id = total.person_id
      AND account.person_id > %(after)s AND account.person_id <= %(through)s
    RETURNING account.id, account.person_id
),
moved AS (
    INSERT INTO accounts_transfer (
        source, source_id, line, kind, from_account_id, to_account_id, amount, account_id, bucket,
        day, value_date, month, clearing, debtor_area, creditor_area, undoes
    )
    SELECT
        'credit', credited.id, 1,
        CASE WHEN %(disburse)s THEN 'disbursement'
             WHEN credited.month < %(month)s THEN 'back_credit' ELSE 'credit' END,
        %(fund)s, COALESCE(target.id, %(bank)s), credited.amount, target.id,
        CASE WHEN target.id IS NULL THEN '' ELSE 'current' END,
        %(day)s, %(day)s, credited.month, '', '', '', false
    FROM credited
    LEFT JOIN (SELECT * FROM raised UNION ALL SELECT * FROM opened) target
        ON target.person_id = credited.person_id
    WHERE credited.amount > 0
),
skipped AS (
    INSERT INTO accounts_skippedmonth (run_id, person_id, month, area, reason)
    SELECT %(run)s, id, month, area, reason FROM priced
    WHERE reason NOT IN ('', 'no_account', 'tariff_missing')
    ON CONFLICT DO NOTHING
)
SELECT
    (SELECT count(*) FROM credited),
    (SELECT COALESCE(sum(amount), 0) FROM credited),
    (SELECT count(*) FROM priced WHERE reason = ''),
    (
        SELECT COALESCE(jsonb_object_agg(reason, number), '{}')
        FROM (
            SELECT reason, count(*) AS number FROM priced
            WHERE reason NOT IN ('', 'tariff_missing') GROUP BY reason
        ) reasons
    ),
    (
        SELECT COALESCE(jsonb_agg(DISTINCT jsonb_build_array(area, month)), '[]')
        FROM priced WHERE reason = 'tariff_missing'
    )

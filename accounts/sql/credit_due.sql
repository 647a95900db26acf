-- What is due to a range of persons of an area for a month and for every earlier month that is
-- paid and not yet credited, with its price (rules 3). `credit_post.sql` follows it to post a
-- chunk, `credit_count.sql` to count a run before it is posted. The prices come from the policy as
-- data (`cells`, `bars`, `gaps`), so that this statement and `policy.tariff.Tariff.price` are one
-- truth; a test compares them. Each table is read over the range alone, and once.
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
-- The months in which a price asks for the age: working it out for all would be the dearest part.
aged AS MATERIALIZED (
    SELECT month FROM cell
    WHERE age_from IS NOT NULL OR age_below IS NOT NULL OR per_year_of_age <> 0
    UNION
    SELECT month FROM gap WHERE age_from IS NOT NULL OR age_below IS NOT NULL
),
-- Who is in the area now and has not left.
here AS (
    SELECT
        person.id, person.born, person.combined_years, person.pool_only_years,
        (date_trunc('month', person.retired_on) + interval '1 month')::date AS retired_from,
        enrolment.area, enrolment.scheme, enrolment.mode, enrolment.employment,
        enrolment.begins_on,
        account.id AS account_id
    FROM members_enrolment enrolment
    JOIN members_person person ON person.id = enrolment.person_id
    LEFT JOIN accounts_ledgeraccount account ON account.person_id = person.id
        AND account.person_id > %(after)s AND account.person_id <= %(through)s
    WHERE enrolment.area = %(area)s AND enrolment.ends_on IS NULL
      AND enrolment.begins_on <= %(day)s
      AND enrolment.person_id > %(after)s AND enrolment.person_id <= %(through)s
      AND person.id > %(after)s AND person.id <= %(through)s
      AND person.left_on IS NULL
),
-- The months that were paid as an active member and are not credited yet: what the two indexes on
-- person and month say alone, over the whole range at once or, where its members are `few`, for
-- one after the other.
paid AS MATERIALIZED (
    SELECT contribution.person_id, contribution.month, contribution.base
    FROM members_contribution contribution
    WHERE NOT %(few)s
      AND contribution.person_id > %(after)s AND contribution.person_id <= %(through)s
      AND contribution.month <= %(month)s
      AND contribution.paid_on <= %(day)s AND contribution.paid_back_on IS NULL
      AND NOT EXISTS (
          SELECT FROM accounts_credit credit
          WHERE credit.person_id = contribution.person_id AND credit.month = contribution.month
            AND credit.person_id > %(after)s AND credit.person_id <= %(through)s
      )
    UNION ALL
    SELECT here.id, contribution.month, contribution.base
    FROM here
    CROSS JOIN LATERAL (
        SELECT one.month, one.base FROM members_contribution one
        WHERE one.person_id = here.id AND one.month <= %(month)s
          AND one.paid_on <= %(day)s AND one.paid_back_on IS NULL
          AND NOT EXISTS (
              SELECT FROM accounts_credit credit
              WHERE credit.person_id = here.id AND credit.month = one.month
          )
        OFFSET 0
    ) contribution
    WHERE %(few)s
),
-- These, and the run's own month for the retired.
due AS (
    SELECT here.*, paid.month, paid.base, false AS retired
    FROM here JOIN paid ON paid.person_id = here.id
    WHERE here.retired_from IS NULL OR paid.month < here.retired_from
    UNION ALL
    SELECT here.*, %(month)s::date, NULL, true
    FROM here
    -- One look into the index for each: the range has all months of everybody.
    WHERE here.retired_from <= %(month)s
      AND (
          SELECT credit.month FROM accounts_credit credit
          WHERE credit.person_id = here.id AND credit.month = %(month)s
      ) IS NULL
),
-- By whose rules: the area on the first day of the month; before the first enrolment, today's.
placed AS (
    SELECT
        due.id, due.month, due.base, due.retired, due.combined_years, due.pool_only_years,
        due.account_id, due.born,
        COALESCE(place.area, due.area) AS area,
        COALESCE(place.scheme, due.scheme) AS scheme,
        COALESCE(place.mode, due.mode) AS mode,
        COALESCE(place.employment, due.employment) AS employment,
        -- Full years on the last day of the month: of the years between, those that are full.
        CASE WHEN due.month IN (SELECT month FROM aged)
            THEN date_part(
                'year', age((due.month + interval '1 month - 1 day')::date, due.born)
            )::int
        END AS age
    FROM due
    -- Only who came here later is looked up.
    LEFT JOIN LATERAL (
        SELECT one.area, one.scheme, one.mode, one.employment
        FROM members_enrolment one
        WHERE due.month < due.begins_on
          AND one.person_id = due.id AND one.begins_on <= due.month
          AND (one.ends_on IS NULL OR one.ends_on > due.month)
        OFFSET 0
    ) place ON true
),
priced AS (
    SELECT
        placed.id, placed.month, placed.area, placed.account_id, placed.retired, cell.place,
        round(
            (
                cell.rate_of_base * COALESCE(placed.base, 0) + cell.flat
                + CASE WHEN cell.per_year_of_age = 0 THEN 0 ELSE cell.per_year_of_age * placed.age END
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
)

-- A month's settled bills that stand, added up by area, place, level, kind and age of the patient.
-- `home`: which areas count as home, from the policy, as data.
WITH home AS MATERIALIZED (
    SELECT * FROM jsonb_to_recordset(%(home)s) AS home(area text, at text)
),
bill AS (
    SELECT
        claim.area,
        CASE
            WHEN EXISTS (
                SELECT FROM home WHERE home.area = claim.area AND home.at = institution.area
            ) THEN 'home'
            WHEN left(institution.area, 2) = left(claim.area, 2) THEN 'province'
            ELSE 'away'
        END AS place,
        COALESCE((claim.decision ->> 'provider_level')::int, 0) AS level,
        institution.kind,
        (
            SELECT max(band) FROM unnest(%(ages)s::int[]) AS band
            WHERE band <= date_part('year', age(claim.service_date, person.born))
        ) AS age_from,
        claim.gross, claim.pool, claim.own_paid, claim.shared_paid, claim.cash,
        CASE WHEN claim.shared_paid > 0 THEN (
            SELECT COALESCE(sum((payer ->> 'amount')::numeric), 0)
            FROM jsonb_array_elements(claim.decision -> 'payers') AS payer
            WHERE NOT (payer ->> 'own')::boolean AND payer ->> 'area' <> claim.area
        ) ELSE 0 END AS shared_across
    FROM claims_claim claim
    JOIN claims_institution institution ON institution.id = claim.institution_id
    JOIN members_person person ON person.id = claim.patient_id
    WHERE claim.state = 'settled'
      AND claim.settled_on >= %(month)s AND claim.settled_on < %(next_month)s
)
INSERT INTO oversight_carefigure (
    month, area, place, level, kind, age_from, bills, shared_bills, gross, pool, own, shared,
    shared_across, cash
)
SELECT
    %(month)s, area, place, level, kind, COALESCE(age_from, 0), count(*),
    count(*) FILTER (WHERE shared_paid > 0), sum(gross), sum(pool), sum(own_paid),
    sum(shared_paid), sum(shared_across), sum(cash)
FROM bill
GROUP BY area, place, level, kind, COALESCE(age_from, 0)

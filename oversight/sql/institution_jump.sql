-- A week's bills, Monday to Sunday, against the mean of the weeks before.
, week AS (
    SELECT
        care_area, institution_id, date_trunc('week', service_date)::date AS week,
        count(*) AS bills, sum(gross) AS gross, (array_agg(id ORDER BY gross DESC))[:%(most)s] AS ids
    FROM claim
    GROUP BY care_area, institution_id, date_trunc('week', service_date)
)
SELECT
    now.care_area, NULL::bigint, now.institution_id, now.institution_id || ':' || now.week, now.ids,
    jsonb_build_object(
        'bills', now.bills, 'amount', now.gross,
        'times', round(now.gross / before.mean, 1)
    )
FROM week now
CROSS JOIN LATERAL (
    SELECT sum(earlier.gross) / (%(before_days)s / 7) AS mean
    FROM week earlier
    WHERE earlier.institution_id = now.institution_id
      AND earlier.week < now.week AND earlier.week >= now.week - %(before_days)s
) before
WHERE now.week > %(anchor)s AND now.bills >= %(bills)s
  AND before.mean > 0 AND now.gross >= %(times)s * before.mean

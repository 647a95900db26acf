-- Of bills that nothing keeps the pooled fund from paying.
, month AS (
    SELECT
        care_area, institution_id, date_trunc('month', service_date)::date AS month,
        count(*) AS bills, sum(gross) AS gross, sum(cash) AS cash,
        (array_agg(id ORDER BY cash DESC))[:%(most)s] AS ids
    FROM claim
    WHERE reasons = '{}' AND gross > 0
    GROUP BY care_area, institution_id, date_trunc('month', service_date)
)
SELECT
    care_area, NULL::bigint, institution_id, institution_id || ':' || to_char(month, 'YYYY-MM'), ids,
    jsonb_build_object('bills', bills, 'share', round(cash / gross, 2), 'amount', cash)
FROM month
WHERE month + %(days)s > %(anchor)s AND bills >= %(bills)s AND cash >= %(share)s * gross

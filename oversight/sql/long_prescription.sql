-- Lines of one drug, by its code: on how many bills, and for how much, over the days before each.
, line AS (
    SELECT
        claim.id, claim.area, claim.patient_id, claim.service_date, line ->> 'code' AS code,
        sum((line ->> 'amount')::numeric) AS amount
    FROM claim CROSS JOIN LATERAL jsonb_array_elements(claim.lines) AS line
    WHERE line ->> 'purpose' = 'drug' AND COALESCE(line ->> 'code', '') <> ''
    GROUP BY claim.id, claim.area, claim.patient_id, claim.service_date, line ->> 'code'
),
counted AS (
    SELECT
        *, count(*) OVER lately AS bills, sum(amount) OVER lately AS together
    FROM line
    WINDOW lately AS (
        PARTITION BY patient_id, code ORDER BY service_date
        RANGE BETWEEN make_interval(days => %(days)s - 1) PRECEDING AND CURRENT ROW
    )
),
worst AS (
    SELECT DISTINCT ON (patient_id, code, date_trunc('month', service_date)) *
    FROM counted
    WHERE service_date > %(anchor)s AND (bills >= %(bills)s OR together >= %(amount)s)
    ORDER BY patient_id, code, date_trunc('month', service_date), together DESC, service_date
)
SELECT
    min(line.area), worst.patient_id, NULL::bigint,
    left(worst.patient_id || ':' || worst.code, 70) || ':' || to_char(worst.service_date, 'YYYY-MM'),
    array_agg(line.id ORDER BY line.id),
    jsonb_build_object('code', worst.code, 'bills', worst.bills, 'amount', worst.together)
FROM worst
JOIN line ON line.patient_id = worst.patient_id AND line.code = worst.code
    AND line.service_date > worst.service_date - %(days)s
    AND line.service_date <= worst.service_date
GROUP BY worst.patient_id, worst.code, worst.service_date, worst.bills, worst.together

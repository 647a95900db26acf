-- Account money at pharmacies, own and relatives'.
, bought AS (
    SELECT patient_id, service_date, own_paid + shared_paid AS paid FROM claim
    WHERE claim.care_kind = 'pharmacy' AND claim.own_paid + claim.shared_paid > 0
)
, counted AS (
    SELECT
        patient_id, service_date,
        count(*) OVER lately AS purchases, sum(paid) OVER lately AS amount
    FROM bought
    WINDOW lately AS (
        PARTITION BY patient_id ORDER BY service_date
        RANGE BETWEEN make_interval(days => %(days)s - 1) PRECEDING AND CURRENT ROW
    )
),
worst AS (
    SELECT DISTINCT ON (patient_id, date_trunc('month', service_date)) *
    FROM counted
    WHERE service_date > %(anchor)s AND (purchases >= %(purchases)s OR amount >= %(amount)s)
    ORDER BY patient_id, date_trunc('month', service_date), amount DESC, service_date
)
SELECT
    behind.area, worst.patient_id, NULL::bigint, worst.patient_id || ':' || to_char(worst.service_date, 'YYYY-MM'),
    behind.ids, jsonb_build_object('purchases', worst.purchases, 'amount', worst.amount)
FROM worst
CROSS JOIN LATERAL (
    SELECT min(claim.area) AS area, array_agg(claim.id ORDER BY claim.id) AS ids
    FROM claim
    WHERE claim.patient_id = worst.patient_id
      AND claim.service_date > worst.service_date - %(days)s
      AND claim.service_date <= worst.service_date
      AND claim.care_kind = 'pharmacy' AND claim.own_paid + claim.shared_paid > 0
) behind

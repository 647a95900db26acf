-- Days with a visit to a hospital, counted over the days before each.
, visit AS (
    SELECT DISTINCT patient_id, service_date FROM claim
    WHERE claim.care_kind = 'hospital' AND claim.category IN ('outpatient', 'emergency')
)
, counted AS (
    SELECT
        patient_id, service_date,
        count(*) OVER lately AS visits
    FROM visit
    WINDOW lately AS (
        PARTITION BY patient_id ORDER BY service_date
        RANGE BETWEEN make_interval(days => %(days)s - 1) PRECEDING AND CURRENT ROW
    )
),
worst AS (
    SELECT DISTINCT ON (patient_id, date_trunc('month', service_date)) *
    FROM counted
    WHERE service_date > %(anchor)s AND visits >= %(visits)s
    ORDER BY patient_id, date_trunc('month', service_date), visits DESC, service_date
)
SELECT
    behind.area, worst.patient_id, NULL::bigint, worst.patient_id || ':' || to_char(worst.service_date, 'YYYY-MM'),
    behind.ids, jsonb_build_object('visits', worst.visits)
FROM worst
CROSS JOIN LATERAL (
    SELECT min(claim.area) AS area, array_agg(claim.id ORDER BY claim.id) AS ids
    FROM claim
    WHERE claim.patient_id = worst.patient_id
      AND claim.service_date > worst.service_date - %(days)s
      AND claim.service_date <= worst.service_date
      AND claim.care_kind = 'hospital' AND claim.category IN ('outpatient', 'emergency')
) behind

-- What relatives' accounts paid for one person, over the days before each bill.
, given AS (
    SELECT
        claim.id, claim.area, claim.patient_id, claim.service_date,
        (payer ->> 'person')::bigint AS payer_id, (payer ->> 'amount')::numeric AS amount
    FROM claim CROSS JOIN LATERAL jsonb_array_elements(claim.decision -> 'payers') AS payer
    WHERE claim.shared_paid > 0 AND NOT (payer ->> 'own')::boolean
),
anchor AS (
    SELECT DISTINCT patient_id, service_date FROM given WHERE service_date > %(anchor)s
),
summed AS (
    SELECT
        anchor.patient_id, anchor.service_date, min(given.area) AS area,
        count(DISTINCT given.payer_id) AS payers, sum(given.amount) AS amount,
        array_agg(DISTINCT given.id) AS ids
    FROM anchor
    JOIN given ON given.patient_id = anchor.patient_id
        AND given.service_date > anchor.service_date - %(days)s
        AND given.service_date <= anchor.service_date
    GROUP BY anchor.patient_id, anchor.service_date
    HAVING count(DISTINCT given.payer_id) >= %(payers)s AND sum(given.amount) >= %(amount)s
)
SELECT DISTINCT ON (patient_id, date_trunc('month', service_date))
    area, patient_id, NULL::bigint, patient_id || ':' || to_char(service_date, 'YYYY-MM'), ids,
    jsonb_build_object('payers', payers, 'amount', amount)
FROM summed
ORDER BY patient_id, date_trunc('month', service_date), amount DESC

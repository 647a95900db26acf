SELECT
    min(area), patient_id, NULL::bigint,
    patient_id || ':' || institution_id || ':' || service_date,
    array_agg(id ORDER BY id),
    jsonb_build_object('bills', count(*), 'amount', sum(gross))
FROM claim
WHERE service_date > %(anchor)s
GROUP BY patient_id, institution_id, service_date
HAVING count(*) >= %(bills)s

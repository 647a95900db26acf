SELECT
    min(area), patient_id, NULL::bigint, patient_id || ':' || service_date,
    array_agg(id ORDER BY id),
    jsonb_build_object('institutions', count(DISTINCT institution_id), 'amount', sum(gross))
FROM claim
WHERE service_date > %(anchor)s
GROUP BY patient_id, service_date
HAVING count(DISTINCT institution_id) >= %(institutions)s

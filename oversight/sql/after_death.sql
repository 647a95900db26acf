SELECT
    claim.area, claim.patient_id, NULL::bigint, 'claim:' || claim.id, ARRAY[claim.id],
    jsonb_build_object('died_on', person.left_on, 'amount', claim.gross)
FROM claim
JOIN members_person person ON person.id = claim.patient_id
WHERE person.departure = 'death' AND claim.service_date >= person.left_on

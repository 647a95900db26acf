-- The newest of an authorizer's spouses or parents stands for all of them.
SELECT DISTINCT ON (newest.authorizer_id, newest.relation)
    newest.id, jsonb_build_object(newest.relation || 's', counted.persons)
FROM families_binding newest
JOIN LATERAL (
    SELECT count(DISTINCT other.member_id) AS persons
    FROM families_binding other
    WHERE other.authorizer_id = newest.authorizer_id AND other.relation = newest.relation
        AND (other.ended_on IS NULL OR other.ended_on > newest.bound_on - %(days)s)
) counted ON true
WHERE newest.ended_on IS NULL AND newest.bound_on > %(anchor)s
    AND (
        (newest.relation = 'spouse' AND counted.persons >= %(spouses)s)
        OR (newest.relation = 'parent' AND counted.persons >= %(parents)s)
    )
ORDER BY newest.authorizer_id, newest.relation, newest.id DESC

-- The newest of an authorizer's bindings stands for all of them.
SELECT DISTINCT ON (newest.authorizer_id)
    newest.id, jsonb_build_object('bindings', counted.bindings)
FROM families_binding newest
JOIN LATERAL (
    SELECT count(*) AS bindings
    FROM families_binding other
    WHERE other.authorizer_id = newest.authorizer_id
        AND other.bound_on > newest.bound_on - %(days)s AND other.bound_on <= newest.bound_on
) counted ON true
WHERE newest.ended_on IS NULL AND newest.bound_on > %(anchor)s
    AND counted.bindings >= %(bindings)s
ORDER BY newest.authorizer_id, newest.id DESC

-- `relation` says what the member is to the authorizer.
SELECT
    binding.id,
    CASE binding.relation
        WHEN 'parent' THEN jsonb_build_object(
            'years_apart', date_part('year', age(giver.born, taker.born))::int
        )
        WHEN 'child' THEN jsonb_build_object(
            'years_apart', date_part('year', age(taker.born, giver.born))::int
        )
        ELSE jsonb_build_object(
            'spouse_years',
            date_part('year', age(binding.bound_on, greatest(giver.born, taker.born)))::int
        )
    END
FROM families_binding binding
JOIN members_person giver ON giver.id = binding.authorizer_id
JOIN members_person taker ON taker.id = binding.member_id
WHERE binding.ended_on IS NULL AND binding.bound_on > %(anchor)s
    AND CASE binding.relation
        WHEN 'parent' THEN taker.born > giver.born - make_interval(years => %(years_between)s)
        WHEN 'child' THEN giver.born > taker.born - make_interval(years => %(years_between)s)
        ELSE greatest(giver.born, taker.born)
            > binding.bound_on - make_interval(years => %(spouse_age)s)
    END

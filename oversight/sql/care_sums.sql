-- The figures of care of some areas, months and ages: by month, by area, and by age, at once.
SELECT
    month, area, age_from,
    COALESCE(sum(bills), 0),
    COALESCE(sum(bills) FILTER (WHERE place = 'home'), 0),
    COALESCE(sum(bills) FILTER (WHERE place = 'province'), 0),
    COALESCE(sum(bills) FILTER (WHERE place = 'away'), 0),
    COALESCE(sum(bills) FILTER (WHERE kind = 'hospital'), 0),
    COALESCE(sum(bills) FILTER (WHERE kind = 'hospital' AND level <= 1), 0),
    COALESCE(sum(shared_bills), 0),
    COALESCE(sum(gross), 0), COALESCE(sum(pool), 0), COALESCE(sum(own), 0),
    COALESCE(sum(shared), 0), COALESCE(sum(shared_across), 0), COALESCE(sum(cash), 0)
FROM oversight_carefigure
WHERE month >= %(first)s AND month <= %(last)s AND area = ANY (%(areas)s)
  AND (%(age)s::int IS NULL OR age_from = %(age)s)
GROUP BY GROUPING SETS ((month), (area), (age_from))

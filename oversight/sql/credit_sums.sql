-- The figures of credits of some areas, months and ages: by month, by area, and by age, at once.
SELECT
    month, area, age_from,
    COALESCE(sum(credits), 0), COALESCE(sum(amount), 0),
    COALESCE(sum(amount) FILTER (WHERE retired), 0)
FROM oversight_creditfigure
WHERE month >= %(first)s AND month <= %(last)s AND area = ANY (%(areas)s)
  AND (%(age)s::int IS NULL OR age_from = %(age)s)
GROUP BY GROUPING SETS ((month), (area), (age_from))

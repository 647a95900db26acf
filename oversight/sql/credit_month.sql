-- What was credited or disbursed in a month, added up by area, age and whether retired then. The
-- month is the one in which it was credited, whatever month it was credited for.
INSERT INTO oversight_creditfigure (month, area, age_from, retired, credits, amount)
SELECT
    %(month)s, credit.area,
    COALESCE((
        SELECT max(band) FROM unnest(%(ages)s::int[]) AS band
        WHERE band <= date_part('year', age(credit.month, person.born))
    ), 0),
    COALESCE(date_trunc('month', person.retired_on) + interval '1 month' <= credit.month, false),
    count(*), sum(credit.amount)
FROM accounts_credit credit
JOIN members_person person ON person.id = credit.person_id
LEFT JOIN accounts_run run ON run.id = credit.run_id
LEFT JOIN record_change change ON change.id = credit.change_id
WHERE COALESCE(run.day, change.decided_on) >= %(month)s
  AND COALESCE(run.day, change.decided_on) < %(next_month)s
GROUP BY 2, 3, 4

-- By the clock, so only bills that were settled as they came; emergencies belong to the night.
, live AS (
    SELECT
        *, extract(hour FROM settled_at AT TIME ZONE 'Asia/Shanghai') AS hour,
        date_trunc('week', service_date)::date AS week
    FROM claim
    WHERE (settled_at AT TIME ZONE 'Asia/Shanghai')::date
        IN (settled_on, settled_on + 1)
      AND category <> 'emergency' AND service_date > %(anchor)s
),
marked AS (
    SELECT *, hour >= %(from_hour)s OR hour < %(to_hour)s AS at_night FROM live
)
SELECT
    care_area, NULL::bigint, institution_id, institution_id || ':' || week,
    (array_agg(id ORDER BY id) FILTER (WHERE at_night))[:%(most)s],
    jsonb_build_object(
        'bills', count(*) FILTER (WHERE at_night),
        'share', round(count(*) FILTER (WHERE at_night)::numeric / count(*), 2)
    )
FROM marked
GROUP BY care_area, institution_id, week
HAVING count(*) FILTER (WHERE at_night) >= %(bills)s
   AND count(*) FILTER (WHERE at_night) >= %(share)s * count(*)

-- By the days of treatment at hospitals; by the clock only where the bill was settled as it came.
SELECT
    min(one.area), one.patient_id, NULL::bigint, one.patient_id || ':' || one.service_date,
    array_agg(DISTINCT one.id) || array_agg(DISTINCT other.id),
    jsonb_build_object(
        'areas', count(DISTINCT one.care_area) + 1,
        'minutes', min(
            CASE WHEN (one.settled_at AT TIME ZONE 'Asia/Shanghai')::date = one.settled_on
                  AND (other.settled_at AT TIME ZONE 'Asia/Shanghai')::date = other.settled_on
                 THEN abs(extract(epoch FROM other.settled_at - one.settled_at))::int / 60 END
        )
    )
FROM claim one
JOIN claim other ON other.patient_id = one.patient_id AND other.care_area > one.care_area
WHERE one.service_date > %(anchor)s
  AND (
      (
          one.service_date = other.service_date
          AND one.care_kind = 'hospital' AND other.care_kind = 'hospital'
      )
      OR (
          (one.settled_at AT TIME ZONE 'Asia/Shanghai')::date = one.settled_on
          AND (other.settled_at AT TIME ZONE 'Asia/Shanghai')::date = other.settled_on
          AND abs(extract(epoch FROM other.settled_at - one.settled_at)) <= %(minutes)s * 60
      )
  )
GROUP BY one.patient_id, one.service_date

-- What every rule of the watch begins with: the bills that stand, of the days that it looks at.
WITH claim AS (
    SELECT claim.*, institution.area AS care_area, institution.kind AS care_kind
    FROM claims_claim claim
    JOIN claims_institution institution ON institution.id = claim.institution_id
    WHERE claim.state = 'settled' AND NOT claim.paper
      AND claim.service_date > %(first)s AND claim.service_date <= %(last)s
)

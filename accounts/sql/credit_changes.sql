-- Follows `credit_due.sql`: the members whose credit of the run's month differs most from that of
-- the month before, for whoever decides whether the run is posted.
SELECT priced.id, priced.amount, before.amount
FROM priced
JOIN accounts_credit before ON before.person_id = priced.id AND before.month = %(month_before)s
WHERE priced.month = %(month)s AND priced.reason = '' AND priced.amount <> before.amount
ORDER BY abs(priced.amount - before.amount) DESC, priced.id
LIMIT %(most)s

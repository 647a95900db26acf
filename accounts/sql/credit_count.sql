-- Follows `credit_due.sql`: what a run would credit and skip, by area, month, price and reason.
SELECT area, month, retired, place, reason, count(*), sum(amount)
FROM priced
GROUP BY area, month, retired, place, reason
ORDER BY area, month, retired, place, reason

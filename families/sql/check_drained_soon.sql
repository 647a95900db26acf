-- The ledger knows what an account paid for others, and not for whom: the newest binding stands
-- for those that were made in these days.
SELECT DISTINCT ON (binding.authorizer_id)
    binding.id, jsonb_build_object('amount', paid.amount)
FROM families_binding binding
JOIN accounts_ledgeraccount account ON account.person_id = binding.authorizer_id
JOIN LATERAL (
    SELECT sum(transfer.amount) AS amount
    FROM accounts_transfer transfer
    WHERE transfer.account_id = account.id
        AND transfer.value_date >= binding.bound_on
        AND transfer.value_date < binding.bound_on + %(days)s
        AND transfer.kind = 'shared_account' AND NOT transfer.undoes
) paid ON true
WHERE binding.ended_on IS NULL AND binding.bound_on > %(anchor)s AND paid.amount >= %(amount)s
ORDER BY binding.authorizer_id, binding.id DESC

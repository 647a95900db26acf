SELECT DISTINCT ON (binding.id)
    binding.id, jsonb_build_object('ticket', ticket.number)
FROM members_ticket ticket
JOIN families_binding binding
    ON binding.id = CASE WHEN ticket.about_kind = 'binding' THEN ticket.about_key::bigint END
WHERE ticket.kind = 'objection' AND ticket.opened_on > %(anchor)s AND binding.ended_on IS NULL
ORDER BY binding.id, ticket.id

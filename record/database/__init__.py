"""The database backend of the portal: PostgreSQL as Django speaks to it, with one thing quicker."""

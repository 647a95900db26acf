"""The law of a claim, pure: facts in, a decision out; no Django, no database, no clock."""

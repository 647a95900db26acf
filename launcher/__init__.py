"""Everything that `./run` does: services, verbs and checks.

This package stands outside Django and outside the rooms: it starts processes and hands them an
environment, and nothing in the portal imports it. `manage.py` and the tests are its only other
users.
"""

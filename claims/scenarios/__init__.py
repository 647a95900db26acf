"""Scenarios: stories of members and events, run through the real operations."""

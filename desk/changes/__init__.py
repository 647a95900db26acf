"""Changes that need two: what waits, what one would do, proposing and deciding."""

"""The after-check of bindings: drawn by lot or flagged, asked, answered, closed."""

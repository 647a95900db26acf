"""The interface for institutions, `/api/v1/`: hospitals and pharmacies quote, settle and undo."""

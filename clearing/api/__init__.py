"""What institutions' machines reconcile and agree to, under `/api/v1/`."""

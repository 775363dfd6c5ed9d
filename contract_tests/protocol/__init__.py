"""HTTP: errors, authentication, idempotency, rate limits."""

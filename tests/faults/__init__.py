"""Faults on purpose, rate limits, and wishes by header."""

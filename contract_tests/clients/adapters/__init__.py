"""Worked examples: clients that keep to every rule, on the official SDKs."""

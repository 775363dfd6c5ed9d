"""Broken servers: a mock-knock behind a wrapper that breaks one rule."""

"""The command `mock-knock`, run as people run it."""

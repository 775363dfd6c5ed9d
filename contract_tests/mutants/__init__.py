"""Faults planted on purpose: a check that never failed on something broken is no check."""

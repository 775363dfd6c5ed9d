"""Tests that planted faults are caught, and that what is sound is not accused."""

"""Tests of the simulated world, through its public names and beside naive second models."""

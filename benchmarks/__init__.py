"""What mock-knock costs, beside its peers in the same run: `python -m benchmarks`.

`measures/` has one module for each measure, `peers/` one for each server that can be compared.
"""

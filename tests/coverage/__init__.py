"""docs/coverage.md: every operation with its handler, and the tests that reach it.

    pytest -n auto --operations-reached=reached.json
    python -m tests.coverage reached.json

writes the page anew. `python -m tests.coverage` alone keeps its last column, and brings the others
up to date; that they are is a test.
"""

"""Schemathesis over the documents, and a tour through every operation."""

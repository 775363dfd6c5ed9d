"""Tests of what is read off OpenAPI documents: roles, schemas, answers."""

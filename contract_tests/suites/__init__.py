"""The suites as pytest tests: `pytest --pyargs contract_tests --server URL --api-key KEY`."""

"""The contract kit: checks servers, clients and Arazzo flows against Knock's contract."""

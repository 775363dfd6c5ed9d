"""HTTP in Knock's words, served by Connexion from the OpenAPI documents.

`pipeline.py` has the ordered list of stages that every request passes. A poll,
`GET /v1/bulk_operations/{id}`, can be followed through five files: `pipeline.py`, `operation.py`,
`handlers/bulk_operations.py`, `../world/environment.py` and `../world/bulk_operations.py`.
"""

import warnings

with warnings.catch_warnings():
    # Importing Connexion warns of its own use of Starlette and jsonschema, which nobody here can
    # mend; under `-W error`, as many test suites run, that would keep the server from loading.
    warnings.simplefilter("ignore")
    import connexion as connexion

"""The request pipeline: one ordered list of stages around Connexion's own middleware machinery.

Everything that a request can be told by the documents alone (its route, who may call, what is
valid, which function answers) is prepared here, once, before the first request.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from connexion.middleware.main import API, ConnexionMiddleware
from connexion.resolver import Resolver

from mock_knock.api.boundary import Boundary
from mock_knock.api.cors import Cors
from mock_knock.api.fault_stage import Faults
from mock_knock.api.guard import Guard
from mock_knock.api.handlers import HANDLERS
from mock_knock.api.mounted import Mount, Mounted
from mock_knock.api.operation import Handler, Operations
from mock_knock.api.rate_limit_stage import RateLimits
from mock_knock.api.response_check import ResponseCheck
from mock_knock.api.routing import Routing
from mock_knock.api.schemas import Schemas
from mock_knock.api.security import ApiKeyHandler, Security
from mock_knock.api.self_description import OPERATION_ID, Published, with_itself
from mock_knock.api.served_document import read_document
from mock_knock.api.service import Service
from mock_knock.api.specification import BundledSpecification
from mock_knock.documents import openapi_files

_ENVELOPE = {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}}
_UNROUTED: dict[str, Any] = {
    **{status: {} for status in ("204", "303")},
    **dict.fromkeys(("400", "401", "403", "404", "405", "500"), _ENVELOPE),
}
"""What may be answered where the request leads to no operation; 204 is for a preflight, 303, 401
and 403 are the guard's."""


@dataclass(frozen=True, slots=True)
class Surface:
    """A document to serve, and where the functions for its operations are found."""

    document: dict[str, Any]
    find_handler: Callable[[str], Handler]


def knock_surface() -> Surface:
    """Knock's API: every surface in `openapi/`, bundled, and the bundle itself.

    Raises BundleError.
    """
    served = read_document(openapi_files())
    published = Published(served.text)

    def find(operation_id: str) -> Handler:
        return published if operation_id == OPERATION_ID else HANDLERS.find(operation_id)

    return Surface(with_itself(served.document), find)


def build_application(
    service: Service, surfaces: Sequence[Surface], mount: Mount | None = None
) -> ConnexionMiddleware:
    """The ASGI application of one server, ready for its first request; `mount` stands beside it.

    Raises SchemaError, InvalidSpecification or ResolverError for documents that this server cannot
    serve: each says which operation or schema is to blame.
    """
    stages: list[Any] = [
        partial(Boundary, service=service),  # one answer for each request, errors included
        Guard,  # Host, origin, token: who may call the control plane
        Cors,  # preflight, before anybody needs a key or a route
        partial(Mounted, mount=mount),  # pages for people, which no document describes
        Routing,  # path and method -> operation id
        Security,  # key -> environment
        RateLimits,  # too many calls a second are refused, where that is on
        Faults,  # what is to go wrong with the call
        Operations,  # valid request -> world -> answer
    ]
    application = KnockConnexion(_nowhere, middlewares=stages)
    for surface in surfaces:
        application.register(surface, service)
    service.document = surfaces[0].document
    application.prepare()
    return application


class KnockConnexion(ConnexionMiddleware):
    """Connexion's middleware stack over specifications that are loaded already."""

    def register(self, surface: Surface, service: Service) -> None:
        """Serve a document. Its base path, in `servers`, tells surfaces apart."""
        specification = BundledSpecification(surface.document)
        options = self.options.replace(
            resolver=Resolver(surface.find_handler), security_map={"bearer": ApiKeyHandler}
        )
        schemas = Schemas(surface.document)
        service.response_checks[""] = ResponseCheck("no operation", _UNROUTED, schemas)
        extras = {"schemas": schemas, "service": service}
        self.apis.append(API(specification, base_path=None, **options.__dict__, **extras))

    def prepare(self) -> None:
        """Build the stack now, so that the first request need not."""
        self.app, self.middleware_stack = self._build_middleware_stack()


async def _nowhere(scope: Any, receive: Any, send: Any) -> None:
    raise RuntimeError("every request is answered by a stage before this one")

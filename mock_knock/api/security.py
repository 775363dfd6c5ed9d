"""Bearer keys: which environment a request is for, and whether its key may make the call.

In enhanced security mode a public key needs a user token beside it, and the token the grants.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs

from connexion.middleware.security import SecurityAPI, SecurityMiddleware, SecurityOperation
from connexion.operations.abstract import AbstractOperation
from connexion.security import BearerSecurityHandler

from mock_knock.api.environments import ApiEnvironment
from mock_knock.api.errors import ApiError
from mock_knock.api.exchange import EXCHANGE, Exchange, Scope
from mock_knock.api.grants import NotGrantedError, Permission
from mock_knock.api.user_tokens import HEADER, invalid_token
from mock_knock.world.errors import MissingError

PUBLIC_KEY = "x-knock-public-key"
"""Marks the operations of the documents that a public key may call (Knock docs: security)."""

ENVIRONMENT = b"x-mock-knock-environment"
"""Header by which a call of the control plane names an environment by its id, in place of a key."""

_CHALLENGE = [(b"www-authenticate", b"Bearer")]


class ApiKeyHandler(BearerSecurityHandler):
    """Connexion's door for `type: http, scheme: bearer`; the key itself is read per operation."""

    def get_fn(self, security_scheme: Any, required_scopes: Any) -> Any:
        """Any non-empty key is taken, so there is nothing to look up."""
        return lambda request: {}


class ApiKeyOperation(SecurityOperation):
    """Opens the environment of the request's key, for one operation.

    `permission` is what it takes to call it with a public key; None when that cannot be.
    """

    def __init__(self, *args: Any, permission: Permission | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.permission = permission

    async def __call__(self, scope: Scope, receive: Any, send: Any) -> None:
        exchange: Exchange = scope[EXCHANGE]
        if not self.security:
            await self.next_app(scope, receive, send)
            return
        if exchange.is_control:
            wanted = _wanted_environment(exchange)
            if wanted is not None:
                exchange.environment = _named(exchange, wanted)
                await self.next_app(scope, receive, send)
                return
        key, branch = key_and_branch(exchange)
        if not key:
            raise _unauthorized(exchange)
        is_public = key.startswith("pk_")
        if is_public and self.permission is None:
            raise ApiError(
                403,
                "incorrect_token_type",
                "This call needs a secret key (sk_...) and came with a public one (pk_...)",
            )
        service = exchange.service
        environment = service.environments.open(key, service.host_clock(), branch=branch)
        exchange.environment = environment
        if is_public and self.permission is not None and environment.tokens is not None:
            now = environment.world.sync(service.host_clock())
            token = environment.tokens.verify(exchange.header(HEADER), now)
            try:
                self.permission.check(token.user_id, token.grants, scope)
            except NotGrantedError as error:
                raise invalid_token(str(error), 403) from None
        await self.next_app(scope, receive, send)


class ApiKeyAPI(SecurityAPI):
    """The security of every operation in the documents."""

    def make_operation(self, operation: Any) -> SecurityOperation:
        """Prepare one operation: whether it takes public keys stands in the document."""
        permission = None
        if isinstance(operation, AbstractOperation):
            node = self.specification["paths"][operation.path][operation.method]
            if node.get(PUBLIC_KEY) is True:
                permission = Permission(str(operation.operation_id), node)
        return ApiKeyOperation(
            self.next_app,
            security_handler_factory=self.security_handler_factory,
            security=operation.security,
            security_schemes=operation.security_schemes,
            permission=permission,
        )


class Security(SecurityMiddleware):
    """The stage that authenticates."""

    api_cls = ApiKeyAPI


def key_and_branch(exchange: Exchange) -> tuple[str, str]:
    """The request's bearer key and branch slug, each empty when it brings none."""
    scheme, _, key = (exchange.header(b"authorization") or b"").partition(b" ")
    if scheme.lower() != b"bearer":
        return "", ""
    branch = exchange.header(b"x-knock-branch") or b""
    return key.strip().decode("latin-1"), branch.decode("latin-1")


def _wanted_environment(exchange: Exchange) -> str | None:
    """The id by which a call of the control plane names an environment; None when it names none.

    Browsers can send no header with an EventSource or a link, so reading goes by the query too.
    """
    named = exchange.header(ENVIRONMENT)
    if named is not None:
        return named.decode("latin-1")
    query: bytes = exchange.scope["query_string"]
    if b"environment=" not in query or exchange.scope["method"] not in ("GET", "HEAD"):
        return None
    found = parse_qs(query.decode("latin-1")).get("environment")
    return found[-1] if found else None


def _named(exchange: Exchange, id: str) -> ApiEnvironment:
    environment = exchange.service.environments.by_id(id)
    if environment is None:
        raise ApiError.from_world(
            MissingError(
                f"There is no environment with the id {id[:80]!r} on this server: list them, or "
                "send an API key, which opens one",
                code="environment_missing",
            )
        )
    return environment


def _unauthorized(exchange: Exchange) -> ApiError:
    if exchange.header(b"authorization") is None:
        code, problem = "authentication_required", "The request brings no API key"
    else:
        code, problem = "api_key_missing", "The Authorization header holds no bearer key"
    message = (
        f"{problem}: send the header Authorization: Bearer sk_... (any key opens an environment)"
    )
    return ApiError(401, code, message, headers=_CHALLENGE)

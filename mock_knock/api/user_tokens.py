"""Signed user tokens: which user is behind a public API key (Knock docs: security).

In enhanced security mode, which an environment is in when it has a signing key, calls with a
public key carry a JWT in `X-Knock-User-Token`, signed with RS256 by the application's backend.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from mock_knock.api.errors import ApiError
from mock_knock.api.grants import Grants, GrantsError
from mock_knock.world.instants import LAST, SECOND, Instant, to_text

if TYPE_CHECKING:
    from jwt.types import Options

HEADER = b"x-knock-user-token"
_ALGORITHM = "RS256"
_TOKENS_KEPT = 1024
# The clock and the meaning of the claims are the environment's, so PyJWT checks the signature only.
_SIGNATURE_ONLY: Options = {
    "verify_exp": False, "verify_iat": False, "verify_nbf": False, "verify_aud": False,
    "verify_iss": False, "verify_sub": False, "verify_jti": False,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class UserToken:
    """What a good token says: who the user is, and what it may do."""

    user_id: str
    grants: Grants


class TokenVerifier:
    """Judges tokens by an environment's signing keys. `keys` are public ones in PEM."""

    def __init__(self, keys: tuple[str, ...]) -> None:
        # Most servers have no signing key, and these imports take a tenth of a second.
        from cryptography.hazmat.primitives.serialization import load_pem_public_key

        self.keys = keys
        # Any, since the loader answers with keys of every kind: these were made sure to be RSA.
        self._loaded: list[Any] = [load_pem_public_key(key.encode()) for key in keys]
        self._read = lru_cache(maxsize=_TOKENS_KEPT)(self._read_anew)

    def verify(self, header: bytes | None, now: Instant) -> UserToken:
        """What the token in the header says, at the environment's `now`.

        Raises ApiError 401: `missing_user_token` without one, `invalid_user_token` for one that
        is not signed by one of the keys, has expired, is not valid yet, or makes no sense.
        """
        if not header:
            raise ApiError(
                401,
                "missing_user_token",
                "This environment has a signing key, so calls with a public API key need the "
                "header X-Knock-User-Token: a JWT whose sub is the user's id, signed with RS256",
            )
        claims, token = self._read(header)
        _check_times(claims, now)
        return token

    def _read_anew(self, header: bytes) -> tuple[Mapping[str, Any], UserToken]:
        claims = self._claims(header)
        user_id = claims.get("sub")
        if not isinstance(user_id, str) or not user_id:
            raise invalid_token("has no claim sub: put the user's id there")
        try:
            return claims, UserToken(user_id, Grants.from_claims(claims))
        except GrantsError as error:
            raise invalid_token(str(error)) from None

    def _claims(self, header: bytes) -> Mapping[str, Any]:
        import jwt

        try:
            algorithm = jwt.get_unverified_header(header).get("alg")
        except jwt.InvalidTokenError as error:
            raise invalid_token(f"is no JWT: {error}") from None
        if algorithm != _ALGORITHM:
            raise invalid_token(f"is signed with {str(algorithm)[:20]}: Knock takes {_ALGORITHM}")
        for key in self._loaded:
            try:
                claims: dict[str, Any] = jwt.decode(
                    header, key, algorithms=[_ALGORITHM], options=_SIGNATURE_ONLY
                )
            except jwt.InvalidSignatureError:
                continue
            except jwt.InvalidTokenError as error:
                raise invalid_token(f"cannot be read: {error}") from None
            return claims
        raise invalid_token("is not signed with a signing key of this environment")


@lru_cache(maxsize=64)
def token_verifier(keys: tuple[str, ...]) -> TokenVerifier:
    """The verifier for these keys, the same one for every environment that has them."""
    return TokenVerifier(keys)


def invalid_token(problem: str, status: int = 401) -> ApiError:
    """The refusal of a token; `problem` goes on after its name."""
    return ApiError(status, "invalid_user_token", f"The X-Knock-User-Token {problem}")


def _check_times(claims: Mapping[str, Any], now: Instant) -> None:
    clock = f"the environment's clock stands at {to_text(now)}"
    expires = _instant(claims, "exp")
    if expires is not None and expires <= now:
        raise invalid_token(f"expired at {to_text(expires)}: {clock}. Sign a new one")
    for name, what in (("iat", "was issued at"), ("nbf", "is not valid before")):
        starts = _instant(claims, name)
        if starts is not None and starts > now:
            raise invalid_token(
                f"{what} {to_text(starts)}, which is still to come: {clock}. Sign it with the "
                "environment's time, or let the server run with --clock real"
            )


def _instant(claims: Mapping[str, Any], name: str) -> Instant | None:
    value = claims.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or value != value:
        raise invalid_token(f"has a claim {name} that is no number of seconds since 1970")
    return round(min(max(value, 0), LAST // SECOND) * SECOND)

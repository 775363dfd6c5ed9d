"""The sections of what the HTTP side keeps beside a world: signing keys, answers to bring back."""

from __future__ import annotations

from typing import Any

from mock_knock.api.environments import ApiEnvironment
from mock_knock.api.exchange import Answer
from mock_knock.api.idempotency import Kept, ReplayStore
from mock_knock.api.user_tokens import TokenVerifier, token_verifier
from mock_knock.fixtures.signing_keys import SigningKeyError, public_pem
from mock_knock.snapshots.faults import reading, refused
from mock_knock.snapshots.moments import instant
from mock_knock.world.instants import to_text

Json = dict[str, Any]


def write_http_side(environment: ApiEnvironment) -> Json:
    """`signing_keys` and `idempotency`."""
    return {
        "signing_keys": list(environment.tokens.keys) if environment.tokens else [],
        "idempotency": [
            {
                "path": path,
                "key": key,
                "fingerprint": kept.fingerprint.hex(),
                "request_id": kept.request_id,
                "status": kept.answer.status,
                "headers": [
                    [name.decode("latin-1"), value.decode("latin-1")]
                    for name, value in kept.answer.headers
                ],
                "body": kept.answer.body.decode(),
                "until": to_text(kept.until),
            }
            for (path, key), kept in environment.replays.kept.items()
        ],
    }


def read_signing_keys(document: Json) -> TokenVerifier | None:
    """The judge of user tokens, None where there are no signing keys."""
    keys = []
    for at, key in enumerate(document["signing_keys"]):
        try:
            keys.append(public_pem(key))
        except SigningKeyError as error:
            raise refused(("signing_keys", at), str(error)) from None
    return token_verifier(tuple(keys)) if keys else None


def read_replays(document: Json) -> ReplayStore:
    """The answers that an Idempotency-Key brings back."""
    found: dict[tuple[str, str], Kept] = {}
    for at, given in enumerate(document["idempotency"]):
        with reading("idempotency", at):
            headers = [
                (name.encode("latin-1"), value.encode("latin-1"))
                for name, value in given["headers"]
            ]
            found[given["path"], given["key"]] = Kept(
                bytes.fromhex(given["fingerprint"]),
                given["request_id"],
                Answer(given["status"], given["body"].encode(), headers),
                instant(given["until"]),
            )
    replays = ReplayStore()
    replays.put_back(dict(sorted(found.items(), key=lambda entry: entry[1].until)))
    return replays

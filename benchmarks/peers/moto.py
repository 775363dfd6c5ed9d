"""moto: a stateful mock of AWS. Its nearest to a poll is reading a job of AWS IoT."""

from __future__ import annotations

import json

from benchmarks.exchange import HOST, Request, ask_well
from benchmarks.peers.peer import Peer
from benchmarks.setting import Setting

# moto reads the service from the credential's scope; the signature is not looked at.
_SIGNED = {
    "authorization": "AWS4-HMAC-SHA256 "
    "Credential=benchmark/20260105/us-east-1/iot/aws4_request, "
    "SignedHeaders=host;x-amz-date, Signature=0"
}
_JSON = {**_SIGNED, "content-type": "application/json"}
_THING = "arn:aws:iot:us-east-1:123456789012:thing/benchmark"


class Moto(Peer):
    """Polls one job. Its development server closes the connection after each answer."""

    name = "moto"
    ready = Request("/jobs", _SIGNED)

    def command(self, setting: Setting, port: int) -> list[str] | None:
        """`moto_server` of the peers' folder, or of PATH."""
        program = setting.find("moto_server", "moto/bin")
        return None if program is None else [program, "-H", HOST, "-p", str(port)]

    def prepare_poll(self, port: int) -> Request:
        """Create a job, for the request that reads it."""
        ask_well(port, Request("/things/benchmark", _JSON, "POST", b"{}"))
        job = json.dumps({"targets": [_THING], "document": "{}"}).encode()
        ask_well(port, Request("/jobs/benchmark", _JSON, "PUT", job))
        return Request("/jobs/benchmark", _SIGNED)

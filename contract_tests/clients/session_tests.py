"""The client contract as `knock-contract client` runs it: the run is handed in."""

from __future__ import annotations

import pytest

from contract_tests.clients.contract import ClientContract
from contract_tests.clients.run import ClientRun

RUN = pytest.StashKey[ClientRun]()


class TestClient(ClientContract):
    @pytest.fixture
    def contract_run(self, request: pytest.FixtureRequest) -> ClientRun:
        return request.config.stash[RUN]

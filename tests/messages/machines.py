"""What the state machines share: an environment of its own for each example."""

from __future__ import annotations

from hypothesis.stateful import RuleBasedStateMachine

from mock_knock import KnockServer, MockKnock


class MessageMachine(RuleBasedStateMachine):
    """Runs against a fresh environment of `server`. Errors inside the server fail the example."""

    server: KnockServer
    made = 0

    def __init__(self) -> None:
        super().__init__()
        type(self).made += 1
        self.mock = MockKnock(self.server, f"{type(self).__name__}_{type(self).made}")
        self.client = self.mock.client()

    def teardown(self) -> None:
        self.client.close()
        errors = self.mock.take_errors()
        self.mock.close()
        assert not errors

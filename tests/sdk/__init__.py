"""The official SDKs against this server, with their own strict validation."""

import pytest

pytest.register_assert_rewrite(
    "tests.sdk.calls", "tests.sdk.seed", "tests.sdk.seeded", "tests.sdk.stories"
)

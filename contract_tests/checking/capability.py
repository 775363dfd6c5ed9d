"""What a check may need of a server, beyond the calls of Knock's API."""

from __future__ import annotations

from enum import Enum


class Capability(Enum):
    """Each with what has to be said where it is missing."""

    CLOCK = "the server's time can be moved (mock-knock's control plane)"
    PLANS = "it can be told how an operation is to go (mock-knock's control plane)"
    OTHER_KEY = "there is a key of another environment (--other-api-key)"
    PUBLIC_KEY = "there is a public key of the environment (--public-key)"
    WORKFLOW = "there is a workflow to trigger (--workflow)"
    WHOLE_LISTS = "lists hold nothing but what the check wrote"
    STRAY_WRITES = "ids outside the run's own prefix may be written"
    BURSTS = "more calls may be sent than the documented rates let through"
    BULK_SPEED = "over 1,000 rows may be sent in one call"

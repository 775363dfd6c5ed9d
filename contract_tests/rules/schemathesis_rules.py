"""Rules that schemathesis checks, one for each of its checks."""

from __future__ import annotations

from typing import Final

from contract_tests.rules.rule import Rule

_SENTENCES: Final = {
    "not_a_server_error": "No generated request is answered with a 5xx.",
    "status_code_conformance": "The status of every answer to a generated request is documented.",
    "content_type_conformance": "The content type of every answer is documented.",
    "response_headers_conformance": "Answers have the headers that are documented as required.",
    "response_schema_conformance": "Every answer to a generated request fits its schema.",
    "negative_data_rejection": "A generated request that breaks the documents is refused.",
    "positive_data_acceptance": (
        "A generated request that keeps the documents is not called invalid."
    ),
    "missing_required_header": "A request without a required header is refused.",
    "unsupported_method": "A method that a path does not have is a 405.",
    "use_after_free": "What was deleted is not answered any more.",
    "ensure_resource_availability": "What was created is answered from then on.",
    "allow_header_conformance": "Allow names the methods that a path has, and no others.",
    "object_level_authorization": "What one key made another cannot reach.",
    "ignored_auth": "A call without a key, or with a made-up one, is refused.",
}

CHECKS: Final = {
    name: Rule(
        f"conformance.{name.replace('_', '-')}",
        sentence,
        "Knock's OpenAPI document; error answers: openapi/",
        "documented",
    )
    for name, sentence in _SENTENCES.items()
}
"""By the name of the check."""

OTHER = Rule(
    "conformance.schemathesis", "Every check of schemathesis holds, those it may learn later too.",
    "Knock's OpenAPI document; error answers: openapi/", "documented",
)  # fmt: skip


def rule_of(check: str) -> Rule:
    """The rule of a check of schemathesis, by its name."""
    return CHECKS.get(check, OTHER)

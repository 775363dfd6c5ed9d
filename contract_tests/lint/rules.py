"""Every rule of the linter: its usual level, what it asks for, and where that comes from."""

from __future__ import annotations

from dataclasses import dataclass

from contract_tests.lint.finding import Finding, Level
from contract_tests.lint.spot import Spot

_SPEC = "Arazzo 1.0.1, "


@dataclass(frozen=True, slots=True)
class Rule:
    """source: a section of the specification, or the reason for a rule of sense."""

    id: str
    level: Level
    title: str
    source: str


def _spec(id: str, level: Level, title: str, section: str) -> Rule:
    return Rule(id, level, title, _SPEC + section)


_STRUCTURE = (
    Rule("syntax", "error", "a document is YAML or JSON", "Arazzo 1.0.1, Format"),
    _spec(
        "unsupported-version",
        "error",
        "the version is 1.0.x",
        "Arazzo Specification Object, arazzo",
    ),
    _spec(
        "missing-field",
        "error",
        "required fields are there",
        "Schema (fixed fields of each object)",
    ),
    _spec(
        "unknown-field",
        "error",
        "only known fields and x- extensions are used",
        "Schema; Specification Extensions",
    ),
    _spec(
        "wrong-type",
        "error",
        "fields have the type that they should have",
        "Schema (fixed fields of each object)",
    ),
    _spec(
        "bad-value",
        "error",
        "fields have a value that is allowed",
        "Schema (fixed fields of each object)",
    ),
    _spec(
        "inputs-schema",
        "error",
        "a workflow's inputs are a JSON Schema of 2020-12",
        "Workflow Object, inputs",
    ),
    _spec(
        "name-characters",
        "warning",
        "ids and names use the characters that tools expect",
        "workflowId, stepId, name (SHOULD)",
    ),
    _spec(
        "duplicate",
        "error",
        "ids, names and parameters are unique",
        "Workflow Object, Step Object, Parameter Object",
    ),
    _spec(
        "one-target",
        "error",
        "a step calls exactly one thing",
        "Step Object, operationId, operationPath, workflowId",
    ),
    _spec(
        "action-target",
        "error",
        "an action names one target at most, and a goto names one",
        "Success Action Object; Failure Action Object",
    ),
    _spec(
        "field-without-effect",
        "warning",
        "no field stands where it has no effect",
        "Failure Action Object, retryAfter, retryLimit",
    ),
)
_REFERENCES = (
    _spec(
        "source-not-found",
        "error",
        "a source description leads to a document",
        "Source Description Object, url",
    ),
    _spec(
        "bare-operation-id",
        "error",
        "with several sources an operationId is qualified",
        "Step Object, operationId (MUST)",
    ),
    _spec(
        "operation-unknown",
        "error",
        "a step's operation exists",
        "Step Object, operationId, operationPath",
    ),
    _spec("operation-ambiguous", "error", "a step's operation is one", "Step Object, operationId"),
    _spec(
        "operation-path-malformed",
        "error",
        "an operationPath is a source and a JSON Pointer",
        "Step Object, operationPath (MUST)",
    ),
    _spec(
        "operation-path-avoidable",
        "warning",
        "an operation that has an operationId is called by it",
        "Step Object, operationPath (SHOULD)",
    ),
    _spec(
        "operation-path-braces",
        "note",
        "braces hold expressions and nothing else",
        "Runtime Expressions (1.0.1 has no grammar for literal braces, 1.1.0 forbids them)",
    ),
    _spec(
        "workflow-unknown",
        "error",
        "a workflow that is named exists",
        "Workflow Object, workflowId",
    ),
    _spec(
        "step-unknown",
        "error",
        "a step that is named exists in the workflow",
        "Success Action Object, stepId; Runtime Expressions",
    ),
    _spec(
        "component-unknown",
        "error",
        "a reference leads to a component of the right kind",
        "Reusable Object, reference",
    ),
    _spec("component-unused", "note", "components are used", "Components Object"),
    _spec("source-unused", "note", "sources are used", "Source Description Object"),
    _spec(
        "dependency-loop",
        "error",
        "workflows do not depend on themselves",
        "Workflow Object, dependsOn",
    ),
)
_EXPRESSIONS = (
    _spec("expression-malformed", "error", "expressions follow the grammar", "Runtime Expressions"),
    _spec(
        "bare-embedding",
        "error",
        "an expression inside text stands in braces",
        "Runtime Expressions (embedding)",
    ),
    _spec(
        "input-undeclared", "error", "inputs that are used are declared", "Workflow Object, inputs"
    ),
    _spec(
        "input-unused", "warning", "inputs that are required are used", "Workflow Object, inputs"
    ),
    _spec(
        "input-may-be-absent",
        "note",
        "an input that may be left out has a default where it is used",
        "Runtime Expressions (silent on what a missing value becomes)",
    ),
    _spec(
        "output-unknown",
        "error",
        "outputs that are used exist",
        "Step Object, outputs; Workflow Object, outputs",
    ),
    _spec(
        "output-literal",
        "error",
        "an output is a runtime expression",
        "Step Object, outputs; Workflow Object, outputs",
    ),
    _spec(
        "output-before-step",
        "error",
        "outputs are used after the step that gives them",
        "Runtime Expressions, $steps",
    ),
    _spec(
        "answer-too-early",
        "error",
        "an answer is used after the request",
        "Runtime Expressions, $response, $statusCode",
    ),
    Rule(
        "answer-field-unknown",
        "error",
        "fields of an answer are ones that the OpenAPI document has",
        "the answer's schema in the OpenAPI document",
    ),
)
_CRITERIA = (
    _spec(
        "condition-malformed",
        "error",
        "simple conditions follow the grammar",
        "Criterion Object, condition",
    ),
    _spec(
        "jsonpath-invalid",
        "error",
        "a JSONPath condition is an RFC 9535 query",
        "Criterion Object, type (MUST)",
    ),
    _spec(
        "regex-invalid",
        "error",
        "a regex condition is a regular expression",
        "Criterion Object, type",
    ),
    _spec(
        "xpath-unsupported",
        "warning",
        "XPath conditions look at XML; Knock answers JSON",
        "Criterion Object, type",
    ),
    Rule(
        "criterion-never-true",
        "warning",
        "a criterion can be true for some answer",
        "tried with every documented status and every state of a bulk operation",
    ),
    Rule(
        "value-not-possible",
        "error",
        "a field is compared with values that it can have",
        "the enum in the OpenAPI document",
    ),
    _spec(
        "success-criteria-omitted",
        "warning",
        "a step says what success is",
        "Step Object, successCriteria (silent where omitted)",
    ),
    Rule(
        "success-criteria-too-wide",
        "error",
        "a refusal is no success",
        "a 401 or a 500 answer was counted as a success",
    ),
)
_REQUESTS = (
    _spec(
        "parameter-location-missing",
        "error",
        "a parameter of an operation says where it goes",
        "Parameter Object, in (MUST)",
    ),
    Rule(
        "parameter-unknown",
        "error",
        "parameters are ones that the operation has",
        "the operation's parameters in the OpenAPI document",
    ),
    Rule(
        "parameter-required",
        "error",
        "required parameters are given",
        "the operation's parameters in the OpenAPI document",
    ),
    Rule(
        "parameter-value",
        "error",
        "a literal parameter fits its schema",
        "the parameter's schema in the OpenAPI document",
    ),
    Rule(
        "authorization-parameter",
        "note",
        "credentials are given once",
        "Arazzo 1.0.1, Parameter Object (precedence over the OpenAPI security scheme is undefined)",
    ),
    Rule(
        "idempotency-key-constant",
        "warning",
        "an Idempotency-Key differs from run to run",
        "Knock docs, idempotent requests: within 24 hours a known key starts nothing new",
    ),
    Rule(
        "body-required",
        "error",
        "a required request body is given",
        "the operation's requestBody in the OpenAPI document",
    ),
    Rule(
        "body-unexpected",
        "warning",
        "a body goes to operations that take one",
        "the operation's requestBody in the OpenAPI document",
    ),
    Rule(
        "body-schema",
        "error",
        "what is literal in a body fits its schema",
        "the request body's schema in the OpenAPI document",
    ),
    Rule(
        "content-type-unknown",
        "error",
        "a body has a content type that the operation takes",
        "the operation's requestBody in the OpenAPI document",
    ),
)
_CONTROL = (
    _spec("step-unreachable", "warning", "every step can be reached", "Step Object, onSuccess"),
    _spec(
        "action-shadowed",
        "warning",
        "every action can apply",
        "Success Action Object (the first that applies is taken)",
    ),
    _spec(
        "loop-unbounded",
        "error",
        "a loop has a bound",
        "Success Action Object (a goto has no limit; the tool is a retry with retryLimit)",
    ),
    _spec(
        "loop-without-wait",
        "warning",
        "a loop waits",
        "Success Action Object (a goto has no delay; the tool is a retry with retryAfter)",
    ),
    _spec(
        "retry-limit-missing",
        "warning",
        "a retry says how often",
        "Failure Action Object, retryLimit (one where omitted)",
    ),
    _spec(
        "retry-after-missing",
        "warning",
        "a retry says how long it waits",
        "Failure Action Object, retryAfter",
    ),
    Rule(
        "retry-unreasonable",
        "warning",
        "a retry ends in reasonable time",
        "more than 1,000 tries, or more than a day",
    ),
    _spec(
        "failure-not-covered",
        "note",
        "failure actions cover every failure",
        "Step Object, onFailure (silent where none applies)",
    ),
)
_SENSE = (
    Rule(
        "failed-not-handled",
        "error",
        "a step that polls decides what follows a failed operation",
        _SPEC + "Step Object, onSuccess (silent where none applies; other runners go on)",
    ),
    Rule(
        "outcome-not-covered",
        "warning",
        "a step that polls decides what follows every state",
        _SPEC + "Step Object, onSuccess (silent where none applies; other runners go on)",
    ),
    Rule(
        "failed-rows-not-looked-at",
        "error",
        "rows that failed are looked at before anybody is notified",
        "Knock: it ends completed with failed rows too; error_count and error_items tell",
    ),
    Rule(
        "notify-after-failed",
        "error",
        "nobody is notified after an operation that failed",
        "a failed import leaves users out",
    ),
    Rule(
        "notify-before-completed",
        "error",
        "nobody is notified before the operation was seen completed",
        "Knock: rows take effect one by one, until the operation ends",
    ),
    Rule(
        "poll-id-unknown",
        "error",
        "what is polled is the operation that was submitted",
        "Knock: the id of a bulk operation is in the answer to the bulk call",
    ),
    Rule(
        "operation-not-awaited",
        "warning",
        "a bulk operation is polled to its end",
        "Knock: a bulk call answers queued; that it was taken says nothing of its rows",
    ),
    Rule(
        "failure-as-success",
        "error",
        "a failure is reported as a failure",
        "a caller sees how the flow ended, and not the operation's status",
    ),
    Rule(
        "double-submit",
        "error",
        "rows are not submitted again while the first call may have been taken",
        "a cut connection does not say whether the request arrived",
    ),
    Rule(
        "double-notify",
        "error",
        "a trigger is repeated with an Idempotency-Key only",
        "Knock docs, idempotent requests",
    ),
    Rule("retry-after-ignored", "error", "Retry-After is waited for", "RFC 9110, 10.2.3"),
    Rule(
        "polls-after-end",
        "warning",
        "polling stops when the operation has ended",
        "an operation that has ended does not change again",
    ),
)

FAMILIES = {
    "structure": _STRUCTURE,
    "references": _REFERENCES,
    "expressions": _EXPRESSIONS,
    "criteria": _CRITERIA,
    "requests": _REQUESTS,
    "control flow": _CONTROL,
    "sense": _SENSE,
}
RULES = {rule.id: rule for family in FAMILIES.values() for rule in family}


def found(rule: str, spot: Spot, message: str, mend: str, level: Level | None = None) -> Finding:
    """A finding of that rule at that place; the file and the line are filled in later."""
    known = RULES[rule]
    return Finding(rule, level or known.level, message, mend, known.source, "", spot.pointer)

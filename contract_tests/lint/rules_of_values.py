"""Rules of values: expressions, criteria, and what is sent."""

from __future__ import annotations

from contract_tests.lint.rule import Rule, spec

EXPRESSIONS = (
    spec("expression-malformed", "error", "expressions follow the grammar", "Runtime Expressions"),
    spec(
        "bare-embedding",
        "error",
        "an expression inside text stands in braces",
        "Runtime Expressions (embedding)",
    ),
    spec(
        "input-undeclared", "error", "inputs that are used are declared", "Workflow Object, inputs"
    ),
    spec("input-unused", "warning", "inputs that are required are used", "Workflow Object, inputs"),
    spec(
        "input-may-be-absent",
        "note",
        "an input that may be left out has a default where it is used",
        "Runtime Expressions (silent on what a missing value becomes)",
    ),
    spec(
        "output-unknown",
        "error",
        "outputs that are used exist",
        "Step Object, outputs; Workflow Object, outputs",
    ),
    spec(
        "output-literal",
        "error",
        "an output is a runtime expression",
        "Step Object, outputs; Workflow Object, outputs",
    ),
    Rule(
        "output-twice",
        "warning",
        "each output has a value of its own",
        "two with the same value, one of which has the name of another step's output",
    ),
    spec(
        "output-before-step",
        "error",
        "outputs are used after the step that gives them",
        "Runtime Expressions, $steps",
    ),
    spec(
        "answer-too-early",
        "error",
        "an answer is used after the request",
        "Runtime Expressions, $response, $statusCode",
    ),
    spec(
        "answer-of-no-request",
        "error",
        "an answer is taken of a step that has one, and of a part that answers have",
        "Runtime Expressions, $request, $response",
    ),
    spec(
        "request-part-unknown",
        "error",
        "what is taken of a request is in it",
        "Runtime Expressions, $request",
    ),
    Rule(
        "answer-field-unknown",
        "error",
        "fields of an answer are ones that the OpenAPI document has",
        "the answer's schema in the OpenAPI document",
    ),
)

CRITERIA = (
    spec(
        "condition-malformed",
        "error",
        "simple conditions follow the grammar",
        "Criterion Object, condition",
    ),
    spec(
        "jsonpath-invalid",
        "error",
        "a JSONPath condition is an RFC 9535 query",
        "Criterion Object, type (MUST)",
    ),
    spec(
        "regex-invalid",
        "error",
        "a regex condition is a regular expression",
        "Criterion Object, type",
    ),
    spec(
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
        "criterion-always-true",
        "warning",
        "a criterion tells some answers from others",
        "tried with every state of a bulk operation",
    ),
    spec(
        "compared-types",
        "note",
        "a number is compared with a number",
        "Criterion Object (loose comparisons; not said which types are brought together)",
    ),
    Rule(
        "value-not-possible",
        "error",
        "a field is compared with values that it can have",
        "the enum in the OpenAPI document",
    ),
    spec(
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

REQUESTS = (
    spec(
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
    spec(
        "workflow-inputs",
        "error",
        "a workflow that is called is given the inputs that it requires, and none that it lacks",
        "Parameter Object (those of a step that calls a workflow are its inputs)",
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
        "error",
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
INPUTS = (
    Rule(
        "required-undeclared",
        "warning",
        "an input that is required is declared",
        "the schema of the inputs: nobody can tell what a property is that is only required",
    ),
    Rule(
        "inputs-too-wide",
        "warning",
        "the inputs allow no more than the operations take",
        "the operation's schema in the OpenAPI document",
    ),
)

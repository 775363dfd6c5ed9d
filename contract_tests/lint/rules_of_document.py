"""Rules of what stands in the document: its structure and where it refers to."""

from __future__ import annotations

from contract_tests.lint.rule import Rule, spec

STRUCTURE = (
    Rule("syntax", "error", "a document is YAML or JSON", "Arazzo 1.0.1, Format"),
    spec(
        "unsupported-version",
        "error",
        "the version is 1.0.x",
        "Arazzo Specification Object, arazzo",
    ),
    spec(
        "missing-field",
        "error",
        "required fields are there",
        "Schema (fixed fields of each object)",
    ),
    spec(
        "unknown-field",
        "error",
        "only known fields and x- extensions are used",
        "Schema; Specification Extensions",
    ),
    spec(
        "wrong-type",
        "error",
        "fields have the type that they should have",
        "Schema (fixed fields of each object)",
    ),
    spec(
        "bad-value",
        "error",
        "fields have a value that is allowed",
        "Schema (fixed fields of each object)",
    ),
    spec(
        "inputs-schema",
        "error",
        "a workflow's inputs are a JSON Schema of 2020-12",
        "Workflow Object, inputs",
    ),
    spec(
        "name-characters",
        "warning",
        "ids and names use the characters that tools expect",
        "workflowId, stepId, name (SHOULD)",
    ),
    spec(
        "duplicate",
        "error",
        "ids, names and parameters are unique",
        "Workflow Object, Step Object, Parameter Object",
    ),
    spec(
        "one-target",
        "error",
        "a step calls exactly one thing",
        "Step Object, operationId, operationPath, workflowId",
    ),
    spec(
        "action-target",
        "error",
        "an action names one target at most, and a goto names one",
        "Success Action Object; Failure Action Object",
    ),
    spec(
        "field-without-effect",
        "warning",
        "no field stands where it has no effect",
        "Failure Action Object, retryAfter, retryLimit",
    ),
)

REFERENCES = (
    spec(
        "source-not-found",
        "error",
        "a source description leads to a document",
        "Source Description Object, url",
    ),
    spec(
        "bare-operation-id",
        "error",
        "with several sources an operationId is qualified",
        "Step Object, operationId (MUST)",
    ),
    spec(
        "operation-unknown",
        "error",
        "a step's operation exists",
        "Step Object, operationId, operationPath",
    ),
    spec("operation-ambiguous", "error", "a step's operation is one", "Step Object, operationId"),
    spec(
        "operation-path-malformed",
        "error",
        "an operationPath is a source and a JSON Pointer",
        "Step Object, operationPath (MUST)",
    ),
    spec(
        "operation-path-avoidable",
        "warning",
        "an operation that has an operationId is called by it",
        "Step Object, operationPath (SHOULD)",
    ),
    spec(
        "operation-path-braces",
        "note",
        "braces hold expressions and nothing else",
        "Runtime Expressions (1.0.1 has no grammar for literal braces, 1.1.0 forbids them)",
    ),
    spec(
        "workflow-unknown",
        "error",
        "a workflow that is named exists",
        "Workflow Object, workflowId",
    ),
    spec(
        "step-unknown",
        "error",
        "a step that is named exists in the workflow",
        "Success Action Object, stepId; Runtime Expressions",
    ),
    spec(
        "component-unknown",
        "error",
        "a reference leads to a component of the right kind",
        "Reusable Object, reference",
    ),
    spec("component-unused", "note", "components are used", "Components Object"),
    spec("source-unused", "note", "sources are used", "Source Description Object"),
    spec(
        "dependency-loop",
        "error",
        "workflows do not depend on themselves",
        "Workflow Object, dependsOn",
    ),
)

"""What can go wrong before or beside a flow.

    FlowError
      DocumentError       a file is not a usable Arazzo or OpenAPI document
        LinkError         a reference in it leads nowhere, or to several places
      ExpressionError     a runtime expression cannot be read, or has no value where one is needed
      CriterionError      a criterion cannot be read, is unsupported, or is ill-typed
      RequestError        a step's parameters or body make no HTTP request
      InputError          the inputs do not fit the workflow

A network failure (`contract_tests.arazzo.transport.TransportError`) is no FlowError: it fails a
step, and the step's failure actions see to it.
"""

from __future__ import annotations


class FlowError(Exception):
    """Base of all errors that mean "this flow cannot be run as it stands"."""

    def __init__(self, message: str, place: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.place = place

    def __str__(self) -> str:
        return f"{self.place}: {self.message}" if self.place else self.message


class DocumentError(FlowError):
    """Raised when a file cannot be read, or breaks the structure that the specification gives.

    `place` is the file name and a JSON Pointer: `flow.arazzo.yml#/workflows/0/steps/1`.
    """


class LinkError(DocumentError):
    """Raised when a reference cannot be resolved, before any request is sent."""


class ExpressionError(FlowError):
    """Raised when a runtime expression is malformed, or has no value where a value is needed."""


class CriterionError(FlowError):
    """Raised when a criterion is malformed, of an unsupported type, or compares unlike things."""


class RequestError(FlowError):
    """Raised when no HTTP request can be made of a step's parameters and body."""


class InputError(FlowError):
    """Raised when the inputs break the workflow's `inputs` schema."""

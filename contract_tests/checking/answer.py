"""An answer in the hands of a check."""

from __future__ import annotations

from typing import Any

from contract_tests.checking.exchange import Exchange


class Answer:
    """The status, headers and JSON of one answer."""

    def __init__(self, exchange: Exchange) -> None:
        self.exchange = exchange
        self.status = exchange.status
        self.headers = exchange.answer_headers

    @property
    def json(self) -> Any:
        """The JSON of the body. Raises ValueError for what is none."""
        return self.exchange.answer

    @property
    def place(self) -> str:
        """The operation that answered."""
        return self.exchange.place

    def __repr__(self) -> str:
        return f"<{self.exchange.method} {self.exchange.target} -> {self.status}>"

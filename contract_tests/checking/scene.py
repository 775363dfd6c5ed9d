"""The stage of one check, or of one drawn case of it: keys, ids, and everything that was sent."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from types import TracebackType
from typing import TYPE_CHECKING, Any, Final, NoReturn
from urllib.parse import quote, urlencode

import httpx

from contract_tests.checking.answer import Answer
from contract_tests.checking.breach import Breach, RuleBroken, ServerGoneError, rule_broken
from contract_tests.checking.documents import Operation
from contract_tests.checking.exchange import Exchange
from contract_tests.checking.steps import Step, needed
from contract_tests.checking.target import CONTROL
from contract_tests.rules import Rule
from contract_tests.rules import protocol as rules

if TYPE_CHECKING:
    from contract_tests.checking.examiner import Examiner

NOTHING: Final = object()
_UNREADABLE = (KeyError, TypeError, AttributeError, IndexError, ValueError)
_TRIES_AT_LIMIT = 6
_SOUND_PLAN: Final = {
    "progress": "time", "queue_for": 1, "rows_per_second": 300, "duration": None,
    "outcome": "completed", "stop_in": "processing", "after_rows": None, "after_fraction": None,
    "failing_ids": [], "failing_positions": [], "failing_fraction": 0,
}  # fmt: skip
"""However the mock was started."""
Parameters = Sequence[tuple[str, str]] | Mapping[str, str]


class Scene:
    """Sends requests, remembers them, and judges.

    Every answer is judged by the rules that hold for all of them (documented status and schema,
    envelope, no 5xx). What is found so is raised when the scene ends, unless a rule of the check's
    own is broken first.
    """

    def __init__(self, examiner: Examiner, name: str) -> None:
        self.examiner = examiner
        self.target = examiner.target
        self.prefix = self.target.prefix(name)
        self.keys = self.target.open(name)
        self.exchanges: list[Exchange] = []
        self.opening: tuple[Exchange, ...] = ()
        self.noticed: list[Breach] = []
        self.limits_expected = False
        self._client = self.target.client()
        self._request_ids: set[str] = set()
        self._told: set[tuple[str, str]] = set()
        self._found: list[Exception] = []
        self._steps: list[Step] = []
        if self.target.controlled and not getattr(self.target, "frozen", True):
            self.control("PUT", "/clock", {"scale": 0})
            self.control("PUT", "/plans/default", _SOUND_PLAN)
            self.opening = tuple(self.exchanges)
            self.exchanges.clear()

    # Names

    def id(self, name: str) -> str:
        """An id of this scene's own; on shared servers it begins with the run's prefix."""
        return self.prefix + name

    # Sending

    def get(self, path: str, params: Parameters = (), **more: Any) -> Answer:
        """GET with the secret key."""
        return self.send("GET", path, params=params, **more)

    def put(self, path: str, body: Any = NOTHING, **more: Any) -> Answer:
        """PUT of a JSON body with the secret key."""
        return self.send("PUT", path, body, **more)

    def post(self, path: str, body: Any = NOTHING, **more: Any) -> Answer:
        """POST of a JSON body with the secret key."""
        return self.send("POST", path, body, **more)

    def delete(self, path: str, body: Any = NOTHING, **more: Any) -> Answer:
        """DELETE with the secret key."""
        return self.send("DELETE", path, body, **more)

    def send(
        self,
        method: str,
        path: str,
        body: Any = NOTHING,
        *,
        params: Parameters = (),
        content: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        shown: Mapping[str, str] | None = None,
        key: str | None = "KNOCK_API_KEY",
    ) -> Answer:
        """One request; `key` is the variable of the key or a form of it, None sends none.

        shown: headers as a shell has to write them, where a key is wrapped up in them.

        A 429 is waited out and tried again, unless the scene is about limits. Raises RuleBroken for
        a 5xx and for an answer that is none, ServerGoneError when nobody is there any more.
        """
        pairs = list(params.items() if isinstance(params, Mapping) else params)
        query = f"?{urlencode(pairs, quote_via=quote)}" if pairs else ""
        data = content
        sent = dict(headers or {})
        if body is not NOTHING:
            data = json.dumps(body, ensure_ascii=False).encode()
        if data is not None and "content-type" not in {name.lower() for name in sent}:
            sent["content-type"] = "application/json"
        operation = self.examiner.documents.find(method, path)
        for _ in range(_TRIES_AT_LIMIT):
            self.examiner.pace(operation)
            answer = self._one(method, path + query, data or b"", sent, key, operation, shown=shown)
            if answer.status != 429 or self.limits_expected:
                break
            self.pass_time(_retry_after(answer), key=key or "KNOCK_API_KEY")
        return answer

    def control(
        self, method: str, path: str, body: Any = NOTHING, *, key: str = "KNOCK_API_KEY"
    ) -> Answer:
        """One call of the mock's control plane, for the environment of that key."""
        data = b"" if body is NOTHING else json.dumps(body).encode()
        headers = {"content-type": "application/json"} if data else {}
        return self._one(method, CONTROL + path, data, headers, key, None, control=True)

    def _one(
        self,
        method: str,
        target: str,
        data: bytes,
        headers: Mapping[str, str],
        key: str | None,
        operation: Operation | None,
        *,
        control: bool = False,
        shown: Mapping[str, str] | None = None,
    ) -> Answer:
        sent = dict(headers)
        if key is not None:
            sent["authorization"] = f"Bearer {self.keys.value(key)}"
        seen = {**self._masked(headers), **(shown or {})}
        told = self._masked({"": target})[""]
        try:
            response = self._client.request(method, target, content=data, headers=sent)
        except httpx.HTTPError as error:
            self._not_answered(method, told, data, seen, key, operation, error)
        exchange = Exchange(
            method=method,
            target=told,
            headers=seen,
            body=data,
            key=key or "",
            status=response.status_code,
            answer_headers={n.lower(): v for n, v in response.headers.items()},
            answer_body=response.content,
            operation="" if operation is None else operation.id,
            control=control,
        )
        self.exchanges.append(exchange)
        if not control:
            self._judge(exchange, operation, response)
        return Answer(exchange)

    def _not_answered(
        self,
        method: str,
        target: str,
        data: bytes,
        headers: Mapping[str, str],
        key: str | None,
        operation: Operation | None,
        error: httpx.HTTPError,
    ) -> NoReturn:
        name = "" if operation is None else operation.id
        self.exchanges.append(Exchange(method, target, headers, data, key or "", 0, {}, b"", name))
        try:
            self._client.get("/")
        except httpx.ConnectError:
            raise ServerGoneError(f"{self.target.url} does not answer any more: {error}") from None
        except httpx.HTTPError:
            pass
        place = name or f"{method} {target}"
        self.broken(rules.ANSWERED, f"no answer: {type(error).__name__}: {error}", place)

    def _masked(self, headers: Mapping[str, str]) -> dict[str, str]:
        """The headers, with keys in them under the name of their variable."""
        masked = dict(headers)
        for variable, key in self.keys.variables().items():
            masked = {name: text.replace(key, f"${variable}") for name, text in masked.items()}
        return masked

    # Judging

    def require(self, rule: Rule, condition: object, detail: str, place: str = "") -> None:
        """Raise RuleBroken when the rule does not hold; count that it was judged."""
        self.examiner.judged(rule, place=place or self._last_place())
        if not condition:
            self.broken(rule, detail, place)

    def broken(self, rule: Rule, detail: str, place: str = "") -> NoReturn:
        """Raise RuleBroken: this rule, and what was noticed on the way."""
        self.examiner.judged(rule, place=place or self._last_place())
        breach = Breach(rule, detail, place or self._last_place())
        self._raise([breach, *self.noticed])

    def all_broken(self, breaches: Sequence[Breach]) -> None:
        """Raise RuleBroken when there are any."""
        if breaches:
            self._raise([*breaches, *self.noticed])

    def ok(self, answer: Answer, rule: Rule = rules.GOOD_REQUESTS) -> Any:
        """The JSON of a documented success (None for a 204). Raises RuleBroken for another."""
        operation = self.examiner.documents.find(
            answer.exchange.method, answer.exchange.target.partition("?")[0]
        )
        wanted = 200 if operation is None else operation.success
        told = answer.exchange.answer_body[:200].decode("utf-8", errors="replace")
        self.require(
            rule, answer.status == wanted, f"answered {answer.status} {told}", answer.place
        )
        if wanted == 204:
            return None
        self.examiner.judged(rules.READABLE, place=answer.place)
        try:
            return answer.json
        except ValueError:
            self.broken(rules.READABLE, f"no JSON: {told!r}", answer.place)

    def _raise(self, breaches: Sequence[Breach], cause: Exception | None = None) -> NoReturn:
        error = rule_broken(breaches, self.exchanges)
        error.opening = self.opening
        self.examiner.saw(error)
        raise error from cause

    def _judge(
        self, exchange: Exchange, operation: Operation | None, response: httpx.Response
    ) -> None:
        if operation is not None:
            self.examiner.coverage.answers[operation.id, exchange.status] += 1
        place = exchange.place
        if exchange.status >= 500:
            self.broken(rules.NO_SERVER_ERROR, f"answered {exchange.status}", place)
        self.examiner.judged(rules.NO_SERVER_ERROR, rules.ANSWERED, rules.REQUEST_ID, place=place)
        request_id = exchange.answer_headers.get("x-request-id")
        if not request_id:
            self.notice(rules.REQUEST_ID, "no x-request-id", place)
        elif request_id in self._request_ids:
            self.notice(rules.REQUEST_ID, f"{request_id} came with another answer too", place)
        self._request_ids.add(request_id or "")
        if exchange.status >= 400:
            self.examiner.judged(rules.ENVELOPE, place=place)
            problem = _envelope_problem(exchange)
            if problem:
                self.notice(rules.ENVELOPE, problem, place)
        if operation is not None:
            self.examiner.judged(
                rules.DOCUMENTED_STATUS, rules.CONTENT_TYPE, rules.SCHEMA, place=place
            )
            for rule, detail in self.examiner.documents.faults(operation, response):
                self.notice(rule, f"{exchange.status}: {detail}", place)

    def notice(self, rule: Rule, detail: str, place: str) -> None:
        """Remember a broken rule, to be raised when the scene ends; each only once in a run."""
        if (rule.id, place) not in self._told and self.examiner.is_news(rule, place):
            self._told.add((rule.id, place))
            self.noticed.append(Breach(rule, detail, place))

    def _last_place(self) -> str:
        return self.exchanges[-1].place if self.exchanges else ""

    # Time

    def pass_time(self, seconds: float, *, key: str = "KNOCK_API_KEY") -> None:
        """Let time pass: the mock's clock is moved, any other server is waited for."""
        if self.target.controlled:
            self.control("POST", "/clock/advance", {"seconds": seconds}, key=key)
        else:
            time.sleep(seconds)

    # Beginning and end

    @contextmanager
    def step(self, *texts: str) -> Iterator[None]:
        """A step of the ground, which cases rest on that mention any of these texts."""
        begin = len(self.exchanges)
        yield
        self.made_by(begin, *texts)

    def made_by(self, begin: int, *texts: str) -> None:
        """The same, of a step that began with that exchange and is over."""
        self._steps.append((frozenset(texts), tuple(self.exchanges[begin:])))

    @contextmanager
    def case(self) -> Iterator[None]:
        """One of many cases on the same ground.

        Where it breaks a rule, its requests are shown behind those steps of the ground that they
        rest on, without those of other cases; the next one is tried all the same, and the scene
        raises them all in its end.
        """
        begin, before = len(self.exchanges), self.noticed
        self.noticed = []
        try:
            try:
                yield
            except _UNREADABLE as error:
                self.unreadable(error)
            self.all_broken(self.noticed)
        except RuleBroken as broken:
            if self._steps and broken.exchanges == tuple(self.exchanges):
                own = self.exchanges[begin:]
                before_it = self.exchanges[:begin]
                broken.exchanges = (*needed(self._steps, before_it, own), *own)
            self._found.append(broken)
        finally:
            self.noticed = before
            self.examiner.remember(self)
            del self.exchanges[begin:]

    def __enter__(self) -> Scene:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()
        if isinstance(error, RuleBroken):
            self._found.append(error)
        elif error is None or isinstance(error, _UNREADABLE):
            try:
                if error is not None:
                    self.unreadable(error)
                self.all_broken(self.noticed)
            except RuleBroken as broken:
                self._found.append(broken)
        else:
            return
        if len(self._found) > 1:
            raise ExceptionGroup(f"{len(self._found)} cases broke a rule", self._found)
        if self._found and self._found[0] is not error:
            raise self._found[0]

    def unreadable(self, error: Exception) -> NoReturn:
        """Raise RuleBroken for an answer that had not what the check looked for in it."""
        if self.noticed:
            self._raise(self.noticed, error)
        told = f"{type(error).__name__}: {error}"
        breach = Breach(rules.READABLE, f"reading the answer ended in {told}", self._last_place())
        self._raise([breach], error)

    def close(self) -> None:
        """Give the connection back, and the environment."""
        self._client.close()
        self.target.close(self.keys)
        self.examiner.remember(self)


def _envelope_problem(exchange: Exchange) -> str:
    try:
        body = exchange.answer
    except ValueError:
        return f"{exchange.status} without a JSON body"
    if not isinstance(body, dict):
        return f"{exchange.status} with JSON that is no object"
    for name in ("code", "message", "type"):
        if not isinstance(body.get(name), str) or not body[name]:
            return f"{exchange.status} whose {name} is {body.get(name)!r}"
    if body.get("status") != exchange.status:
        return f"{exchange.status} whose body has the status {body.get('status')!r}"
    return ""


def _retry_after(answer: Answer) -> float:
    try:
        return max(0.1, min(60.0, float(answer.headers.get("retry-after", "1"))))
    except ValueError:
        return 1.0

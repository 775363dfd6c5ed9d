"""One run over one target: opens scenes, draws cases, and collects what was found."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Mapping
from functools import cached_property
from hashlib import blake2b
from typing import Any

from hypothesis import given, seed, settings
from hypothesis.errors import HypothesisException
from hypothesis.strategies import SearchStrategy

from contract_tests.checking.breach import Breach, RuleBroken, breaches_in
from contract_tests.checking.check import Check
from contract_tests.checking.coverage import Coverage
from contract_tests.checking.curl import curl_lines, worth_showing
from contract_tests.checking.documents import Operation, the_documents
from contract_tests.checking.made import Made
from contract_tests.checking.pace import Pace
from contract_tests.checking.profile import Profile
from contract_tests.checking.scene import Scene
from contract_tests.checking.target import Target
from contract_tests.conformance.generated import PHASES
from contract_tests.conformance.work import GeneratedWork
from contract_tests.drawn_cases import case_settings
from contract_tests.reports.finding import Finding, Findings
from contract_tests.rules import Rule

_NOT_ALWAYS = "The server did not behave alike when the case was repeated: as it was first seen."
_PAUSE = 1.2
"""Real seconds between bulk calls: their tier lets one through in a second."""


class Examiner:
    """Runs checks and remembers: findings, rules judged and not judged, coverage.

    seed: repeats the drawn cases.
    phases: of schemathesis, those that are wanted.
    """

    def __init__(self, target: Target, profile: Profile, seed: int) -> None:
        self.target = target
        self.profile = profile
        self.seed = seed
        self.documents = the_documents()
        self.coverage = Coverage()
        self._operations = frozenset(operation.id for operation in self.documents.operations)
        self.findings = Findings(accuse_design=not target.real)
        self.judgements: Counter[str] = Counter()
        self.judged_at: dict[str, set[str]] = {}
        self.not_judged: dict[str, str] = {}
        self.made = Made()
        self.told: list[str] = []
        self.phases: Collection[str] = PHASES
        self._seen: dict[str, RuleBroken] = {}
        self._news: set[tuple[str, str]] = set()
        self._scenes = 0
        self._pace = Pace() if target.real else None

    def run(self, check: Check) -> list[Finding]:
        """Carry a check out; answers what it found. Raises ServerGoneError."""
        self._seen.clear()
        try:
            check.run(self)
        except (RuleBroken, BaseExceptionGroup, HypothesisException) as error:
            found = breaches_in(error)
            if not found and isinstance(error, HypothesisException):
                # The server behaved otherwise when the case was repeated.
                found = list(self._seen.values())
                for broken in found:
                    broken.add_note(_NOT_ALWAYS)
            if not found:
                raise
            new = [finding for broken in found for finding in self._findings(check, broken)]
            for finding in new:
                self._news.update((finding.rule.id, breach) for breach in finding.places)
            return self.findings.add(new)
        return []

    def saw(self, broken: RuleBroken) -> None:
        """A rule was broken in a scene: the smallest case of each is kept until its check ends."""
        rule = broken.breaches[0].rule.id
        known = self._seen.get(rule)
        if known is None or len(broken.exchanges) < len(known.exchanges):
            self._seen[rule] = broken

    def lacking(self, check: Check) -> str | None:
        """Why the check cannot be carried out here, None when it can."""
        for capability in check.needs:
            reason = self.target.lacks(capability)
            if reason is not None:
                for rule in check.rules:
                    self.not_judged.setdefault(rule.id, reason)
                return reason
        return None

    def scene(self) -> Scene:
        """A fresh scene. The caller closes it."""
        self._scenes += 1
        return Scene(self, f"{self._scenes}")

    def for_all(
        self,
        function: Callable[..., None],
        strategies: Mapping[str, SearchStrategy[Any]],
        *,
        name: str,
        examples: int | None = None,
    ) -> None:
        """Call the function for drawn cases, each in a scene of its own, and shrink a failing one.

        Raises RuleBroken, or a group with one for each rule that is broken.
        """

        def case(**drawn: Any) -> None:
            with self.scene() as scene:
                function(scene, **drawn)

        case.__name__ = re.sub(r"\W+", "_", name)
        test = self.settings(examples or self.profile.examples)(given(**strategies)(case))
        seed(self.seed_of(name))(test)()

    def settings(self, examples: int, steps: int = 50) -> settings:
        """Hypothesis' settings for this run."""
        return case_settings(examples, shrink=self.profile.shrink, steps=steps)

    def seed_of(self, name: str) -> int:
        """The seed for the cases of one check: it does not depend on which others run."""
        digest = blake2b(f"{self.seed}/{name}".encode(), digest_size=6).digest()
        return int.from_bytes(digest)

    def pace(self, operation: Operation | None) -> None:
        """Wait as long as a real environment's rate limits ask for."""
        if self._pace is not None:
            self._pace.wait(operation)

    def judged(self, *rules: Rule, place: str = "", cases: int = 1) -> None:
        """Count that rules were judged, and at which operation."""
        for rule in rules:
            self.judgements[rule.id] += cases
            if place in self._operations:
                self.judged_at.setdefault(rule.id, set()).add(place)

    @cached_property
    def generated(self) -> GeneratedWork:
        """What schemathesis does, beside everything else. It starts when first asked for."""
        return GeneratedWork(self.target, self.profile, self.seed, self.phases)

    def tell(self, note: str) -> None:
        """Something that whoever reads the report should know, once."""
        if note not in self.told:
            self.told.append(note)

    def close(self) -> None:
        """Stop what goes on beside, and remove what was made on a server that others use too."""
        if "generated" in self.__dict__:
            self.generated.close()
        if self.target.real or not self.target.controlled:
            with self.target.client() as client:
                key = self.target.open("cleaning").secret
                client.headers["authorization"] = f"Bearer {key}"
                count = self.made.remove(client, _PAUSE if self.target.real else 0)
            if count:
                self.tell(f"{count} ids that the run had made were deleted again")

    def say(self, reason: str, *rules: Rule) -> None:
        """Tell why these rules were not judged."""
        for rule in rules:
            self.not_judged.setdefault(rule.id, reason)

    def is_news(self, rule: Rule, place: str) -> bool:
        """Whether that rule was not yet found broken at that place."""
        return (rule.id, place) not in self._news

    def remember(self, scene: Scene) -> None:
        """A scene is over: what it has made on a shared server is to be removed in the end."""
        if scene.prefix:
            self.made.note(scene.exchanges, scene.prefix)

    def _findings(self, check: Check, broken: RuleBroken) -> list[Finding]:
        case = "\n".join(getattr(broken, "__notes__", []))
        shown = worth_showing(broken.opening, broken.exchanges)
        lines = broken.curl or tuple(curl_lines(shown, self.target.url))

        def finding(breach: Breach) -> Finding:
            return Finding(
                rule=breach.rule,
                suite=check.suite,
                check=check.name,
                detail=breach.detail,
                places=(breach.place,),
                case=case,
                curl=lines,
                exchanges=broken.exchanges,
                seed=self.seed,
            )

        return [finding(breach) for breach in broken.breaches]

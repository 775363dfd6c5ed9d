"""The checks of the suite `conformance`."""

from __future__ import annotations

from contract_tests.checking.breach import Breach, rule_broken
from contract_tests.checking.check import Check, add_check
from contract_tests.checking.examiner import Examiner
from contract_tests.conformance.generated import KEY_CHECK, PHASES, Failed
from contract_tests.rules.schemathesis_rules import CHECKS, rule_of

SUITE = "conformance"
_ANY_KEY = "a mock-knock takes any key for an environment of its own"
_NAMES = {
    "examples": "schemathesis, the examples of the documents",
    "coverage": "schemathesis, every boundary of every field, good and bad",
    "fuzzing": "schemathesis, drawn requests, good and bad",
    "stateful": "schemathesis, sequences of calls along the links",
}


def _generated(phase: str) -> Check:
    def run(examiner: Examiner) -> None:
        failed: list[Failed] = []
        for outcome in examiner.generated.outcomes(phase):
            failed += outcome.failed
            for (operation, status), count in outcome.answers.items():
                examiner.coverage.answers[operation, status] += count
            for (name, operation), count in outcome.checks.items():
                examiner.judged(rule_of(name), place=operation, cases=count)
            if outcome.part.any_key:
                examiner.say(_ANY_KEY, rule_of(KEY_CHECK))
            for error in outcome.errors:
                examiner.tell(f"schemathesis, {phase}: {error}")
            if outcome.part.reads_only:
                examiner.tell(f"schemathesis, {phase}: only what is read, at a slow pace")
        if failed:
            errors = [_broken(examiner, one) for one in failed]
            raise ExceptionGroup(f"{len(failed)} of schemathesis' checks failed", errors)

    return Check(SUITE, _NAMES[phase], tuple(CHECKS.values()), (), run, beside=phase)


def _broken(examiner: Examiner, failed: Failed) -> Exception:
    detail = f"{failed.title}: {' '.join(failed.message.split())[:400]}"
    operation = examiner.documents.find_template(failed.operation)
    error = rule_broken([Breach(rule_of(failed.check), detail, operation)], ())
    error.curl = tuple(failed.curl)
    return error


for _phase in PHASES:
    add_check(_generated(_phase))

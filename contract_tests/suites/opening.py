"""From options to a session: which server, how thorough, with which seed."""

from __future__ import annotations

import random
import secrets
from contextlib import ExitStack
from dataclasses import dataclass

from contract_tests.checking.examiner import Examiner
from contract_tests.checking.profile import PROFILES
from contract_tests.checking.target import REAL_HOSTS, Keys, Target, find_target, own_mock
from contract_tests.suites.session import KitSession

DEFAULT_KEY = "sk_contract"


class OptionError(ValueError):
    """Raised for options that make no sense together; the text says how to mend them."""


@dataclass(frozen=True, slots=True)
class Options:
    """What both doors, `knock-contract check` and pytest, let be chosen.

    server: URL of the server, None for a mock-knock of the kit's own.
    api_key, other_api_key, public_key: keys of the server; a mock-knock takes any.
    workflow: a workflow that may be triggered; on a mock-knock any will do.
    profile: name of a profile. seed: repeats a run; None leaves it to the profile.
    real: whether the server is a real Knock environment, whatever its host is called.
    control: whether a mock-knock's control plane is used where there is one.
    patience: seconds that slow things may take on a server whose clock cannot be moved.
    """

    server: str | None = None
    api_key: str | None = None
    other_api_key: str | None = None
    public_key: str | None = None
    workflow: str = ""
    profile: str = "dev"
    seed: int | None = None
    real: bool = False
    control: bool = True
    patience: float | None = None


def open_session(options: Options) -> KitSession:
    """Find the server and make everything ready. The caller closes the session.

    Raises OptionError, and ServerGoneError when nothing answers at the URL.
    """
    profile = PROFILES[options.profile]
    seed = options.seed if options.seed is not None else profile.seed
    if seed is None:
        seed = random.SystemRandom().randrange(10**9)
    stack = ExitStack()
    with stack:
        target = _target(options, stack)
        return KitSession(
            Examiner(target, profile, seed), stack.pop_all(), server=options.server or ""
        )


def _target(options: Options, stack: ExitStack) -> Target:
    if options.server is None:
        if options.api_key or options.real:
            raise OptionError("a key without a server: say --server URL too")
        return stack.enter_context(own_mock())
    server = options.server.rstrip("/")
    if not server.startswith(("http://", "https://")):
        raise OptionError(f"--server {options.server}: an http:// or https:// URL is needed")
    real = options.real or any(host in server for host in REAL_HOSTS)
    if real and not options.api_key:
        raise OptionError("a real environment needs its key: --api-key, or KNOCK_API_KEY")
    keys = Keys(options.api_key or DEFAULT_KEY, options.public_key, options.other_api_key)
    return find_target(
        server, keys, run=secrets.token_hex(4), real=real, control=options.control,
        workflow=options.workflow, patience=options.patience,
    )  # fmt: skip

"""What the figures were measured on, and which of its cores are for what."""

from __future__ import annotations

import os
import platform
from pathlib import Path


def describe_machine() -> str:
    """Processor, cores, system and Python, with no names of hosts or people."""
    cores = len(usable_cores()) or os.cpu_count() or 1
    system = f"{platform.system()} {platform.machine()}"
    python = f"{platform.python_implementation()} {platform.python_version()}"
    return f"{_processor()}, {cores} cores, {system}, {python}"


def load_average() -> str:
    """Of the last minute. The run itself makes up to 2 of it; what is above, others do."""
    return f"{os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else "unknown"


def usable_cores() -> list[int]:
    """The cores this process may run on; empty where the system does not tell."""
    if hasattr(os, "sched_getaffinity"):
        return sorted(os.sched_getaffinity(0))
    return []


def server_and_load_cores() -> tuple[set[int], set[int]]:
    """One core for the server and another for the load; two empty sets where that cannot be."""
    cores = usable_cores()
    return ({cores[0]}, {cores[1]}) if len(cores) > 1 else (set(), set())


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        lines = []
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, "") or platform.processor() or "unknown processor"

"""The servers of the comparison: ours first, then whatever else can play the part."""

from __future__ import annotations

from benchmarks.peers.bare_uvicorn import BareUvicorn
from benchmarks.peers.moto import Moto
from benchmarks.peers.ours import MockKnockServe
from benchmarks.peers.peer import Peer
from benchmarks.peers.prism import Prism
from benchmarks.peers.steady import Steady
from benchmarks.peers.wiremock import WireMock

OURS = MockKnockServe()
STEADY = Steady()
PEERS: tuple[Peer, ...] = (OURS, STEADY, Prism(), WireMock(), Moto(), BareUvicorn())
"""In the order of the table's columns."""

"""The simulated Knock of one environment: a function of its commands and their instants.

Nothing in this package does I/O, reads a clock of the host, starts a thread or draws an unseeded
random number. The instant and the source of ids come in from outside, so the same commands at the
same instants give the same world, to the last id. A lint rule keeps it so (see pyproject.toml).
"""

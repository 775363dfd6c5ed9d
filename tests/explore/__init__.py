"""Tests of the explorer: its histories, its Knock in memory, its verdicts, its command."""

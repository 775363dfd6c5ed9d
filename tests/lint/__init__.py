"""Tests of the linter: each rule by a fault, sound flows by silence."""

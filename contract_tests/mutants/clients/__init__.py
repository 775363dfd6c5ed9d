"""Broken clients: a careful one with one mistake each; and sound ones of other styles."""

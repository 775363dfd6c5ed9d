"""Drawn values for what clients store."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

# Without surrogates, which are no text in JSON, and without NUL, which few stores take.
_TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=12)
_LEAVES = st.none() | st.booleans() | st.integers(-(2**53), 2**53) | _TEXTS
VALUES: st.SearchStrategy[Any] = st.recursive(
    _LEAVES,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["red", "green", "blue"]), inner, max_size=3)
    ),
    max_leaves=6,
)
PROPERTIES: st.SearchStrategy[dict[str, Any]] = st.dictionaries(
    st.sampled_from(["plan", "seats", "tags", "profile", "größe", "nested"]), VALUES, max_size=4
)
NAMES = st.sampled_from(["Ellie", "Alan", "Ian Malcolm", "Søren", "李", "O'Hara", "a b"])


def deep_merge(old: dict[str, Any], new: dict[str, Any]) -> dict[str, Any]:
    """Maps are merged, whatever else is replaced (Knock docs, Concepts: users)."""
    merged = dict(old)
    for name, value in new.items():
        before = merged.get(name)
        both = isinstance(before, dict) and isinstance(value, dict)
        merged[name] = deep_merge(merged[name], value) if both else value
    return merged


def without_lists(node: Any) -> Any:
    """Lists replaced by texts: whether merging joins or replaces them is not documented."""
    if isinstance(node, list):
        return str(len(node))
    if isinstance(node, dict):
        return {name: without_lists(value) for name, value in node.items()}
    return node

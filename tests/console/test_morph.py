"""Pages are brought up to date in place: they become what the server sent, whatever was there."""

from __future__ import annotations

from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from playwright.sync_api import Browser

from mock_knock.server import KnockServer

from .visits import PAGES

Tree = dict[str, Any]

LEAVES = st.text("ab ", max_size=3)
ATTRIBUTES = st.dictionaries(
    st.sampled_from(["class", "title", "data-x"]), st.text("xy"), max_size=2
)


def elements(children: st.SearchStrategy[Any]) -> st.SearchStrategy[Tree]:
    return st.fixed_dictionaries(
        {
            "tag": st.sampled_from(["p", "div", "b"]),
            "id": st.sampled_from(["", "", "one", "two", "three"]),
            "attributes": ATTRIBUTES,
            "children": st.lists(children, max_size=4),
        }
    )


def once(tree: Tree, seen: set[str]) -> Tree:
    """The tree with each id at its first place only, as in any page."""
    id = "" if tree["id"] in seen else tree["id"]
    seen.add(id)
    children = [once(c, seen) if isinstance(c, dict) else c for c in tree["children"]]
    return {**tree, "id": id, "children": children}


TREES = elements(st.recursive(LEAVES, elements, max_leaves=12)).map(lambda tree: once(tree, set()))

LOAD = """async (folder) => {
  const { morph } = await import(`${folder}/morph.js`);
  const build = (tree) => {
    if (typeof tree === "string") return document.createTextNode(tree);
    const element = document.createElement(tree.tag);
    if (tree.id) element.id = tree.id;
    for (const [name, value] of Object.entries(tree.attributes)) element.setAttribute(name, value);
    element.append(...tree.children.map(build));
    return element;
  };
  window.tried = ([before, after]) => {
    const place = document.createElement("section");
    const fresh = document.implementation.createHTMLDocument("").createElement("section");
    place.append(build(before));
    fresh.append(build(after));
    const kept = [...place.firstChild.children].filter((child) => child.id);
    morph(place, fresh);
    const now = new Map([...(place.firstChild?.children ?? [])].map((child) => [child.id, child]));
    const stayed = before.tag === after.tag && before.id === after.id;
    const moved = kept.filter((child) => {
      const there = now.get(child.id);
      return stayed && there && there.nodeName === child.nodeName && there !== child;
    });
    return [place.isEqualNode(fresh), moved.length];
  };
}"""


def test_what_comes_out_is_what_the_server_sent(browser: Browser, served: KnockServer) -> None:
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{served.url}/_mock_knock/")
    page.evaluate(LOAD, f"{served.url}{PAGES}/static")

    @settings(max_examples=300, suppress_health_check=[HealthCheck.too_slow])
    @given(TREES, TREES)
    def compare(before: Tree, after: Tree) -> None:
        same, replaced = page.evaluate("trees => window.tried(trees)", [before, after])
        assert same
        # What bears an id is the same element as before: it keeps its focus, wherever it went.
        assert replaced == 0

    try:
        compare()
    finally:
        context.close()

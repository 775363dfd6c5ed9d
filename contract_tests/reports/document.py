"""What HTML reports are made of: one document that needs nothing else, and its tables."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from typing import Final

_STYLE: Final = """
:root { color-scheme: light dark; --ink: #1b1f24; --soft: #57606a; --paper: #ffffff;
  --line: #d0d7de; --panel: #f6f8fa; --good: #1a7f37; --bad: #cf222e; --wait: #9a6700;
  --server: #8250df; --link: #0969da; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6edf3; --soft: #9da7b3; --paper: #0d1117;
  --line: #30363d; --panel: #161b22; --good: #3fb950; --bad: #ff7b72; --wait: #d29922;
  --server: #bc8cff; --link: #58a6ff; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 72rem; padding: 1.5rem; background: var(--paper);
  color: var(--ink); font: 16px/1.5 system-ui, sans-serif; }
h1 { font-size: 1.6rem; } h2 { margin-top: 2.5rem; font-size: 1.25rem; }
a { color: var(--link); } nav a { margin-right: 1rem; }
table { border-collapse: collapse; width: 100%; font-size: .9rem; }
caption { text-align: left; color: var(--soft); padding: .3rem 0; }
th, td { border-bottom: 1px solid var(--line); padding: .3rem .5rem; text-align: left;
  vertical-align: top; }
td.number, th.number { text-align: right; font-variant-numeric: tabular-nums; }
.wide { overflow-x: auto; }
article { border: 1px solid var(--line); border-left: 4px solid var(--bad); border-radius: 6px;
  padding: .5rem 1rem 1rem; margin: 1rem 0; }
article.told { border-left-color: var(--wait); }
pre { background: var(--panel); padding: .8rem; overflow-x: auto; border-radius: 6px;
  font-size: .8rem; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .2rem 1rem; }
dt { color: var(--soft); } dd { margin: 0; overflow-wrap: anywhere; }
.held { color: var(--good); } .broken { color: var(--bad); font-weight: 600; }
.waiting { color: var(--wait); }
svg { max-width: 100%; height: auto; } svg text { fill: var(--ink); font: 12px system-ui; }
details { margin: .5rem 0; } summary { cursor: pointer; }
"""


def document(title: str, body: str) -> str:
    """The whole page. `body` is HTML; the page asks the network for nothing."""
    return (
        "<!doctype html>\n<html lang='en'><head><meta charset='utf-8'>"
        "<meta name='viewport' content='width=device-width, initial-scale=1'>"
        f"<title>{escape(title)}</title><style>{_STYLE}</style></head>"
        f"<body><main>{body}</main></body></html>\n"
    )


def table(caption: str, heads: Iterable[str], rows: Iterable[tuple[object, ...]]) -> str:
    """A table that scrolls by itself. Verdicts are coloured, whole numbers stand to the right."""
    head = "".join(f"<th scope='col'>{escape(text)}</th>" for text in heads)
    body = "".join("<tr>" + "".join(map(_cell, row)) + "</tr>" for row in rows)
    return (
        f"<div class='wide' tabindex='0' role='region' aria-label='{escape(caption)}'>"
        f"<table><caption>{escape(caption)}</caption>"
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _cell(value: object) -> str:
    if isinstance(value, int):
        return f"<td class='number'>{value}</td>"
    marks = {"held": "held", "broken": "broken", "not judged": "waiting"}
    text = str(value)
    if text in marks:
        return f"<td class='{marks[text]}'>{text}</td>"
    return f"<td>{escape(text)}</td>"

"""HTML in small pieces. Every text that comes in is escaped here, once; what comes out is markup."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from html import escape

from experiments.report.figures.figure import Figure, Table


def element(tag: str, text: str, **attributes: str) -> str:
    """Return an element that holds plain `text`, a minus kept with its pounds; `class_` is the class."""
    return wrap(tag, escape(text).replace("−£", "−&#8288;£"), **attributes)


def wrap(tag: str, inner: str, **attributes: str) -> str:
    """Return an element that holds markup."""
    given = "".join(f' {name.rstrip("_").replace("_", "-")}="{escape(value)}"' for name, value in attributes.items())
    return f"<{tag}{given}>{inner}</{tag}>"


def paragraph(text: str, **attributes: str) -> str:
    """Return a paragraph of plain text; nothing for an empty one."""
    return element("p", text, **attributes) if text else ""


def items(texts: Iterable[str], **attributes: str) -> str:
    """Return a list of plain texts."""
    return wrap("ul", "".join(element("li", text) for text in texts), **attributes)


def table(content: Table, kind: str = "") -> str:
    """Return a table with caption and the scopes of its heads, in a box that scrolls by itself when it is wider than the page."""
    head = wrap("tr", "".join(element("th", text, scope="col") for text in content.head))
    rows = "".join(wrap("tr", element("th", first, scope="row") + "".join(element("td", cell) for cell in rest)) for first, *rest in content.rows)
    drawn = wrap("table", element("caption", content.caption) + wrap("thead", head) + wrap("tbody", rows))
    return wrap("div", drawn, class_=f"table {kind}".strip(), role="region", tabindex="0", aria_label=content.caption)


def options(words: Mapping[str, str], chosen: str) -> str:
    """Return the options of a choice: each value with its words, one of them `chosen`."""
    return "".join(wrap("option", escape(text), value=value, **({"selected": ""} if value == chosen else {})) for value, text in words.items())


def figure(content: Figure) -> str:
    """Return a figure: finding, what is drawn, the drawing with the words that stand in for it, note, and its table folded away."""
    head = wrap("figcaption", element("strong", content.title) + element("span", content.subtitle))
    drawing = wrap("div", content.wide.svg("wide") + content.narrow.svg("narrow"), class_="drawing", role="img", aria_label=content.alt)
    return wrap("figure", head + drawing + paragraph(content.note, class_="note") + folded("Table of this figure", table(content.table)))


def folded(summary: str, inner: str, kind: str = "", title: str = "") -> str:
    """Return markup that is folded away behind `summary`, with `title` in bold before it."""
    attributes = {"class_": kind} if kind else {}
    head = f"{element('strong', title)}: " if title else ""
    return wrap("details", wrap("summary", f"{head}{element('span', summary)}") + inner, **attributes)


def section(anchor: str, title: str, inner: str) -> str:
    """Return a section with its heading of the second level; nothing when there is nothing in it."""
    if not inner:
        return ""
    return wrap("section", element("h2", title, id=f"{anchor}-title") + inner, id=anchor, aria_labelledby=f"{anchor}-title")

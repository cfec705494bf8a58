"""A report as a test reads it: its tags checked for balance, its texts by section, what it would fetch."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = frozenset({"meta", "br", "img", "hr", "input", "link", "col"})
SELF_CLOSED = frozenset({"path", "use", "rect", "line", "circle", "polygon", "polyline", "ellipse", "image"})
QUIET = frozenset({"style", "code", "title", "metadata", "pre"})


@dataclass
class Reader(HTMLParser):
    """Collects tags, texts and addresses of one page."""

    open_tags: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    texts: list[tuple[str, str]] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    handlers: list[str] = field(default_factory=list)
    styled: list[str] = field(default_factory=list)
    section: str = ""

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        self.tags.append(tag)
        self.handlers += [name for name in told if name.startswith("on")]
        self.styled += [tag for name in told if name == "style"]
        self.links += [told[name] for name in ("href", "src", "xlink:href", "action", "data") if name in told]
        if "id" in told:
            self.ids.append(told["id"])
        if tag == "section":
            self.section = told["id"]
        if tag not in VOID:
            self.open_tags.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open_tags.pop()

    def handle_endtag(self, tag: str) -> None:
        if not self.open_tags or self.open_tags[-1] != tag:
            self.wrong.append(f"</{tag}> closes {self.open_tags[-3:]}")
            return
        self.open_tags.pop()

    def handle_data(self, data: str) -> None:
        if data.strip() and not QUIET & set(self.open_tags):
            self.texts.append((self.section, " ".join(data.split())))


def read(page: str) -> Reader:
    """Return what a page holds."""
    reader = Reader()
    reader.feed(page)
    reader.close()
    return reader


def text_of(page: str, section: str) -> str:
    """Return the words of one section."""
    return " ".join(text for where, text in read(page).texts if where == section)


def english_runs(page: str, *, known: frozenset[str]) -> list[str]:
    """Return runs of three or more English words in the visible texts, names and codes left out."""
    found = []
    for _, text in read(page).texts:
        runs = re.findall(r"[A-Za-z][A-Za-z'’-]+(?:[ ,]+[A-Za-z][A-Za-z'’-]+)+", text)
        found += [run for run in runs if run not in known]
    return found

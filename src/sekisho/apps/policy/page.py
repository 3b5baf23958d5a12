"""A page of HTML into blocks: headings, paragraphs, items, tables; a list of terms is a table of two columns."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

from sekisho.apps.policy.blocks import BLOCKS_MOST, CELLS_MOST, SPAN_MOST, TEXT_MOST, Block, Cell, Grid, Kind, Page
from sekisho.apps.policy.markup import Raw, Tag, tokens, unescaped

_HEADINGS: Final = {"h1": 1, "h2": 2, "h3": 3, "h4": 4, "h5": 5, "h6": 6, "caption": 6, "legend": 5, "summary": 5}
_BREAKS: Final = frozenset({
    "p", "div", "section", "article", "main", "header", "footer", "nav", "aside", "ul", "ol", "li", "form",
    "fieldset", "blockquote", "address", "figure", "figcaption", "details", "body", "html", "head", "center",
    "hr", "dl", "dt", "dd", "table", "thead", "tbody", "tfoot", "tr", "td", "th", "pre", "label", "button",
})  # fmt: skip
_SPACE: Final = re.compile(r"[^\S\n]+")
_TELLING: Final = re.compile(r"policy|privacy|optout|notice|external|送信|ポリシー|プライバシー|公表|一覧",
                             re.IGNORECASE)  # fmt: skip
_FRAMES: Final = frozenset({"iframe", "object", "embed", "frame"})
LINKS_MOST: Final = 2_000


@dataclass(slots=True)
class _Table:
    rows: list[list[tuple[Cell, int, int]]] = field(default_factory=list)
    terms: bool = False


@dataclass(slots=True)
class _State:
    blocks: list[Block] = field(default_factory=list)
    links: list[tuple[str, str]] = field(default_factory=list)
    hidden: dict[str, None] = field(default_factory=dict)
    words: list[str] = field(default_factory=list)
    tables: list[_Table] = field(default_factory=list)
    heading: int = 0
    item: bool = False
    link: str | None = None
    link_words: list[str] = field(default_factory=list)
    title: str = ""
    pictures: int = 0
    scripts: int = 0
    password: bool = False
    letters: int = 0
    cells: int = 0
    cut: bool = False


def page_of(source: str) -> Page:
    """The page's blocks. Raises nothing for what it holds."""
    state = _State()
    for each in tokens(source):
        if state.letters > TEXT_MOST or len(state.blocks) >= BLOCKS_MOST or state.cells > CELLS_MOST:
            state.cut = True
            break
        if isinstance(each, str):
            _text(state, each)
        elif isinstance(each, Raw):
            _raw(state, each)
        elif each.opens:
            _opened(state, each)
        else:
            _closed(state, each.name)
    while state.tables:
        _end_table(state)
    _flush(state)
    return Page(
        title=state.title, blocks=tuple(state.blocks), links=tuple(state.links), hidden=tuple(state.hidden),
        pictures=state.pictures, scripts=state.scripts, password=state.password, cut=state.cut,
    )  # fmt: skip


def _text(state: _State, words: str) -> None:
    words = words[: TEXT_MOST + 1]
    state.letters += len(words)
    state.words.append(words)
    if state.link is not None and len(state.link_words) < SPAN_MOST:
        state.link_words.append(words)


def _raw(state: _State, raw: Raw) -> None:
    if raw.name == "title" and not state.title:
        state.title = _tidy(unescaped(raw.text[:1_000]))
    elif raw.name == "script":
        state.scripts += 1


def _opened(state: _State, tag: Tag) -> None:
    name = tag.name
    if name == "br":
        state.words.append("\n")
    elif name == "img":
        state.pictures += 1
        told = f"{tag.attributes.get('alt', '')} {tag.attributes.get('src', '')}"
        if _TELLING.search(told) is not None:
            state.hidden.setdefault("picture")
    elif name in _FRAMES:
        source = tag.attributes.get("src", "") + tag.attributes.get("data", "")
        if source and not source.startswith("about:"):
            state.hidden.setdefault("iframe")
    elif name == "input" and tag.attributes.get("type", "").lower() == "password":
        state.password = True
    elif name == "a":
        _end_link(state)
        state.link, state.link_words = tag.attributes.get("href", ""), []
    elif name in _HEADINGS:
        if name != "caption" or not state.tables:
            _flush(state)
        state.heading = _HEADINGS[name]
    elif name in ("table", "dl"):
        _flush(state)
        state.tables.append(_Table(terms=name == "dl"))
    elif name == "tr" and state.tables:
        _end_cell(state)
        state.tables[-1].rows.append([])
    elif name in ("td", "th") and state.tables:
        _end_cell(state)
        _begin_cell(state, tag)
    elif name in ("dt", "dd"):
        _end_cell(state)
        _begin_term(state, name)
    elif name in _BREAKS:
        _break(state)
        state.item = name == "li"


def _closed(state: _State, name: str) -> None:
    if name == "a":
        _end_link(state)
    elif name in _HEADINGS:
        _flush(state)
        state.heading = 0
    elif name in ("table", "dl"):
        if state.tables:
            _end_table(state)
    elif name in ("td", "th", "tr", "dt", "dd"):
        _end_cell(state)
    elif name in _BREAKS:
        _break(state)
        state.item = False


def _break(state: _State) -> None:
    """Inside a cell a new line, elsewhere a new block."""
    if state.tables and _open_cell(state.tables[-1]) is not None:
        state.words.append("\n")
    else:
        _flush(state)


def _flush(state: _State) -> None:
    text = _tidy("".join(state.words))
    state.words = []
    if not text:
        return
    if state.heading:
        block = Block(kind=Kind.HEADING, text=text, level=state.heading, number=len(state.blocks))
    else:
        block = Block(kind=Kind.ITEM if state.item else Kind.TEXT, text=text, number=len(state.blocks))
    state.blocks.append(block)


def _end_link(state: _State) -> None:
    if state.link is not None and len(state.links) < LINKS_MOST:
        state.links.append((_tidy("".join(state.link_words))[:200], state.link[:500]))
    state.link, state.link_words = None, []


def _begin_cell(state: _State, tag: Tag) -> None:
    table = state.tables[-1]
    if not table.rows:
        table.rows.append([])
    state.words = []
    state.cells += 1
    down, across = _span(tag.attributes.get("rowspan")), _span(tag.attributes.get("colspan"))
    table.rows[-1].append((Cell("\0", tag.name == "th"), down, across))


def _begin_term(state: _State, name: str) -> None:
    if not state.tables or not state.tables[-1].terms:
        _flush(state)
        state.tables.append(_Table(terms=True))
    table = state.tables[-1]
    state.cells += 1
    if name == "dt" or not table.rows:
        table.rows.append([])
    table.rows[-1].append((Cell("\0", name == "dt"), 1, 1))


def _span(given: str | None) -> int:
    return min(int(given), SPAN_MOST) if given and re.fullmatch(r"[1-9][0-9]{0,3}", given) else 1


def _open_cell(table: _Table) -> tuple[Cell, int, int] | None:
    last = table.rows[-1][-1] if table.rows and table.rows[-1] else None
    return last if last is not None and last[0].text == "\0" else None


def _end_cell(state: _State) -> None:
    if not state.tables:
        return
    table = state.tables[-1]
    last = _open_cell(table)
    if last is None:
        _flush(state)
        return
    cell, down, across = last
    table.rows[-1][-1] = (Cell(_tidy("".join(state.words)), cell.header), down, across)
    state.words = []


def _end_table(state: _State) -> None:
    _end_cell(state)
    table = state.tables.pop()
    grid = _expanded(table, state)
    if not grid:
        return
    outer = _open_cell(state.tables[-1]) if state.tables else None
    if outer is not None or (len(grid) == 1 and len(grid[0]) == 1):
        # A table inside a cell, and one that is only a frame around text, is text.
        state.words.append("\n" + "\n".join(" ".join(cell.text for cell in row) for row in grid) + "\n")
        return
    state.blocks.append(Block(kind=Kind.TABLE, grid=grid, number=len(state.blocks)))


def _expanded(table: _Table, state: _State) -> Grid:
    """Each cell at every place it spans; what spans beyond the bounds is cut off."""
    below: dict[int, tuple[Cell, int]] = {}
    grid: list[tuple[Cell, ...]] = []
    for row in table.rows:
        made: list[Cell] = []
        cells = iter(row)
        while len(made) <= SPAN_MOST:
            if len(made) in below:
                cell, left = below.pop(len(made))
                if left > 1:
                    below[len(made)] = (cell, left - 1)
                made.append(cell)
                continue
            following = next(cells, None)
            if following is None:
                break
            cell, down, across = following
            for _ in range(across):
                if down > 1:
                    below[len(made)] = (cell, down - 1)
                made.append(cell)
        state.cells += len(made)
        if state.cells > CELLS_MOST:
            state.cut = True
            break
        if any(cell.text for cell in made):
            grid.append(tuple(made))
    return tuple(grid)


def _tidy(text: str) -> str:
    return "\n".join(line for each in _SPACE.sub(" ", text).split("\n") if (line := each.strip()))

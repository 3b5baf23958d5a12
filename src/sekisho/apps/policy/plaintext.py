"""Plain text into the same blocks: headings by their marks, tables by tabs or bars, items by their bullets."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from sekisho.apps.policy.blocks import BLOCKS_MOST, CELLS_MOST, SPAN_MOST, TEXT_MOST, Block, Cell, Kind, Page

_HEADING: Final = re.compile(
    r"#{1,6} |【[^】]{1,60}】$|第[0-9一二三四五六七八九十]{1,3}[条章節]|[0-9]{1,2}(?:[.-][0-9]{1,2}){1,3}[.)]? ?[^"
    r"。:\n]{2,40}$"
    r"|[0-9]{1,2}\. ?[^。:\n]{0,24}(?:について|情報|目的|送信|方法|変更|窓口|提供|方針)$"
)
HEADING_MOST: Final = 60
_RULE: Final = re.compile(r"\|?[\s:|-]*-[\s:|-]*\|?")


def text_page(source: str) -> Page:
    """The text's blocks. Raises nothing for what it holds."""
    cut = len(source) > TEXT_MOST
    lines = source[:TEXT_MOST].replace("\r\n", "\n").replace("\r", "\n").split("\n")
    blocks: list[Block] = []
    cells = 0
    at = 0
    while at < len(lines):
        if len(blocks) >= BLOCKS_MOST or cells > CELLS_MOST:
            cut = True
            break
        mark = _separator(lines[at])
        end = at
        while mark and end < len(lines) and _separator(lines[end]) == mark:
            end += 1
        if end - at > 1:
            told = (line for line in lines[at:end] if mark == "\t" or _RULE.fullmatch(line.strip()) is None)
            rows = tuple(_row(line, mark) for line in told)
            cells += sum(map(len, rows))
            blocks.append(Block(kind=Kind.TABLE, grid=rows, number=len(blocks)))
            at = end
            continue
        line = lines[at].strip()
        at += 1
        if line and _is_heading(line):
            level = len(line) - len(line.lstrip("#")) or 3
            blocks.append(Block(kind=Kind.HEADING, text=line.lstrip("#").strip(), level=level, number=len(blocks)))
        elif line:
            joined = [line]
            while at < len(lines) and (more := lines[at].strip()) and not _separator(more) and not _is_heading(more):
                joined.append(more)
                at += 1
            blocks.append(Block(kind=Kind.TEXT, text="\n".join(joined), number=len(blocks)))
    return Page(blocks=tuple(blocks), cut=cut)


def _separator(line: str) -> str:
    if "\t" in line.strip():
        return "\t"
    return "|" if line.count("|") > 1 else ""


def _row(line: str, mark: str) -> tuple[Cell, ...]:
    inside = line.strip().strip("|") if mark == "|" else line
    return tuple(Cell(each.strip()) for each in inside.split(mark)[:SPAN_MOST])


def _is_heading(line: str) -> bool:
    plain = unicodedata.normalize("NFKC", line[:80])
    return len(line) <= HEADING_MOST and not line.endswith(("。", "ます", "ため")) and _HEADING.match(plain) is not None

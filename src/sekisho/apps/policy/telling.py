"""A page's blocks into what it says, each under the heading that it stands under."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from sekisho.apps.policy.blocks import Block, Kind, Page
from sekisho.apps.policy.fields import Field, pairs_in
from sekisho.apps.policy.prose import Reader
from sekisho.apps.policy.records import record
from sekisho.apps.policy.said import Said
from sekisho.apps.policy.tables import records_of
from sekisho.apps.policy.words import plain

_WHO: Final = (Field.RECIPIENT, Field.SERVICE)
_BULLET: Final = re.compile(r"^[ ・•*■□●○◆◇▼▪※-]*(?:\(?[0-9]{1,2}[.)] ?)?")
_LEADS: Final = re.compile(r"(?:次|以下|下記|つぎ)の|[:]$")
_FOLLOWS: Final = re.compile(r"いずれも|これら|上記|以上|それぞれ")
JOINED_MOST: Final = 6_000
"""Characters of paragraphs that are read together."""


def groups_of(blocks: Iterable[Block]) -> Iterator[Block]:
    """Blocks, with lists joined to the sentence that leads to them or speaks of them, and labels to their like."""
    held: Block | None = None
    for block in blocks:
        if held is not None and _together(held, block):
            held = Block(kind=block.kind, text=f"{held.text}\n{block.text}", number=held.number)
            continue
        if held is not None:
            yield held
        held = block
    if held is not None:
        yield held


def _together(one: Block, other: Block) -> bool:
    kinds = {one.kind, other.kind}
    if not kinds <= {Kind.TEXT, Kind.ITEM} or len(one.text) + len(other.text) > JOINED_MOST:
        return False
    if other.kind is Kind.ITEM:
        return one.kind is Kind.ITEM or _LEADS.search(one.text) is not None
    if one.kind is Kind.ITEM:
        return _FOLLOWS.match(other.text) is not None
    return bool(pairs_in(plain(other.text))) and (bool(pairs_in(plain(one.text))) or len(one.text) <= NAME_LINE)


NAME_LINE: Final = 60


def _with_names(text: str, reader: Reader) -> str:
    """A line that is only a name, followed by labels, gets the label that it stands for."""
    lines = text.split("\n")
    for at, line in enumerate(lines[:-1]):
        bare = _BULLET.sub("", line)
        if not 1 < len(bare) <= NAME_LINE or pairs_in(line) or not pairs_in(lines[at + 1]):
            continue
        if any(field in _WHO for field, _ in pairs_in(lines[at + 1])) or bare.endswith(("。", ":")):
            continue
        if reader.names.mentions(bare, own=reader.own, cell=True):
            lines[at] = f"送信先:{bare}"
    return "\n".join(lines)


def block_said(block: Block, heading: str, reader: Reader) -> Said:
    """What one block says."""
    if block.kind is Kind.TABLE:
        return table_said(block, heading, reader)
    text = plain(block.text)
    pairs = pairs_in(_with_names(text, reader))
    named = {field for field, _ in pairs} & {*_WHO, Field.INFORMATION}
    if not pairs or (len(pairs) == 1 and not named):
        return reader.paragraph(text, heading, number=block.number)
    said = Said()
    for each in _records(pairs):
        values = []
        for field, value in each:
            # What follows the name in the same line is a sentence of its own.
            name, stop, rest = value.partition("。") if field in _WHO else (value, "", "")
            values.append((field, name))
            if stop and rest.strip():
                said.add(reader.paragraph(rest, heading, number=block.number))
        said.add(record(values, reader, number=block.number))
    reader.about(text, heading, said)
    return said


def _records(pairs: tuple[tuple[Field, str], ...]) -> list[list[tuple[Field, str]]]:
    """A label for who receives that comes again, or after others, begins another record."""
    found: list[list[tuple[Field, str]]] = [[]]
    for field, value in pairs:
        had = [each for each, _ in found[-1]]
        again = field in had if field in _WHO else False
        late = field in _WHO and any(each not in _WHO for each in had) and any(each in _WHO for each in had)
        if again or late:
            found.append([])
        found[-1].append((field, value))
    return found


def table_said(block: Block, heading: str, reader: Reader) -> Said:
    """What a table says; one whose labels aren't understood is read as text, row by row."""
    said = Said()
    records = records_of(block.grid)
    if records is None:
        for row in block.grid:
            said.add(reader.paragraph(plain("。\n".join(cell.text for cell in row)), heading, number=block.number))
        return said
    for each in records:
        said.add(record(each, reader, number=block.number))
    return said


def paragraph_said(page: Page, heading: str, reader: Reader) -> Said:
    """What a page that is one paragraph says under a heading."""
    said = Said()
    texts = [block for block in page.blocks if block.kind is not Kind.HEADING]
    for block in groups_of(texts):
        said.add(block_said(block, heading, reader))
    return said

"""A whole page's statements put together: under their headings, with whom they are about, into rows and evidence."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from sekisho.apps.evidence import Piece, Place
from sekisho.apps.law.facts import Denied, NoticeRow
from sekisho.apps.policy.blocks import Block, Kind, Page
from sekisho.apps.policy.names import Names
from sekisho.apps.policy.prose import Reader, masked
from sekisho.apps.policy.rows import PIECES_MOST, Who, denied_of, pieces_of, row_of, whom
from sekisho.apps.policy.said import Said, Sent, Tells
from sekisho.apps.policy.stopping import Stopping
from sekisho.apps.policy.telling import block_said, groups_of
from sekisho.apps.policy.words import plain, vague_recipients

HEADINGS_MOST: Final = 3
TEXT_KEPT: Final = 60_000
_OWN: Final = re.compile(r"([^\s。、「」『』]{2,60}?) ?\(?(?:以下、?)?「?(?:以下、?)?「(?:当社|弊社|当団体|当方"
                         r"|運営者|提供者|当行|当店|私たち)」")
_OPERATOR: Final = re.compile(r"(?:^|\n)[ ・■]*(?:運営(?:者|会社|元)|アプリ提供者|事業者名|提供者名?|販売業者|会社名"
                              r"|開発者) ?[::] ?([^\n。]{2,60})")


@dataclass(slots=True)
class Gathered:
    """A page's statements. ``unread`` are sentences and cells about sending that weren't understood."""

    rows: list[NoticeRow] = field(default_factory=list)
    pieces: list[Piece] = field(default_factory=list)
    denied: list[Denied] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)
    vague: list[str] = field(default_factory=list)
    kinds: set[Tells] = field(default_factory=set)
    stopping: Stopping = field(default_factory=Stopping)
    places: tuple[Place, ...] = ()
    statements: int = 0
    cut: bool = False
    text: str = ""
    plain_text: str = ""

    @property
    def speaks(self) -> bool:
        """Whether anything is about sending, or what couldn't be understood may be."""
        return bool(self.rows or self.denied or self.vague or self.unread or Tells.EXTERNAL in self.kinds)


def gathered(page: Page, names: Names, own: tuple[str, ...], name: str) -> Gathered:
    """Everything the page says. ``name`` is the page's, for places."""
    reader = Reader(names, (*own, *_operators(page, names)))
    found = Gathered()
    last: Sent | None = None
    section = ""
    for heading, block in _under_headings(page):
        said = block_said(block, heading, reader)
        text = plain(block.text) if block.kind is not Kind.TABLE else _table_text(block)
        found.kinds |= said.kinds
        found.statements += said.sentences
        found.unread += said.unread
        if found.stopping.take(text, heading.rpartition(" / ")[2]):
            found.stopping.names(text, recipient=bool(said.mentions))
        if Tells.EXTERNAL in said.kinds and len(found.text) < TEXT_KEPT:
            found.text += f"{text}\n"
            found.plain_text += f"{masked(text, names.mentions(text))}\n"
        place = Place(path=f"{name}: block {block.number + 1}")
        found.places = found.places or ((place,) if Tells.EXTERNAL in said.kinds else ())
        if section != heading:
            section, last = heading, None
        last = _statements(said, last, heading, reader, found, block.number, name)
        _denials(said, found, name)
    return found


def _statements(
    said: Said, last: Sent | None, heading: str, reader: Reader, found: Gathered, number: int, name: str
) -> Sent | None:
    for sent in said.sent:
        if not sent.mentions and not sent.vague:
            if last is not None and last.mentions:
                _follow(sent, last)
            else:
                sent.mentions += reader.names.mentions(heading.rpartition(" / ")[2], own=reader.own)
        if not sent.mentions:
            if sent.vague:
                found.vague += vague_recipients(sent.words)[:3]
            elif sent.information:
                found.unread.append(sent.words)
            last = sent
            continue
        place = Place(path=f"{name}: block {number + 1}")
        for who in whom(sent):
            found.rows.append(row_of(sent, who, place))
            for piece in pieces_of(sent, who, Place(path=f"block {number + 1}")):
                if len(found.pieces) >= PIECES_MOST:
                    found.cut = True
                    break
                found.pieces.append(piece)
        last = sent
    return last


def _follow(sent: Sent, last: Sent) -> None:
    """A statement without anybody in it goes on about whom the one before it named."""
    sent.mentions += last.mentions


def _denials(said: Said, found: Gathered, name: str) -> None:
    about: list[Who] = [who for sent in said.sent if sent.mentions for who in whom(sent)]
    for each in said.not_sent:
        mine = whom(Sent(number=each.number, words="", mentions=list(each.mentions)))
        found.denied += denied_of(each, mine or about, Place(path=f"{name}: block {each.number + 1}"))


def _under_headings(page: Page) -> Iterator[tuple[str, Block]]:
    """Each block with the headings it stands under, widest first; the page's own heading isn't one."""
    stack: list[tuple[int, str]] = []
    held: list[Block] = []
    for block in page.blocks:
        if block.kind is not Kind.HEADING:
            held.append(block)
            continue
        heading = _joined(stack)
        yield from ((heading, each) for each in groups_of(held))
        held = []
        stack = [each for each in stack if each[0] < block.level] + [(block.level, plain(block.text)[:120])]
    heading = _joined(stack)
    yield from ((heading, each) for each in groups_of(held))


def _joined(stack: list[tuple[int, str]]) -> str:
    inner = [text for level, text in stack if level > 1] or [text for _, text in stack]
    return " / ".join(inner[-HEADINGS_MOST:])


def _table_text(block: Block) -> str:
    return "。\n".join(plain(" ".join(cell.text for cell in row)) for row in block.grid)


def _operators(page: Page, names: Names) -> tuple[str, ...]:
    """The operator's own names, where the page says them."""
    found: dict[str, None] = {}
    for block in page.blocks:
        if block.kind is Kind.TABLE:
            continue
        text = plain(block.text)
        for match in _OWN.finditer(text):
            mentions = names.mentions(match.group(1), cell=True)
            found.setdefault(mentions[-1].words if mentions else match.group(1))
        for match in _OPERATOR.finditer(text):
            mentions = names.mentions(match.group(1), cell=True)
            if mentions:
                found.setdefault(mentions[0].words)
    return tuple(found)



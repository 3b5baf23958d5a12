"""Rows of tables and 「label：value」 lists into what they say."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from sekisho.apps.policy import words as w
from sekisho.apps.policy.fields import Field
from sekisho.apps.policy.lexicon import GONE, information_in, purposes_in
from sekisho.apps.policy.names import Mention
from sekisho.apps.policy.prose import WORDS_MOST, Reader, masked
from sekisho.apps.policy.said import Purposes, Said, Sent, Tells, Whose

_WHOSE: Final = {
    Field.SENDER_PURPOSE: Whose.SENDER, Field.RECIPIENT_PURPOSE: Whose.RECIPIENT, Field.PURPOSE: Whose.UNSAID,
}  # fmt: skip
_BRACKETS: Final = re.compile(r"\(([^()\n]{2,40})\)")
_SPLIT: Final = re.compile(r"[、\n/]|, (?!Inc|Ltd|LLC|Co)")
_NO_SERVICE: Final = re.compile(r"以下|株|有|同|旧|米国|日本|アメリカ|アイルランド|シンガポール|国|法人|所在|送信"
                                r"|https?:|。|※|当社|注")
NAME_MOST: Final = 60


def record(pairs: Sequence[tuple[Field, str]], reader: Reader, *, number: int) -> Said:
    """What one record says. Without anybody in it, it tells what the operator itself collects."""
    said = Said(sentences=1)
    words = " / ".join(value.replace("\n", " ") for _, value in pairs)[:WORDS_MOST]
    sent = Sent(number=number, words=words)
    for field, value in pairs:
        if field in (Field.RECIPIENT, Field.SERVICE):
            _who(field, value, reader, said, sent)
    outward = bool(sent.mentions) or sent.vague
    for field, value in pairs:
        _value(field, value, reader, said, sent, outward=outward)
    if outward:
        said.kinds.add(Tells.EXTERNAL)
        said.sent.append(sent)
    return said


def _who(field: Field, value: str, reader: Reader, said: Said, sent: Sent) -> None:
    mentions = list(reader.names.mentions(value, own=reader.own, cell=True))
    ours = any(name in value for name in reader.own)
    if mentions:
        spans = [(each.start, each.end) for each in mentions]
        for match in _BRACKETS.finditer(value):
            free = all(match.end() <= start or end <= match.start() for start, end in spans)
            if free and _NO_SERVICE.search(match.group(1)) is None:
                mentions += [_named(each, reader) for each in _SPLIT.split(match.group(1)) if each.strip()]
    elif w.vague_recipients(value) and field is Field.RECIPIENT:
        sent.vague = said.vague = True
    elif not ours and not w.says_none(value):
        lines = [each.strip(" ・-※*") for each in _SPLIT.split(value)]
        mentions = [_named(each, reader) for each in lines if 1 < len(each) <= NAME_MOST and "。" not in each][:20]
        if not mentions and value.strip(" -ー―—–"):
            said.unread.append(value[:WORDS_MOST])
    known = {each.words for each in sent.mentions}
    sent.mentions += [each for each in mentions if each.words not in known]
    said.mentions += mentions
    if mentions:
        said.kinds |= {Tells.RECIPIENT, Tells.EXTERNAL}
    if w.vague_open(masked(value, mentions if all(each.end for each in mentions) else [])):
        said.vague = True


def _named(words: str, reader: Reader) -> Mention:
    return Mention(words.strip(), 0, 0, reader.names.is_company(words), reader.names.resolved(words.strip()))


def _value(field: Field, value: str, reader: Reader, said: Said, sent: Sent, *, outward: bool) -> None:
    if w.says_none(value):
        said.negated |= field is Field.THIRD_PARTY
        return
    if field is Field.INFORMATION:
        information, left = information_in(masked(value, reader.names.mentions(value, own=reader.own)))
        rest = re.sub(rf"(?:など|等)の{GONE}|{GONE}|[()（）「」]|(?:の|に関する|及び|および|並びに|と|や|または"
                      rf"|又は)(?:情報|データ)?", "", left)
        parts = [each for each in re.split(r"[、,・\n/。 ]", rest) if len(each.strip()) > 1]
        opened = w.vague_open(left.replace(f"等の{GONE}", ""))
        said.vague |= opened
        sent.open |= opened or bool(parts)
        sent.information |= set(information)
        said.information |= set(information)
        if information:
            said.kinds.add(Tells.INFORMATION if outward else Tells.ITEMS)
        elif value.strip(" -ー―"):
            sent.open = True
            said.unread.append(value[:WORDS_MOST])
    elif field in _WHOSE:
        found = purposes_in(value, tuple(each for each in w.sentences(value)))
        vague = w.vague_purpose(value)
        said.vague |= vague
        said.purposes |= set(found)
        into = sent.purposes.setdefault(_WHOSE[field], Purposes())
        into.slugs |= set(found)
        into.said |= bool(value.strip(" -ー―"))
        if found:
            said.kinds.add(Tells.PURPOSE if outward else Tells.PURPOSES)
        elif not vague and value.strip(" -ー―"):
            said.unread.append(value[:WORDS_MOST])
    elif field is Field.METHOD:
        said.kinds.add(Tells.METHOD)
    elif field is Field.OPT_OUT and value.strip(" -ー―"):
        said.kinds.add(Tells.INVOLVEMENT)

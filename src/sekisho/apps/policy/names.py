"""Names of companies and services in a text: those of the knowledge base, and what a company's name looks like.

A name that is also an ordinary word (カルテ, もしも) counts only where a name must stand: in a cell of a table or
list, or with a company's form. Own names of the operator aren't recipients.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Final

import ahocorasick_rs

from sekisho.apps.recipients import Found, Matcher, shipped
from sekisho.apps.recipients.domains import as_host, is_host
from sekisho.apps.recipients.match import plain_name

_FORM: Final = r"(?:株式会社|有限会社|合同会社|合資会社|一般社団法人|公益財団法人|一般財団法人|\((?:株|有|同)\)|㈱|㈲)"
_IN_NAME: Final = r"[^\s、。,:;()「」『』【】\[\]<>|/!?→・=※■□●○◆◇▼※\"]"
_AFTER: Final = (
    r"(?=に(?:より|よっ|よる|おい|おけ|お(?:送|渡)|も|は|、|のみ|なり|て|つい|[^ァ-ヶーぁ-ん]|$)"
    r"|へ(?:の|と|も|は|お|[^ぁ-ん]|$)"
    r"|が(?:、|お|[^ァ-ヶーぁ-ん])"
    r"|の(?:サービス|ツール|プライバシー|ポリシー|広告|サーバ|解析|計測|オプト|ページ|タグ|SDK|アクセス|提供|[A-Z「]"
    r"|運営|定め|規約|設備|システム|機能|クラウド|アプリ|サイト|地図"
    r"|決済|チャット|配信|ご案内|定める|ウェブ|ホーム|同意|広)"
    r"|と(?:は|の|、|共|連|情|も)|や(?=[一-龥ァ-ヶA-Z])|から|より|を|は(?:、|[一-龥ァ-ヶA-ZC])|も|または|又は|及び"
    r"|および|ならびに|並びに|ほか|など|等|その|製|社製"
    r"|であ|でし|です|宛"
    r"|[\s、。,:;()「」『』【】\[\]<>|/!?→・=※■□●○◆◇▼\"]|$)"
)
_BEGINS: Final = re.compile(rf"{_FORM} ?({_IN_NAME}{{2,28}}?){_AFTER}")
_ENDS: Final = re.compile(rf"({_IN_NAME}{{1,28}})(?:株式会社|有限会社|合同会社|\((?:株|有)\)|㈱|㈲)")
_BEFORE: Final = re.compile(
    r".*(?:である|という|による|において|または|又は|及び|および|ならびに|並びに|のうち|とする|している|した|する"
    r"|その他|ほか"
    r"|[をはがへ](?=[ァ-ヶA-Z一-龥])|[をはがへにのとや]$|(?:に|の|と|や|で|も|な)(?=[ァ-ヶA-Z一-龥]))"
)
_LATIN: Final = re.compile(
    r"(?<![A-Za-z0-9])(?=[A-Z]"
    r"|[0-9]{1,4}[A-Za-z])(?:[A-Z0-9][A-Za-z0-9&.'+-]{0,30},? ){0,5}[A-Z0-9][A-Za-z0-9&.'+-]{0,30},? "
    r"(?:Inc\.?|LLC|L\.L\.C\.|Pte\.? ?(?:Ltd\.?|Limited)|Co\.?, ?(?:Ltd\.?|Limited)|Ltd\.?|Limited|Corporation"
    r"|Corp\.?"
    r"|GmbH|S\.A\.?|B\.V\.?|PLC|plc|AB|AG|SAS|SE|K\.K\.|Co\.|Holdings|Company)(?![A-Za-z0-9])"
)
_KIT: Final = re.compile(r"(?<![A-Za-z0-9])(?:[A-Z][A-Za-z0-9.+-]{1,30} ){1,4}(?:SDK|Pixel|Tag)(?![A-Za-z0-9])"
                         r"|[A-Z][A-Za-z0-9]{1,30}ピクセル")
_TAIL: Final = re.compile(r" ?(?:SDK|Pixel|ピクセル|for [A-Z][A-Za-z]{1,30}|広告タグ)(?![A-Za-z0-9])|(?<=[A-Za-z])タグ")
_NO_NAME: Final = re.compile(
    r"Google ?(?:Chrome|Play(?!\w)|アカウント|検索)|App ?Store|Microsoft Edge|(?<![A-Za-z])(?:Safari|Chrome|Firefox"
    r"|Android|iOS|Windows|macOS)(?![A-Za-z])"
    r"|LINE(?:アカウント|でログイン)|(?:Apple|Amazon) ?ID|Google 広告ID|SKAdNetwork",
    re.IGNORECASE,
)
_NOBODY: Final = re.compile(r"^(?:等|など|各社|ほか|上記|以下|次|同社|弊社|当社|様|御中)")
_ORDINARY: Final = frozenset({
    "カルテ", "ブランチ", "ファイブ", "シフト", "ライン", "オプト", "メタ", "ヒープ", "リンク", "ブレイズ",
    "アドビ", "リゾーム", "モロコ", "レトロ", "ワカル", "フェロー", "ティーズ", "スピー", "もしも", "かっこ",
    "みてね", "タヨリ", "クラウド", "チャット", "フォトン", "バングル", "アゴラ", "ベイス", "ペイ", "シビラ",
    "branch", "heap", "max", "segment", "sentry", "adjust", "five", "auth0", "base", "stores", "pixel", "line",
    "connect", "insight", "optimize", "intercom", "drift", "signals", "moat", "ads", "apple", "microsoft",
    "oracle", "adobe", "stripe", "square", "dv", "sift", "bytes", "tag", "x",
})  # fmt: skip
"""Names of services, without form, that are ordinary words or parts of them."""
_WRITTEN: Final = frozenset({"line", "x", "adobe", "apple", "microsoft", "oracle", "stripe", "square", "sentry"})
"""Of these, those that are a name where they stand as the company writes them (LINE, X)."""
_SKIPPED: Final = re.compile(r"[\s.'’・&!_™®‐‑–—-]")
_KANA: Final = re.compile("[ァ-ヶー]")
_HIRAGANA: Final = re.compile("[ぁ-ん]+")
_HOST: Final = re.compile(r"(?<![A-Za-z0-9@./-])(?:[a-z0-9][a-z0-9-]{0,62}\.){1,6}[a-z]{2,18}(?![A-Za-z0-9-])")
_LEAST: Final = 4
"""Characters of a name without a form, to count in prose."""


@dataclass(frozen=True, slots=True)
class Mention:
    """A name as it stands (after NFKC), where, and what it may mean.

    ``legal``: it has a company's form or is a company's name of the knowledge base; ``ids`` are the services of our own
    rows that it may be, one where it is certain which. ``host`` where it is a host's name.
    """

    words: str
    start: int
    end: int
    legal: bool
    ids: tuple[str, ...] = ()
    host: bool = False


class Names:
    """Finds names in a text, with one knowledge base."""

    def __init__(self, matcher: Matcher) -> None:
        """``matcher`` knows the names; those of collections are asked only for what has a company's form."""
        self._matcher = matcher
        keys = sorted(
            key for key, found in matcher.names.items()
            if len(key) > 1 and not all(each.recipient.collection for each in found)
        )  # fmt: skip
        self._keys = keys
        self._finder = ahocorasick_rs.AhoCorasick(keys, matchkind=ahocorasick_rs.MatchKind.LeftmostLongest)
        self.resolved: Callable[[str], tuple[str, ...]] = lru_cache(maxsize=4096)(self._resolved)

    def _resolved(self, name: str) -> tuple[str, ...]:
        """The ids of the services that a name may mean, ours before collected ones, as flows have it."""
        if is_host(as_host(name)):
            found = self._matcher.host(as_host(name))
            return (found.recipient.id,) if isinstance(found, Found) else ()
        every = self._matcher.company(name)
        ours = tuple(each for each in every if not each.recipient.collection) or every
        return tuple(each.recipient.id for each in ours)

    def is_company(self, name: str) -> bool:
        """Whether it is a company's name of the knowledge base, and not only a service's."""
        key = plain_name(name)
        return any(key in (plain_name(each.recipient.company.ja), plain_name(each.recipient.company.en))
                   for each in self._matcher.company(name))  # fmt: skip

    def mentions(self, text: str, *, own: Iterable[str] = (), cell: bool = False) -> tuple[Mention, ...]:
        """The names in a text after NFKC, in order, none inside another. ``cell``: it stands where a name is told."""
        ours = {plain_name(each) for each in own}
        barred = [match.span() for match in _NO_NAME.finditer(text)]
        spans: dict[tuple[int, int], bool] = {}
        for start, end in _legal(text):
            spans[start, end] = True
        for start, end in self._known(text, cell=cell):
            tail = _TAIL.match(text, end)
            spans.setdefault((start, tail.end() if tail else end), False)
        for match in _KIT.finditer(text):
            spans.setdefault(match.span(), False)
        if cell:
            spans |= {match.span(): False for match in _HOST.finditer(text) if is_host(match.group())}
        kept: list[tuple[int, int]] = []
        for start, end in sorted(spans, key=lambda each: (each[0] - each[1], each[0])):
            inside = any(start < stop and begin < end for begin, stop in (*kept, *barred))
            if not inside and plain_name(text[start:end]) not in ours:
                kept.append((start, end))
        return tuple(self._mention(text, start, end, spans[start, end]) for start, end in sorted(kept))

    def _mention(self, text: str, start: int, end: int, legal: bool) -> Mention:
        words = text[start:end]
        host = _HOST.fullmatch(words) is not None and not self._matcher.company(words)
        ids = self.resolved(words)
        tail = _TAIL.search(words)
        if not ids and tail is not None and not legal:
            ids = self.resolved(words[: tail.start()])
        return Mention(words, start, end, legal or (not host and self.is_company(words)), ids, host)

    def _known(self, text: str, *, cell: bool) -> list[tuple[int, int]]:
        places = [at for at, letter in enumerate(text) if _SKIPPED.match(letter) is None]
        folded = "".join(lower if len(lower := text[at].lower()) == 1 else text[at] for at in places)
        found = []
        for index, begin, stop in self._finder.find_matches_as_indexes(folded):
            start, end = places[begin], places[stop - 1] + 1
            key = self._keys[index]
            whole = not _joined(text, start - 1, start) and not _joined(text, end - 1, end)
            if whole and end - start <= len(key) + 4 and (cell or _plain(key, text[start:end])):
                found.append((start, end))
        return found


def _plain(key: str, written: str) -> bool:
    """Whether a name without a form is one in prose too."""
    if key in _ORDINARY:
        return key in _WRITTEN and (written.isupper() or written.istitle()) and (key != "x" or written == "X")
    return len(key) >= (_LEAST if not key.isascii() else 3) and _HIRAGANA.fullmatch(key) is None


def _joined(text: str, before: int, after: int) -> bool:
    """Whether the letters at these places are of one word."""
    if before < 0 or after >= len(text):
        return False
    one, other = text[before], text[after]
    if one.isascii() and other.isascii():
        return one.isalnum() and other.isalnum()
    return _KANA.match(one) is not None and _KANA.match(other) is not None


def _legal(text: str) -> Iterable[tuple[int, int]]:
    """Where names with a company's form stand."""
    at = 0
    while (match := _BEGINS.search(text, at)) is not None:
        name = match.group(1)
        before = _ENDS.search(text, max(0, match.start() - 30), match.start() + 4)
        # 「…であるA株式会社」: the form is at the end of a name where letters of one stand right before it.
        ends = before is not None and before.end() > match.start() and _NOBODY.match(name) is not None
        if not ends and _NOBODY.match(name) is None and not _name_before(text, match.start()):
            yield match.span(0)
        at = match.start() + 2
    for match in _ENDS.finditer(text):
        cut = _BEFORE.match(match.group(1))
        start = match.start(1) + (cut.end() if cut else 0)
        if start < match.end(1):
            yield start, match.end()
    for match in _LATIN.finditer(text):
        yield match.span()


def _name_before(text: str, at: int) -> bool:
    """Whether a form at ``at`` ends the name before it: letters of a name stand there, and no particle."""
    before = text[max(0, at - 28) : at]
    run = re.split(r"[\s、。,:;()「」『』【】\[\]<>|/!?→・=※■□●○◆◇▼\"]", before)[-1]
    cut = _BEFORE.match(run)
    run = run[cut.end() :] if cut else run
    ends = ("である", "する", "した", "及び", "および", "または", "又は", *"はがをにへのとやもで")
    return bool(run) and not run.endswith(ends)


@cache
def shipped_names() -> Names:
    """The names of the knowledge base as it is given out."""
    return Names(shipped().matcher())

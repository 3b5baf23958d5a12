"""What each finding says to whoever sent the request. Data, and no decision.

A question can be answered by whoever asked; a refusal says how to ask again; a note changes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from sekisho.disclosure.progress import RefusalReason
from sekisho.engine.facts import Text


class Kind(StrEnum):
    """What a finding leads to."""

    QUESTION = "question"
    """Goes back: the request can't go on until it is answered."""
    REFUSAL = "refusal"
    """The request can't be taken as it is; it has to be made again."""
    NOTE = "note"
    """Is told, and nothing waits for it."""


class Code(StrEnum):
    """Every finding there is."""

    LINE_UNREADABLE = "line_unreadable"
    MORE_LINES_UNREADABLE = "more_lines_unreadable"
    TOO_MANY_ITEMS = "too_many_items"
    NOTHING_ASKED = "nothing_asked"
    CHECKSUM_DIFFERS = "checksum_differs"
    FIELD_REFUSED = "field_refused"
    NO_DOCUMENT_NUMBER = "no_document_number"
    NUMBER_TO_FOLLOW = "number_to_follow"
    NO_DOCUMENT_DATE = "no_document_date"
    DATE_UNREADABLE = "date_unreadable"
    DOCUMENT_IN_FUTURE = "document_in_future"
    NO_VALIDITY = "no_validity"
    VALIDITY_REVERSED = "validity_reversed"
    DOCUMENT_EXPIRED = "document_expired"
    VALUE_UNREADABLE = "value_unreadable"
    CHECK_DIGIT = "check_digit"
    NOT_ONE_ADDRESS = "not_one_address"
    ZONE_ID = "zone_id"
    PRIVATE_ADDRESS = "private_address"
    RESERVED_ADDRESS = "reserved_address"
    OTHER_PROVIDER = "other_provider"
    NOT_OUR_ADDRESS = "not_our_address"
    PAGE_NOT_SEARCHED = "page_not_searched"
    PORT_MISSING = "port_missing"
    PORT_UNKNOWN = "port_unknown"
    PORT_UNREADABLE = "port_unreadable"
    PORT_OUT_OF_RANGE = "port_out_of_range"
    ONLY_OF_ADDRESS = "only_of_address"
    PROTOCOL_UNREADABLE = "protocol_unreadable"
    DESTINATION_UNREADABLE = "destination_unreadable"
    TIME_MISSING = "time_missing"
    TIME_UNREADABLE = "time_unreadable"
    NO_SUCH_TIME = "no_such_time"
    NOT_OF_ERA = "not_of_era"
    NOON_OR_MIDNIGHT = "noon_or_midnight"
    ZONE_MISSING = "zone_missing"
    ZONE_UNKNOWN = "zone_unknown"
    ZONES_DIFFER = "zones_differ"
    NO_BEGINNING = "no_beginning"
    NO_END = "no_end"
    REVERSED_TIME = "reversed_time"
    FUTURE_TIME = "future_time"
    READ_AS_JAPAN_DATE = "read_as_japan_date"
    DUPLICATE = "duplicate"


@dataclass(frozen=True, slots=True)
class Wording:
    """A finding's kind and sentence (its placeholders are the finding's fields).

    ``unanswered``: why the request may be refused if nobody mends it. ``waivable``: whoever asked may answer that they
    don't know, and the request goes on without.
    """

    kind: Kind
    text: Text
    unanswered: RefusalReason | None
    waivable: bool = False


def _words(
    kind: Kind, ja: str, en: str, unanswered: RefusalReason | None = None, *, waivable: bool = False
) -> Wording:
    if unanswered is None and kind is Kind.QUESTION:
        unanswered = RefusalReason.QUESTION_UNANSWERED
    return Wording(kind, Text(ja, en), unanswered, waivable)


_Q, _R, _N = Kind.QUESTION, Kind.REFUSAL, Kind.NOTE

WORDINGS: Final = {
    Code.LINE_UNREADABLE: _words(
        _Q, "{line}行目を読めません（{problem}）。直してお送りください。", "Line {line} can't be read ({problem})."
    ),
    Code.MORE_LINES_UNREADABLE: _words(
        _Q,
        "ほかに{count}行を読めません。ファイルの形式をお確かめください。",
        "{count} more lines can't be read. Please check the file's form.",
    ),
    Code.TOO_MANY_ITEMS: _words(
        _R,
        "1件の請求は{limit}項目までです（{count}項目あります）。分けてお出しください。",
        "One request has at most {limit} items; this one has {count}. Please send it in parts.",
        RefusalReason.SCOPE_UNSPECIFIED,
    ),
    Code.NOTHING_ASKED: _words(
        _Q,
        "対象が書かれていません。何について、いつのことをお尋ねかお知らせください。",
        "Nothing is asked about. Please say about what, and of when.",
        RefusalReason.SCOPE_UNSPECIFIED,
    ),
    Code.CHECKSUM_DIFFERS: _words(
        _R,
        "「{of}」の検査値が内容と一致しません。届いた内容は使いません。お送り直しください。",
        "The checksum of {of} doesn't match its content. What arrived is not used: please send it again.",
        RefusalReason.NOT_AUTHENTIC,
    ),
    Code.FIELD_REFUSED: _words(
        _Q, "「{field}」をお確かめください（{problem}）。", "Please check '{field}' ({problem})."
    ),
    Code.NO_DOCUMENT_NUMBER: _words(
        _Q,
        "文書番号（事件番号）がありません。番号のある文書をお送りください。",
        "There is no document (or case) number. Please send a document that has one.",
        RefusalReason.NOT_AUTHENTIC,
    ),
    Code.NUMBER_TO_FOLLOW: _words(
        _N,
        "文書番号がありません。緊急のため先に進めますが、後日、番号のある文書をお送りください。",
        "There is no document number. As this is urgent we go on; please send a numbered document afterwards.",
    ),
    Code.NO_DOCUMENT_DATE: _words(
        _Q, "文書の日付がありません。お知らせください。", "The document has no date. Please tell us."
    ),
    Code.DATE_UNREADABLE: _words(
        _Q,
        "「{field}」の日付を読めません（{written}）。令和8年11月23日、2026-11-23 のようにお書きください。",
        "The date in '{field}' can't be read ({written}). Please write it like 2026-11-23.",
    ),
    Code.DOCUMENT_IN_FUTURE: _words(
        _Q,
        "文書の日付（{written}）が受け取った日より後です。お確かめください。",
        "The document's date ({written}) is after the day on which we received it. Please check.",
    ),
    Code.NO_VALIDITY: _words(
        _Q,
        "令状の有効期間が書かれていません。お知らせください。",
        "The warrant's time of validity isn't written. Please tell us.",
    ),
    Code.VALIDITY_REVERSED: _words(
        _Q,
        "有効期間の末日（{written}）が文書の日付より前です。お確かめください。",
        "The last day of validity ({written}) is before the document's date. Please check.",
    ),
    Code.DOCUMENT_EXPIRED: _words(
        _Q,
        "文書の有効期間は{written}に終わっています。有効な文書をお送りください。",
        "The document's validity ended on {written}. Please send one that is in force.",
        RefusalReason.DOCUMENT_EXPIRED,
    ),
    Code.VALUE_UNREADABLE: _words(
        _Q,
        "対象を読めません（{problem}）。お確かめください。",
        "What is asked about can't be read ({problem}). Please check.",
    ),
    Code.CHECK_DIGIT: _words(
        _Q,
        "番号の検査数字が合いません。写し間違いがないかお確かめください。",
        "The number's check digit is wrong. Please see whether it was copied correctly.",
    ),
    Code.NOT_ONE_ADDRESS: _words(
        _Q,
        "アドレスの範囲ではなく、1項目に1つのアドレスをお書きください。",
        "Please name one address in each item, not a range of them.",
        RefusalReason.SCOPE_UNSPECIFIED,
    ),
    Code.ZONE_ID: _words(
        _Q,
        "アドレスに機器内の区分（%以降）が付いています。それを除いた、公開のアドレスをお知らせください。",
        "The address carries a zone (after %), which only one machine knows. Please give the public address.",
    ),
    Code.PRIVATE_ADDRESS: _words(
        _Q,
        "組織内でだけ使われるアドレスです。インターネット上で見えたアドレスをお知らせください。",
        "This address is used inside many networks. Please give the one that was seen on the Internet.",
        RefusalReason.SCOPE_UNSPECIFIED,
    ),
    Code.RESERVED_ADDRESS: _words(
        _Q,
        "だれにも割り当てられていないアドレスです。お確かめください。",
        "This address is reserved and assigned to nobody. Please check.",
        RefusalReason.SCOPE_UNSPECIFIED,
    ),
    Code.OTHER_PROVIDER: _words(
        _N,
        "当社のアドレスではありません。公開の登録では{provider}のものです。",
        "This isn't our address. By public registration it is one of {provider}'s.",
    ),
    Code.NOT_OUR_ADDRESS: _words(
        _N,
        "当社のアドレスではありません。割当先は公開の登録（WHOIS）でお確かめください。",
        "This isn't our address. The public register (WHOIS) names whose it is.",
    ),
    Code.PAGE_NOT_SEARCHED: _words(
        _N,
        "投稿のURLだけでは、当社の記録を検索できません。その投稿の送信元のIPアドレス、ポート番号、日時がわかる場合は"
        "お知らせください。",
        "Our records can't be searched by a page's address alone. If you know the post's source address, port and "
        "time, please tell us.",
    ),
    Code.PORT_MISSING: _words(
        _Q,
        "このアドレスは複数の利用者が同時に使います。送信元ポート番号をお知らせください。",
        "Several users share this address at the same time. Please give the source port.",
        waivable=True,
    ),
    Code.PORT_UNKNOWN: _words(
        _N,
        "送信元ポート番号がないため、1人に定まらないことがあります。定まらない場合は回答できません。",
        "Without the source port the answer may not come down to one holder; then nothing can be disclosed.",
    ),
    Code.PORT_UNREADABLE: _words(
        _Q,
        "ポート番号を読めません（{written}）。0から65535までの数字でお書きください。",
        "The port can't be read ({written}). Please write a number from 0 to 65535.",
    ),
    Code.PORT_OUT_OF_RANGE: _words(
        _Q,
        "ポート番号（{written}）は0から65535までです。お確かめください。",
        "A port is a number from 0 to 65535, not {written}. Please check.",
    ),
    Code.ONLY_OF_ADDRESS: _words(
        _Q,
        "「{field}」はアドレスについてだけ書けます。お確かめください。",
        "'{field}' belongs to an address only. Please check.",
    ),
    Code.PROTOCOL_UNREADABLE: _words(
        _Q,
        "プロトコルを読めません（{written}）。tcp、udp のようにお書きください。",
        "The protocol can't be read ({written}). Please write tcp, udp and the like.",
    ),
    Code.DESTINATION_UNREADABLE: _words(
        _Q,
        "接続先を読めません。IPアドレス（とポート番号）でお書きください。",
        "The destination can't be read. Please give its IP address (and port).",
    ),
    Code.TIME_MISSING: _words(_Q, "時刻がありません。お知らせください。", "There is no time. Please tell us."),
    Code.TIME_UNREADABLE: _words(
        _Q,
        "時刻を読めません（{written}）。2026-11-20T12:34:56+09:00 か「令和8年11月20日12時34分56秒（日本時間）」の"
        "ようにお書きください。",
        "The time can't be read ({written}). Please write it like 2026-11-20T12:34:56+09:00.",
    ),
    Code.NO_SUCH_TIME: _words(
        _Q, "この日時はありません（{written}）。お確かめください。", "There is no such time ({written}). Please check."
    ),
    Code.NOT_OF_ERA: _words(
        _Q,
        "この日付はその元号の期間にありません（{written}）。お確かめください。",
        "The date doesn't lie in that era ({written}). Please check.",
    ),
    Code.NOON_OR_MIDNIGHT: _words(
        _Q,
        "「午前12時」「午後12時」は昼と夜のどちらとも読めます（{written}）。24時間制でお書きください。",
        "12 o'clock of a forenoon or afternoon may be noon or midnight ({written}). Please use 24 hours.",
    ),
    Code.ZONE_MISSING: _words(
        _Q,
        "時刻が日本時間か協定世界時（UTC）かわかりません（{written}）。どちらかお知らせください。",
        "Nothing says whether the time is Japan time or UTC ({written}). Please say which.",
    ),
    Code.ZONE_UNKNOWN: _words(
        _Q,
        "時刻のあとの語がどの時間帯を指すか定まりません（{written}）。日本時間、UTC、+09:00 のようにお書きください。",
        "It isn't certain which zone the time names ({written}). Please write JST, UTC or an offset such as +09:00.",
    ),
    Code.ZONES_DIFFER: _words(
        _Q,
        "2つの時間帯が書かれています（{written}）。どちらが正しいかお知らせください。",
        "Two zones are named ({written}). Please say which is right.",
    ),
    Code.NO_BEGINNING: _words(
        _Q,
        "期間の始めがありません。お知らせください。",
        "The time has no beginning. Please tell us.",
        RefusalReason.SCOPE_UNSPECIFIED,
    ),
    Code.NO_END: _words(
        _Q,
        "期間の終わりがありません。お知らせください。",
        "The time has no end. Please tell us.",
        RefusalReason.SCOPE_UNSPECIFIED,
    ),
    Code.REVERSED_TIME: _words(
        _Q,
        "期間の終わりが始めより前です。お確かめください。",
        "The time ends before it begins. Please check.",
    ),
    Code.FUTURE_TIME: _words(
        _Q,
        "受け取った時点でまだ来ていない時刻です。お確かめください。",
        "This time hadn't come when we received the request. Please check.",
    ),
    Code.READ_AS_JAPAN_DATE: _words(
        _N,
        "契約の日付なので日本の暦日として扱います。違う場合はお知らせください。",
        "As this is a date of contracts, it is taken as a day in Japan. Please tell us if it isn't one.",
    ),
    Code.DUPLICATE: _words(
        _N,
        "項目{first}と同じです。1つとして数えます。",
        "This is the same as item {first} and counts once.",
    ),
}
"""Every finding's words."""

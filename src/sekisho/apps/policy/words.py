"""Japanese sentences and clauses, and what their verbs and endings say: negated, vague, defining, asking.

Words are matched after NFKC. These are patterns, no grammar: what they don't recognise is read as an affirmation of
nothing.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

SENTENCE_MOST: Final = 1_500
"""Characters of one sentence; a longer one is read in pieces, so that no pattern meets an endless one."""

_SENTENCE_END: Final = re.compile(r"(?<=[。.!?])(?<![0-9A-Za-z]\.)|\n+|(?<=[a-z]\.)\s+(?=[A-Z][a-z]+ )")

_CLAUSE_END: Final = re.compile(
    r"(?<=[すたいんる]が、)|(?<=せず、)|(?<=らず、)|(?<=わず、)|(?<=[送信得集用供示存録]し、)|(?<=送り、)|"
    r"(?<=[らさわ]れ、)"
    r"|(?<=おり、)|(?<=;)|(?<=, but )|(?<=ものの、)|(?<=[すた]けれども、)|(?<=一方、)|(?<=一方で、)"
    r"|(?<=、)(?=(?:同社|送信先|提供先|当社|弊社)(?:は|が|では|において))"
)
"""Where one statement of a sentence ends and another begins: 「…しますが、」「…せず、」「送信し、」."""

_HANDLED: Final = (
    r"送信|送[らりっる]|取得|収集|提供|開示|利用|使用|使[いわっ]|保持|共有|閲覧|保存|アクセス|読み取|組み込"
    r"|渡[しすさ]|含ま|含め|記録|"
    r"行[いわっ]|表示|販売|見[るら]|読[みま]|集め|受け取|預か|登録|導入|入れて|設置|委託|第三者|知る|紐|結び"
)
_NOT: Final = (
    r"(?:ません|ない(?!限り|場合|とき|方|で|し|よう|範囲|もの|状態|形)|(?<=[せらわ])ず、?$|ありません|ございません"
    r"|おらず|せず(?:、|に)?)"
)
_NEGATED: Final = re.compile(
    rf"(?:{_HANDLED})[^。]{{0,26}}?{_NOT}|情報はありません|(?:は|も|など)(?:一切)?(?:ありません|ございません"
    rf"|おりません)(?=。|$)"
    r"|(?:送信|提供|取得|収集|利用|外部送信)(?:は|も)?(?:一切)?(?:なし|無し|行いません|致しません|いたしません)"
    r"|\b(?:do|does|will|did|is|are) not\b|\bnever\b|\bdon't\b"
)
_NO_DENIAL: Final = re.compile(
    r"いただけません|できません|なれません|負いません|かまいません|以外の目的|許可しない|希望されない|望まれない"
    r"|表示されなく|"
    r"制限は|影響は|なりません|おすすめしません|保証(?:は|する|いたし)|もらえません|限りません|いただく必要"
    r"|わけではありません|使えなく|利用できない"
    r"|ご(?:利用|使用)になれ|責任を|差し支え|変わりません|手続(?:き)?の?後|停止(?:した)?の?後|cannot"
)
"""Endings with a negative word that don't say that something isn't collected, sent or used."""
_NONE_GIVEN: Final = re.compile(r"(?:なし|無し|無|ありません|行いません|該当なし|していません|行っていません|ない)。?")
_CONDITIONAL: Final = re.compile(
    r"場合を?除(?:き|い|く)|を除(?:き|いて)|限り|同意(?:を得|なし|なく|が(?:ない|得)|を(?:いただか|頂か|得ず"
    r"|得ない))|(?:ときは|場合は|場合には|際は|際には|場合、)|未満"
    r"|以外|許可なく|断りなく|無断で|必要な範囲を超え|目的外"
)
"""What it is denied under: then nothing says that it never happens."""

_DEFINING: Final = re.compile(
    r"とは、?.{0,200}(?:をいいます|をいう|のことです|と呼びます|指します|仕組みです|もの(?:です|をいいます))"
    r"|をいいます。?$|をいう。?$|総称して|と呼びます。?$"
)

_CONTROL: Final = re.compile(
    r"オプトアウト|無効|停止|拒否|リセット|撤回|退会|削除|消去|訂正|希望され(?:ない|る)|望まれない|お望みでない"
    r"|取り消|オフに|拒む|開示(?:の|を|等の)(?:ご?請求|求め)|"
    r"許可しない|止める|止めた|止め、|やめ(?:る|たい|て)|お断り|切る(?:こと|と)|切り替え|解除|設定(?:画面)?(?:から"
    r"|で|により|を変更)|変更(?:する)?ことができ"
    r"|opt[ -]?out|unsubscribe|ご?希望(?:の|され)(?:ない|とき|場合|方)|外してください"
)
"""What users can do about it."""
_AGREEING: Final = re.compile(
    r"同意(?:を|の上|が必要|いただ|された|画面|する|して|し)|ご同意|許可(?:を得|を押|して|いただ|を(?:いただ|求め))"
    r"|保護者|親権者|許諾|ご?承諾|了承|consent"
)
_MADE_KNOWN: Final = re.compile(
    r"公表して|(?:初回|最初に|はじめて)[^。]{0,6}起動|掲示して|掲載して|いつでも(?:ご覧|ご?確認|見|お読み)"
    r"|ダウンロード(?:の前|する前)|(?:アプリ)?ストア(?:の|で"
    r"|に)[^。]{0,12}(?:公表|掲載|ご覧|確認)"
)

_VAGUE_RECIPIENT: Final = re.compile(
    r"第三者(?!提供|への提供|Cookie|クッキー)|提携(?:先|会社|企業|する|事業者|サービス)|パートナー(?:企業|会社|各社"
    r"|様)?(?=[にへとはがの、等])|(?:グループ|関連|関係"
    r"|子)(?:会社|各社|企業)|"
    r"(?:業務)?委託先|協力会社|取引先|外部(?:の(?:事業者|会社|企業|業者|サービス)|サービス|事業者|企業|業者|会社"
    r"|パートナー)|他社|各社|"
    r"(?:広告|解析|計測|測定|配信|効果測定|分析|広告関連)(?:配信)?(?:の)?(?:事業者|会社|企業|業者|代理店"
    r"|ネットワーク)|広告主|媒体社|"
    r"(?:SSP|DSP|DMP)(?:/(?:SSP|DSP))?|third part(?:y|ies)|partners"
)
_VAGUE_OPEN: Final = re.compile(
    r"(?<!Cookie)(?<!クッキー)(?<![均平対高上初優])等(?![級号分身])|など|その他|のほか(?!の)|ほか(?:の(?:情報|目的"
    r"|事業者|会社)|、)|に関する情報(?=[をがは])"
    r"|関連(?:する)?情報|一定の情報|必要な情報|さまざまな|様々な|各種(?:の)?(?:情報|目的)|諸|such as|and other"
)
_VAGUE_PURPOSE: Final = re.compile(
    r"サービス(?:の|を)?(?:品質の?)?(?:向上|改善|充実|発展)|利便性の?(?:向上|改善)|(?:より)?(?:良い|よい|よりよい)"
    r"(?:サービス|体験|もの)?|必要な範囲|適切な範囲|"
    r"円滑な(?:遂行|運営|提供)|マーケティング|必要に応じて|付随(?:する|して)|業務上の?目的|事業(?:活動|運営)|業務の?"
    r"(?:遂行|運営)|顧客満足|品質向上のため|関連する目的|適正な"
    r"|正当な(?:目的|事業)|improve"
)


def plain(text: str) -> str:
    """A text in one form of letters: NFKC, with spaces and tabs in runs as one space, lines kept."""
    folded = unicodedata.normalize("NFKC", text).replace("\r\n", "\n").replace("\r", "\n")
    return re.sub(r"[^\S\n\t]+", " ", folded).strip()


def sentences(text: str) -> tuple[str, ...]:
    """The sentences and lines of a text, none longer than :data:`SENTENCE_MOST`."""
    found = (each.strip() for each in _SENTENCE_END.split(text) if each and each.strip())
    return tuple(
        each[at : at + SENTENCE_MOST] for each in found for at in range(0, len(each), SENTENCE_MOST)
    )


def clauses(sentence: str) -> tuple[str, ...]:
    """The statements that a sentence puts one after another."""
    return tuple(each for each in _CLAUSE_END.split(sentence) if each and each.strip())


def is_negated(clause: str) -> bool:
    """Whether it says that something isn't collected, sent, used or disclosed."""
    return _NEGATED.search(clause) is not None and _NO_DENIAL.search(clause) is None


def is_conditional(sentence: str) -> bool:
    """Whether what it says holds only under a condition."""
    return _CONDITIONAL.search(sentence) is not None


def says_none(value: str) -> bool:
    """Whether a value beside a label says that there is none (なし)."""
    return _NONE_GIVEN.fullmatch(value.strip()) is not None


def is_defining(sentence: str) -> bool:
    """Whether it explains a word rather than telling what is done."""
    return _DEFINING.search(sentence) is not None


def is_control(sentence: str) -> bool:
    """Whether it tells what users can stop, refuse, correct or delete."""
    return _CONTROL.search(sentence) is not None


def is_involving(sentence: str) -> bool:
    """Whether it tells of consent, permission, guardians, or where the policy is made known."""
    return _AGREEING.search(sentence) is not None or _MADE_KNOWN.search(sentence) is not None


def vague_words(clause: str) -> tuple[str, ...]:
    """Words that leave open who receives, what it is or what it is for, as they stand."""
    return tuple(
        dict.fromkeys(
            match.group()
            for pattern in (_VAGUE_RECIPIENT, _VAGUE_OPEN, _VAGUE_PURPOSE)
            for match in pattern.finditer(clause)
        )
    )


def vague_recipients(clause: str) -> tuple[str, ...]:
    """Words for recipients that name nobody."""
    return tuple(dict.fromkeys(match.group() for match in _VAGUE_RECIPIENT.finditer(clause)))


def vague_open(clause: str) -> bool:
    """Whether it leaves open what else there is (等, その他)."""
    return _VAGUE_OPEN.search(clause) is not None


def vague_purpose(clause: str) -> bool:
    """Whether it names a purpose that covers anything."""
    return _VAGUE_PURPOSE.search(clause) is not None

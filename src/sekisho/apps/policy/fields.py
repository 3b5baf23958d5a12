"""Labels of a notice's table or list: what a column, row or 「…：」 is about."""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import Enum, unique
from typing import Final


@unique
class Field(Enum):
    """What a value beside a label is."""

    SERVICE = "service"
    RECIPIENT = "recipient"
    INFORMATION = "information"
    SENDER_PURPOSE = "sender_purpose"
    RECIPIENT_PURPOSE = "recipient_purpose"
    PURPOSE = "purpose"
    OPT_OUT = "opt_out"
    LINK = "link"
    METHOD = "method"
    THIRD_PARTY = "third_party"
    OTHER = "other"


_WHO: Final = r"(?:送信|提供|連携|委託|利用|外部送信|情報送信)先"
_LABELS: Final = (
    (Field.LINK, (r"(?:プライバシー|個人情報).{0,20}(?:ポリシー|方針|リンク|URL)|ポリシー(?:等)?(?:の?URL)?|(?:参考"
                 r"|関連)?(?:URL|リンク)(?:先)?"
                 r"|詳細(?:情報)?|privacy policy|備考|規約")),
    (Field.OPT_OUT, r".{0,16}(?:オプトアウト|opt-?out|無効化|停止|拒否|利用停止).{0,12}"),
    (Field.THIRD_PARTY, r"第三者(?:への)?提供(?:の有無|の?情報)?"),
    (Field.RECIPIENT_PURPOSE, (rf"(?:{_WHO}|{_WHO}の?(?:事業者|会社)|先方|提供(?:者|会社|元)|事業者|同社|第三者)"
                              rf"(?:側)?(?:に|で)?(?:おける|の|による)?"
                              r"(?:情報の?)?(?:利用|使用)?(?:の)?(?:目的|用途)"
                              r"|(?:利用)?目的[(\[]?(?:送信先|提供先|事業者)[)\]]?")),
    (Field.SENDER_PURPOSE, (r"(?:当社|弊社|当サイト|自社|送信元|当行|本アプリ|本サービス|当方|当サービス)(?:側)?(?:に"
                           r"|で)?(?:おける|の|による)?"
                           r"(?:情報の?)?(?:利用|使用)?(?:の)?(?:目的|用途)"
                           r"|(?:利用)?目的[(\[]?(?:当社|送信元|弊社)[)\]]?")),
    (Field.PURPOSE, (r"(?:情報の?|送信の?|取得の?)?(?:主な)?(?:利用|使用|送信|取得|収集)?(?:の)?(?:目的|用途)(?:等)?"
                    r"|purposes?"
                    r"|(?:取得|送信|収集)する理由|使いみち|何のため.{0,6}")),
    (Field.METHOD, r"(?:情報の?)?(?:取得|収集)(?:の)?方法|方法|入手方法"),
    (Field.INFORMATION, (r"(?:外部)?(?:送信|取得|収集|提供|利用)(?:する|される|している|されている)?(?:利用者"
                        r"(?:に関する)?|お客様の?)?の?(?:主な)?(?:情報"
                        r"|項目|データ)"
                        r"(?:の?(?:内容|種類|項目|例))?|(?:利用者(?:に関する)?)?(?:情報|データ)(?:の?(?:内容|種類"
                        r"|項目|例))?|(?:情報)?項目|内容"
                        r"|利用者情報(?:の項目)?|data|information|送(?:られる|る)(?:情報|もの)|許可(?:の種類)?|権限")),
    (Field.SERVICE, (r"(?:利用(?:する|している)?)?(?:サービス|ツール|タグ|SDK|モジュール|製品|機能|プログラム|ソフト"
                    r"(?:ウェア)?|情報収集モジュール|外部サービス|Cookie)"
                    r"(?:/(?:サービス|ツール|SDK))?の?(?:名称?|名前)?|名称|service|tool|媒体")),
    (Field.RECIPIENT, (rf"(?:情報の?)?(?:主な)?{_WHO}(?:と?なる)?の?(?:電気通信)?(?:事業者|会社|企業)?(?:の?(?:名称?"
                      rf"|氏名"
                      rf"|一覧))?(?:\(.{{0,12}}\))?"
                      r"|(?:サービス|ツール|情報|モジュール|SDK)?の?(?:提供|運営|開発|取扱|配信|広告配信|受領)(?:者"
                      r"|会社|元|事業者|企業|社"
                      r"|主体)(?:の?(?:名称?|氏名))?"
                      r"|(?:広告|解析|計測)?(?:事業者|会社|企業|社|法人)(?:の?名称?)?|送り先|取り扱う者(?:の(?:名称"
                      r"|氏名))?|受け取る(?:会社|者|人)"
                      r"|recipients?|provider|company|vendor|第三者(?:の名称)?")),
    (Field.OTHER, (r"国(?:名)?|所在(?:国|地)|移転先(?:の国)?|保存期間|保管期間|期間|有効期限|区分|種別|分類"
                  r"|カテゴリー?|No\.?|#|ドメイン(?:名)?"
                  r"|送信先ドメイン|ホスト(?:名)?|連絡先|住所|代表者")),
)  # fmt: skip
_READ: Final = tuple((field, re.compile(pattern, re.IGNORECASE)) for field, pattern in _LABELS)
_DRESS: Final = re.compile(r"^[\s・■□◆◇●○▼*#\-–.、()0-9①-⑳【\[「]*|[\s:。】\]」※*]*(?:[(※](?:注|\*)?[0-9]{0,2}[)]?)?$")
_PAIR: Final = re.compile(r"(?:^|[\n\s、。,/;■・●【\[])([^\s\n::、。,/;■・●【\]]{1,24})[】\]]? ?[::] ?")

LABEL_MOST: Final = 30


def field_of(label: str) -> Field | None:
    """What a label is about; ``label`` is after NFKC. ``None`` for words that are no label."""
    bare = _DRESS.sub("", label.strip()).replace(" ", "").replace("\n", "")
    if not 0 < len(bare) <= LABEL_MOST:
        return None
    return next((field for field, pattern in _READ if pattern.fullmatch(bare) is not None), None)


def pairs_in(text: str) -> tuple[tuple[Field, str], ...]:
    """The 「label：value」 of a text; nothing where no label is one of ours."""
    marks = [(field, match.start(1), match.end()) for match in _PAIR.finditer(text)
             if (field := field_of(match.group(1))) is not None]  # fmt: skip
    if not marks:
        return ()
    ends = [start for _, start, _ in marks[1:]] + [len(text)]
    return tuple(
        (field, text[begin:end].rstrip(" 、,/;■・●【[\n"))
        for (field, _, begin), end in zip(marks, ends, strict=True)
    )


def how_many(labels: Iterable[str]) -> int:
    """How many different fields these labels are."""
    return len({field for each in labels if (field := field_of(each)) is not None})

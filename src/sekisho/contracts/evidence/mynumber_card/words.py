"""What a My Number card's report says in words: reasons of steps not done, and what is left to others."""

from __future__ import annotations

from typing import Final

from sekisho.contracts.evidence.mynumber_card.model import ReadersWord
from sekisho.engine.facts import Text

NO_SIGNATURE: Final = Text(
    "カードから読んだ四情報は、第三者が確かめられる署名の対象になっていません"
    "（0408/0003の署名は個人番号のハッシュを含むため受け取れず、0402/0002の署名が何を対象とするかは確認できていません）",
    "the items are read, not signed so that others can verify them (the signature in 0408/0003 comes with a hash of "
    "the individual number, which may not be taken, and what the one in 0402/0002 covers isn't known)",
)
ONE_APPLICATION: Final = Text(
    "片方のアプリケーションだけが渡されています", "only one of the two applications was given"
)
NOTHING_IN_COMMON: Final = Text("両方にある項目に、分からない部分があります", "what both have is partly unknown")
EXPIRY_UNKNOWN: Final = Text("有効期限が読み取られていません（0402/0002）", "the last day wasn't read (0402/0002)")
NO_WORD: Final = Text("読取アプリが述べていません", "the reading application doesn't say")

_HOLDER: Final = Text("カードの名義人が本人であること（顔の照合）", "that the person is the holder (the face)")
_GENUINE: Final = Text(
    "カードと読み取った内容が本物であること：署名用電子証明書（公的個人認証）などで確かめてください",
    "that card and items are genuine: establish it by the signing certificate (JPKI) or the like",
)
_IMAGES: Final = Text(
    "氏名と住所：券面事項確認APからは画像だけが読まれています。画面で確かめてください",
    "name and address: only images were read from the card's face; compare them on the screen",
)


def left(*, images_only: bool) -> tuple[Text, ...]:
    """What nobody here checked."""
    return (_HOLDER, _GENUINE, _IMAGES) if images_only else (_HOLDER, _GENUINE)


def entered(word: ReadersWord) -> Text:
    """What the reading application says of PIN and verification number."""
    ja = {True: "入力", False: "入力なし", None: "述べていない"}
    en = {True: "entered", False: "not entered", None: "not said"}
    by_ja, by_en = (f"（{word.application}）", f" ({word.application})") if word.application else ("", "")
    return Text(
        f"読取アプリの申告による{by_ja}: 暗証番号は{ja[word.pin]}、照合番号Bは{ja[word.number_b]}",
        f"as the reading application says{by_en}: PIN {en[word.pin]}, verification number B {en[word.number_b]}",
    )

"""What a card's report says in words: reasons of steps not done, notes, and what is left to others."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from sekisho.contracts.evidence.steps import NO_REASON
from sekisho.engine.facts import Text

NO_AUTHORITY: Final = Text(
    "出入国在留管理庁の認証局の証明書が設定にないため", "the agency's authority isn't configured"
)
NUMBER_NOT_ON_CHIP: Final = Text(
    "第1世代のチップには番号のデータがありません。読取りアプリの申告した番号で、形だけを確かめました",
    "chips of the first generation hold no number; only the form of the one the reading application gave was checked",
)
NUMBER_NOT_SIGNED: Final = Text("番号は署名の対象ではありません", "the number isn't among what is signed")
ONLY_PICTURES: Final = Text(
    "第1世代のカードで署名されているのは画像だけです。氏名・生年月日・住居地は画面で見比べてください",
    "a card of the first generation has only pictures signed; compare name, birth date and address on the screen",
)
NO_PHOTO: Final = Text(
    "写真がありません（年少者に交付されたカード）", "it has no photo, as cards issued to children haven't"
)
BIRTH_UNKNOWN: Final = Text(
    "生年月日の一部が不明なので、申込みと比べていません", "a part of the date of birth is unknown, so it isn't compared"
)
EXPIRY_IN_PICTURE: Final = Text(
    "第1世代のカードの有効期間は、券面の画像にしかありません。画面で確かめてください",
    "a card of the first generation has its end of validity only in the picture; look at it on the screen",
)
REVOCATION: Final = Text(
    "ここでは照会しません。番号と有効期間の満了日により、出入国在留管理庁の在留カード等番号失効情報照会で確かめてください",
    "not asked here; ask the agency's service (在留カード等番号失効情報照会) with the number and the end of validity",
)
LEFT_TO_CALLER: Final = (
    Text("カードの名義人が本人であること（顔の照合）", "that the person is the holder (the face)"),
    Text(
        "氏名：署名されているのは氏名の画像です。申込みと同じか、画面で見比べてください",
        "the name: what is signed is a picture of it; compare it with the application on the screen",
    ),
    Text(
        "住居地：裏面の記載とチップの住居地は署名の対象ではありません",
        "the address: neither the back of the card nor the chip's later entries are signed",
    ),
    Text(
        "カードが失効していないこと（出入国在留管理庁の在留カード等番号失効情報照会）",
        "that the card isn't revoked (在留カード等番号失効情報照会 of the Immigration Services Agency)",
    ),
    Text(
        "カードの種類：チップの種類の記載は署名の対象ではありません",
        "the type of card: the chip's word on it isn't signed",
    ),
    Text("チップが複製でないこと：確かめる方法がありません", "that the chip isn't a copy: there is no way to check"),
)


def joined(*texts: Text) -> Text:
    """Several notes as one; none where there is none."""
    said = [text for text in texts if text != NO_REASON]
    return Text("。".join(text.ja for text in said), "; ".join(text.en for text in said)) if said else NO_REASON


def outside(read: Sequence[str]) -> Text:
    """What was read and isn't signed, by the files' names."""
    if not read:
        return Text(
            "住居地・許可などは署名の対象外で、渡されていません",
            "address and permissions aren't signed, and weren't given",
        )
    listed = ", ".join(read)
    return Text(
        f"署名の対象外です。発行者のものとは確かめられません: {listed}",
        f"not signed, so nothing shows that the agency wrote it: {listed}",
    )


def channel(said: bool | None, reader: str | None) -> Text:
    """What the reading application says of the channel."""
    who_ja, who_en = (f"（{reader}）", f" ({reader})") if reader else ("", "")
    if said is None:
        return Text(f"読取りアプリ{who_ja}からの報告がありません", f"the reading application{who_en} doesn't say")
    if said:
        return Text(
            f"読取りアプリ{who_ja}は、番号で認証し、セキュアメッセージングで読んだと報告しています。"
            "ここでは確かめられません",
            f"the reading application{who_en} says that it opened the card with its number and read by secure "
            "messaging; that can't be verified here",
        )
    return Text(
        f"読取りアプリ{who_ja}は、セキュアメッセージングで読んでいないと報告しています",
        f"the reading application{who_en} says that it didn't read by secure messaging",
    )

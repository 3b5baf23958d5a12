"""What a licence's report says in words: reasons of steps not done, and what is left to others."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from sekisho.contracts.evidence.chip.tlv import label
from sekisho.contracts.evidence.driving_licence.model import Change, PoliceKey
from sekisho.contracts.evidence.steps import NO_REASON
from sekisho.engine.facts import Text

_MAX_LISTED = 8

NO_KEY: Final = Text(
    "公安委員会の公開鍵が設定にないため。本籍（DF1/EF02）を読み取る必要もありません",
    "no police commission's key is configured; nor need the registered domicile (DF1/EF02) be read",
)
NO_KEY_FOR_RECORD: Final = Text("公安委員会の公開鍵が設定にないため", "no police commission's key is configured")
NO_DOMICILE: Final = Text(
    "本籍（DF1/EF02）が渡されていないため。署名は本籍を含む全体に対するものです",
    "the registered domicile (DF1/EF02) wasn't given, and the signature is over it too",
)
NO_PHOTO: Final = Text(
    "写真（DF2/EF01）が渡されていないため。署名は写真を含む全体に対するものです",
    "the photo (DF2/EF01) wasn't given, and the signature is over it too",
)
NO_SIGNATURE: Final = Text("電子署名（DF1/EF07）が渡されていないため", "the signature (DF1/EF07) wasn't given")
NO_RECORD_SIGNATURE: Final = Text("電子署名（WEF03）が渡されていないため", "the signature (WEF03) wasn't given")
NO_CHANGES_READ: Final = Text(
    "変更の記録（DF1/EF04）が渡されていないため、氏名と住所が今のものか分かりません",
    "later changes (DF1/EF04) weren't given, so it isn't known whether name and address are the present ones",
)
NOT_IN_RECORD: Final = Text(
    "マイナ免許証の免許情報記録に氏名と住所はありません", "the record of a マイナ免許証 holds no name and no address"
)
RECORD_EXPIRY_UNKNOWN: Final = Text(
    "免許情報記録のどの項目が有効期間の末日かを、設定が定めていません",
    "the profile doesn't say which item of the record is the last day",
)
NO_WORD: Final = Text("読取アプリが述べていません", "the reading application doesn't say")

HOLDER: Final = Text("免許証の名義人が本人であること（顔の照合）", "that the person is the holder (the face)")
COPY: Final = Text(
    "複製されたチップである可能性：署名は内容だけのものです",
    "that the chip isn't a copy: the signature is of what it holds only",
)
CHANGES_BY_READER: Final = Text(
    "変更の記録（DF1/EF04）は署名の対象外です。変更がないことは読取アプリを信じるほかありません",
    "later changes (DF1/EF04) aren't signed: that there are none rests on the reading application",
)
RECORD_LEFT: Final = Text(
    "氏名・住所・生年月日：マイナンバーカードの券面事項など、別の証拠で確かめてください",
    "name, address and date of birth: establish them by other evidence, such as the My Number card's own items",
)
_UNSIGNED: Final = {
    Change.CHANGED: ("交付後に変更されています", "was changed after issue"),
    Change.UNCLEAR: ("交付後に変更された可能性があります", "may have been changed after issue"),
    Change.NOT_READ: ("変更の有無が読み取られていません", "may have been changed: that wasn't read"),
}


def changed(item_ja: str, item_en: str, change: Change) -> Text:
    """What is left to others for an item that isn't known to be the present one."""
    ja, en = _UNSIGNED[change]
    return Text(
        f"{item_ja}：{ja}。変更の記録は署名の対象外なので、別の書類で確かめてください",
        f"{item_en}: {en}; changes aren't signed, so establish it by another document",
    )


def changes_found(name: Change, address: Change) -> Text:
    """What step 4 found."""
    found = {name, address}
    if found == {Change.NONE}:
        return Text("氏名・住所の変更の記録なし（署名の対象外）", "no change of name or address recorded (not signed)")
    if Change.UNCLEAR in found:
        return Text(
            "変更の記録があり、どの項目かは分かりません（署名の対象外）",
            "a change is recorded, and the profile doesn't say of what (not signed)",
        )
    items = [
        (ja, en) for ja, en, one in (("氏名", "name", name), ("住所", "address", address)) if one is not Change.NONE
    ]
    return Text(
        f"変更の記録あり: {'、'.join(ja for ja, _ in items)}（署名の対象外）",
        f"changed later: {', '.join(en for _, en in items)} (not signed)",
    )


def unknown_items(found: Iterable[tuple[str, int]]) -> Text:
    """Items that the profile doesn't know: not read, and said."""
    listed = [f"{file} {label(tag)}" for file, tag in found]
    if not listed:
        return NO_REASON
    shown = ", ".join(listed[:_MAX_LISTED])
    return Text(f"知らない項目（読んでいません）: {shown}", f"items not known, and not read: {shown}")


def signed_by(key: PoliceKey) -> Text:
    """Whose signature it is."""
    return Text(f"公開鍵: {key.name}（運用者が設定）", f"key: {key.name} (configured by the operator)")


def pins(first: bool | None, second: bool | None, application: str | None) -> Text:
    """What the reading application says of the PINs."""
    ja = {True: "入力", False: "入力なし", None: "述べていない"}
    en = {True: "entered", False: "not entered", None: "not said"}
    by_ja, by_en = (f"（{application}）", f" ({application})") if application else ("", "")
    return Text(
        f"読取アプリの申告による{by_ja}: 暗証番号1は{ja[first]}、暗証番号2は{ja[second]}",
        f"as the reading application says{by_en}: PIN 1 {en[first]}, PIN 2 {en[second]}",
    )

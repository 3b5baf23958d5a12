"""What a field of a Japanese form asks for, by what it says of itself. Own list; what isn't plain stays unknown."""

from __future__ import annotations

import re
from enum import StrEnum, unique
from typing import Final

from sekisho.apps.collector.lexicon import plain


@unique
class FieldKind(StrEnum):
    """What a form's field asks for."""

    NAME = "name"
    FAMILY_NAME = "family_name"
    GIVEN_NAME = "given_name"
    KANA = "kana"
    FAMILY_KANA = "family_kana"
    GIVEN_KANA = "given_kana"
    EMAIL = "email"
    PHONE = "phone"
    POSTAL_CODE = "postal_code"
    ADDRESS = "address"
    BIRTH_DATE = "birth_date"
    BIRTH_YEAR = "birth_year"
    BIRTH_MONTH = "birth_month"
    BIRTH_DAY = "birth_day"
    PASSWORD = "password"  # noqa: S105  a kind of field
    SEARCH = "search"


_AUTOCOMPLETE: Final = {
    "name": FieldKind.NAME, "family-name": FieldKind.FAMILY_NAME, "given-name": FieldKind.GIVEN_NAME,
    "email": FieldKind.EMAIL, "tel": FieldKind.PHONE, "tel-national": FieldKind.PHONE,
    "postal-code": FieldKind.POSTAL_CODE, "street-address": FieldKind.ADDRESS, "address-line1": FieldKind.ADDRESS,
    "bday": FieldKind.BIRTH_DATE, "bday-year": FieldKind.BIRTH_YEAR, "bday-month": FieldKind.BIRTH_MONTH,
    "bday-day": FieldKind.BIRTH_DAY, "new-password": FieldKind.PASSWORD, "current-password": FieldKind.PASSWORD,
}  # fmt: skip

_KANA: Final = r"(?:フリガナ|カナ|ふりがな)"

_FIELDS: Final = tuple(
    (kind, re.compile(pattern))
    for kind, pattern in (
        (FieldKind.EMAIL, r"メール|e-?mail"),
        (FieldKind.FAMILY_KANA, rf"^セイ|{_KANA}.?(?:セイ|せい)|(?:sei|last|family).?(?:name)?.?kana|kana.?sei"),
        (FieldKind.GIVEN_KANA, rf"^メイ|{_KANA}.?(?:メイ|めい)|(?:mei|first|given).?(?:name)?.?kana|kana.?mei"),
        (FieldKind.KANA, r"フリガナ|ふりがな|カナ|かな|kana|furigana"),
        (FieldKind.POSTAL_CODE, r"郵便番号|〒|zip|postal|postcode"),
        (FieldKind.PHONE, r"電話|携帯番号|^tel\d?$|\btel\b|phone|mobile"),
        (FieldKind.BIRTH_YEAR, r"(?:生年月日|誕生日?|birth).{0,4}(?:年|year|y)$"),
        (FieldKind.BIRTH_MONTH, r"(?:生年月日|誕生日?|birth).{0,4}(?:月|month|m)$"),
        (FieldKind.BIRTH_DAY, r"(?:birth.{0,4}(?:day|d))$|(?:生年月日|誕生).{0,4}[^月]日$"),
        (FieldKind.BIRTH_DATE, r"生年月日|誕生日|birth"),
        (FieldKind.PASSWORD, r"パスワード|暗証番号|password"),
        (FieldKind.ADDRESS, r"住所|番地|所在地|address"),
        (FieldKind.FAMILY_NAME, r"^姓$|^氏$|名字|苗字|(?:family|last).?name|(?:name|氏名|お名前).?(?:姓|sei)$"),
        (FieldKind.GIVEN_NAME, r"^名$|(?:given|first).?name|(?:name|氏名|お名前).?(?:名|mei)$"),
        (FieldKind.NAME, r"氏名|お?名前|ご?芳名|fullname|your.?name|^name$"),
        (FieldKind.SEARCH, r"検索|キーワード|search|^q$"),
    )
)  # fmt: skip


def field_kind(
    *, input_type: str, autocomplete: str, label: str, near: str, placeholder: str, name: str, id_: str
) -> FieldKind | None:
    """What a field asks for, by what says it most plainly; ``None`` where nothing does: then it stays empty.

    The field's own name tells the parts of a date or a name apart where one label stands before several fields.
    """
    for token in autocomplete.casefold().split():
        if token in _AUTOCOMPLETE:
            return _AUTOCOMPLETE[token]
    if input_type == "password":
        return FieldKind.PASSWORD
    if input_type == "email":
        return FieldKind.EMAIL
    if input_type == "search":
        return FieldKind.SEARCH
    for given in (label, f"{near} {label}" if near and label else "", name, id_, near, placeholder):
        words = plain(given)
        for kind, rule in _FIELDS:
            if words and rule.search(words):
                return kind
    return FieldKind.PHONE if input_type == "tel" else None

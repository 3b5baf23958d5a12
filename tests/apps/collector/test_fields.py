"""What fields of Japanese forms ask for, and who is typed into them."""

from __future__ import annotations

import pytest

from sekisho.apps.collector.fields import FieldKind, field_kind
from sekisho.apps.collector.form import _parts, _written
from sekisho.apps.collector.honey import honey


def _kind(**told: str) -> FieldKind | None:
    every = dict.fromkeys(("input_type", "autocomplete", "label", "near", "placeholder", "name", "id_"), "")
    return field_kind(**{**every, **told})


@pytest.mark.parametrize(
    ("told", "kind"),
    [
        ({"label": "お名前"}, FieldKind.NAME),
        ({"label": "氏名（漢字）"}, FieldKind.NAME),
        ({"label": "フリガナ"}, FieldKind.KANA),
        ({"label": "お名前（フリガナ）"}, FieldKind.KANA),
        ({"label": "姓"}, FieldKind.FAMILY_NAME),
        ({"label": "セイ"}, FieldKind.FAMILY_KANA),
        ({"near": "郵便番号"}, FieldKind.POSTAL_CODE),
        ({"name": "zip1"}, FieldKind.POSTAL_CODE),
        ({"label": "お電話番号"}, FieldKind.PHONE),
        ({"name": "tel2"}, FieldKind.PHONE),
        ({"label": "生年月日"}, FieldKind.BIRTH_DATE),
        ({"name": "birth_year"}, FieldKind.BIRTH_YEAR),
        ({"input_type": "email", "label": "ご連絡先"}, FieldKind.EMAIL),
        ({"label": "メールアドレス（確認用）"}, FieldKind.EMAIL),
        ({"autocomplete": "section-a billing tel"}, FieldKind.PHONE),
        ({"input_type": "password", "label": "暗証"}, FieldKind.PASSWORD),
        ({"label": "会員区分"}, None),
        ({"label": "ご意見"}, None),
        ({}, None),
    ],
)
def test_a_field_asks_for_what_it_says(told: dict[str, str], kind: FieldKind | None) -> None:
    """A field is known by what it says of itself; one that doesn't say stays empty."""
    assert _kind(**told) is kind


def test_one_seed_is_one_person_whom_nobody_is() -> None:
    """The same seed gives the same person, another seed another; each value can be looked for."""
    assert honey("a") == honey("a")
    assert honey("a").email != honey("b").email
    assert len(honey("a").known()) == 9
    assert all(each.text for each in honey("a").known())


def test_a_number_is_typed_in_the_parts_that_are_asked_for() -> None:
    """Three fields side by side get a telephone number's three parts; one field gets all, without hyphens if short."""
    person = honey("a")
    kinds = [FieldKind.NAME, FieldKind.PHONE, FieldKind.PHONE, FieldKind.PHONE, None, FieldKind.POSTAL_CODE]
    assert _parts(person, kinds) == dict(enumerate(person.phone.split("-"), 1))
    assert _written("090-0000-1234", {"most": 11}) == "09000001234"
    assert _written("090-0000-1234", {"most": 0}) == "090-0000-1234"

"""What changes between two days, in words: complete, sorted, and told with what to do now."""

from __future__ import annotations

from datetime import date

import pytest

from sekisho.contracts.facts import CATALOGUE
from sekisho.contracts.law import load_contracts
from sekisho.engine.rules import Selection
from sekisho.engine.timeline import difference
from sekisho.rulebook.difference import Group, LawDifference, law_difference
from sekisho.rulebook.difference_text import difference_text
from tests.rulebook.small_law import DUTY, METHODS, SCOPE, VOLUNTARY, small_law

LATE = date(2030, 1, 1)
CHANGES = [
    (date(2020, 3, 31), date(2020, 4, 1)),
    (date(2020, 9, 30), date(2020, 10, 1)),
    (date(2024, 3, 31), date(2024, 4, 1)),
    (date(2026, 3, 31), date(2026, 4, 1)),
    (date(2026, 9, 30), date(2026, 10, 1)),
    (date(2027, 3, 31), date(2027, 4, 1)),
]


def small(first: date, second: date, known: date = LATE) -> LawDifference:
    """The small law's difference."""
    return law_difference(small_law(), CATALOGUE, first, second, as_known_at=known, selection=Selection())


def test_a_replaced_method_is_one_change_with_the_demands_that_came() -> None:
    """Old and new rule are one entry; only what was added is told, not what stayed."""
    (entry,) = small(date(2023, 12, 31), date(2024, 1, 1)).entries
    assert entry.group is Group.METHODS_CHANGED
    assert ([r.id for r in entry.before], [r.id for r in entry.after]) == (["small.shown"], ["small.shown.2024-01"])
    gone, new = small(date(2023, 12, 31), date(2024, 1, 1)).demands(entry, "ja")
    assert gone == []
    assert new == ["「ICチップの読取り」 チップ情報の真正性: 発行者の署名を検証した"]
    said = difference_text(small(date(2023, 12, 31), date(2024, 1, 1)), "ja")
    assert "法2条ロ → 法2条ハ [要旨]（令和5年法律第0号）" in said


def test_a_method_that_ends_says_what_to_do_now() -> None:
    """Where nothing takes its place, the sentence for afterwards stands below it."""
    alone = METHODS.split("  - id: small.shown.2024-01")[0]
    law = small_law(rules=DUTY + SCOPE + alone)
    found = law_difference(
        law, CATALOGUE, date(2023, 12, 31), date(2024, 1, 1), as_known_at=LATE, selection=Selection()
    )
    assert [entry.group for entry in found.entries] == [Group.METHODS_ENDED]
    assert "今後はICチップも読み取ってください。" in difference_text(found, "ja")
    assert "Read the chip too from now on." in difference_text(found, "en")


def test_a_letter_that_moves_and_a_list_that_shrinks_are_told() -> None:
    """A rule in force on both days under another letter, and a document that leaves its list."""
    found = small(date(2021, 6, 1), date(2023, 6, 1))
    assert found.entries == ()
    assert [(m.rule.id, m.before, m.after) for m in found.moved("ja")] == [("small.shown", "法2条イ", "法2条ロ")]
    (change,) = found.sets
    assert (change.name, change.left, change.joined) == ("shown", ("health_insurance_card",), ())
    assert "外れる  健康保険の被保険者証" in difference_text(found, "ja")


def test_a_rule_that_may_begin_in_between_is_told_apart() -> None:
    """A start that isn't fixed is neither begun nor passed over; before it was known it isn't there at all."""
    assert [rule.id for rule in small(date(2024, 7, 1), date(2025, 1, 1)).may_begin] == ["small.signature"]
    assert small(date(2023, 1, 1), date(2024, 5, 31)).may_begin == ()
    assert small(date(2024, 7, 1), date(2025, 1, 1), known=date(2024, 5, 31)).may_begin == ()


def test_nothing_changes_is_said() -> None:
    """Two days of one stretch: one sentence, in both languages."""
    found = small(date(2020, 6, 1), date(2021, 6, 1))
    assert "違いはありません。" in difference_text(found, "ja")
    assert "Nothing changes." in difference_text(found, "en")


def test_what_does_not_bind_comes_after_the_law() -> None:
    """A voluntary rule is told under its own heading, after everything that binds."""
    law = small_law(rules=DUTY + SCOPE + METHODS + VOLUNTARY)
    found = law_difference(law, CATALOGUE, date(2023, 1, 1), date(2024, 1, 1), as_known_at=LATE, selection=Selection())
    assert [entry.binding for entry in found.entries] == [True, False]
    said = difference_text(found, "ja")
    assert said.index("変わる方法") < said.index("法令でないもの") < said.index("控えめな助言")


def test_it_can_be_limited_to_one_kind_of_case() -> None:
    """A change face to face isn't told to who asks about remote contracts."""
    found = law_difference(
        small_law(),
        CATALOGUE,
        date(2023, 12, 31),
        date(2024, 1, 1),
        as_known_at=LATE,
        selection=Selection(),
        about={"channel": "remote"},
    )
    assert found.entries == ()


@pytest.mark.parametrize(("first", "second"), CHANGES)
def test_every_rule_that_differs_is_in_exactly_one_entry(first: date, second: date) -> None:
    """On each change of the law, no rule that begins or ends is lost or told twice."""
    law = load_contracts()
    found = law_difference(law, CATALOGUE, first, second, as_known_at=LATE, selection=Selection())
    told = [rule.id for entry in found.entries for rule in (*entry.before, *entry.after)]
    expected = [one.rule.id for one in difference(law, first, second, as_known_at=LATE, selection=Selection())]
    assert len(told) == len(set(told))
    assert sorted(told) == sorted(expected)


@pytest.mark.parametrize(("first", "second"), CHANGES)
@pytest.mark.parametrize("lang", ["ja", "en"])
def test_the_words_name_every_change(first: date, second: date, lang: str) -> None:
    """Each entry's title and basis stand in the text; the document has them all."""
    law = load_contracts()
    found = law_difference(law, CATALOGUE, first, second, as_known_at=LATE, selection=Selection())
    flat = "".join(difference_text(found, lang).split())
    for entry in found.entries:
        assert "".join((entry.after or entry.before)[0].title.in_(lang).split()) in flat
    document = found.document()
    assert len(document["changes"]) == len(found.entries)
    assert document["first"] == first.isoformat()


def test_the_end_of_photographs_in_2026_is_told_with_what_to_do() -> None:
    """The best-known change: photo of document and face ends on 2026-03-31, and chip or signature is named."""
    law = load_contracts()
    found = law_difference(
        law,
        CATALOGUE,
        date(2026, 3, 31),
        date(2026, 4, 1),
        as_known_at=LATE,
        selection=Selection(),
        about={"event": "new_contract", "subject.kind": "natural", "channel": "remote", "service": "voice"},
    )
    ended = {rule.method for entry in found.entries if entry.group is Group.METHODS_ENDED for rule in entry.before}
    assert {"document-image-and-face", "document-copy-and-post"} <= ended
    changed = {rule.method for entry in found.entries if entry.group is Group.METHODS_CHANGED for rule in entry.after}
    assert "chip-and-face" in changed
    said = difference_text(found, "ja")
    assert "規則3条1項1号ニ → 規則3条1項1号ハ" in said

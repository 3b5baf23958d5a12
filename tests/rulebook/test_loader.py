"""The loader refuses what it doesn't know or can't rely on, each time with the file and line of the culprit."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sekisho.engine.rules import Rulebook
from sekisho.rulebook.errors import RulebookRefused
from sekisho.rulebook.loader import LOCK_NAME, load_folder, load_sources, meanings_of
from tests.engine.builders import CATALOGUE, HEAD, RULE, load, rule_yaml, sources

LINES = {name: number for number, name in enumerate(RULE, start=2)}
"""The line of each key in ``act/rules.yaml``: the first is ``rules:``."""


def _refused(found: dict[str, str]) -> RulebookRefused:
    with pytest.raises(RulebookRefused) as caught:
        load_sources(found, CATALOGUE, lock=None)
    assert caught.value.exit_code == 2
    return caught.value


def _at(error: RulebookRefused) -> tuple[str, int]:
    return error.fields["file"], error.fields["line"]


def test_the_rule_all_these_tests_break_is_good() -> None:
    """Unchanged, the texts load."""
    book = load(rule_yaml())
    assert list(book.rules) == ["show.paper"]
    assert book.rules["show.paper"].line == 2


@pytest.mark.parametrize("key", sorted(set(RULE) - {"duties", "method", "requires", "completed_on"}))
def test_a_rule_without_a_required_key_is_refused(key: str) -> None:
    """No id, role, title, provision, party, strength, start, text state, source, message or example: no rule."""
    error = _refused(sources(rule_yaml(**{key: None})))
    assert _at(error) == ("act/rules.yaml", 2)
    assert f"'{key}' is missing" in error.fields["problem"]


@pytest.mark.parametrize(
    ("changed", "key", "problem"),
    [
        ({"provisions": "[]"}, "id", "at least one provision"),
        ({"provisions": "[act.7]"}, "id", "there is no provision 'act.7'"),
        ({"provisions": "act.1"}, "provisions", "a list is expected"),
        ({"provisions_by_event": "{pass: []}"}, "more", "at least one provision"),
        ({"provisions_by_event": "{fly: [act.1]}"}, "more", "unknown key 'fly'"),
        ({"provisions_by_event": "{pass: [act.7]}"}, "id", "there is no provision 'act.7'"),
        ({"role": "judge"}, "role", "one of duty"),
        ({"strength": "law"}, "strength", "one of duty"),
        ({"party": "court"}, "party", "one of agent"),
        ({"text_state": "guess"}, "text_state", "one of verbatim"),
        ({"completed_on": "someday"}, "completed_on", "one of presented"),
        ({"title": "paper"}, "title", "a mapping is expected"),
        ({"title": "{ja: 書類}"}, "title", "'en' is missing"),
        ({"title": "{ja: 書類, en: 5}"}, "title", "text is expected"),
        ({"title": "{ja: '', en: paper}"}, "title", "text is expected"),
        ({"source": "2026-04-01"}, "source", "text is expected"),
        ({"message": "{staff: {ja: a, en: b}}"}, "message", "'applicant' is missing"),
        ({"message": "{staff: {ja: a, en: b}, applicant: {ja: a, en: b}}"}, "id", "what to do to meet it"),
        ({"duties": "[fly]"}, "id", "unknown duty 'fly'"),
        ({"duties": None}, "id", "names its duties"),
        ({"method": None}, "id", "'method' belongs to method rules"),
        ({"completed_on": None}, "id", "'completed_on' belongs to method rules"),
        ({"requires": None}, "id", "would accept everybody"),
        ({"requires": "{height: {eq: 1}}"}, "requires", "unknown fact 'height'"),
        ({"requires": "{exists: {evidence: coin}}"}, "requires", "unknown evidence kind 'coin'"),
        ({"requires": "{exists: {evidence: paper, where: {weight: {eq: 1}}}}"}, "requires", "unknown attribute"),
        ({"requires": "{age: {above: 1}}"}, "requires", "unknown operator 'above'"),
        ({"requires": "{colour: {in: pastels}}"}, "requires", "there is no set 'pastels'"),
        ({"requires": "{use: clean}"}, "requires", "there is no named condition 'clean'"),
        ({"requires": "{not: " * 13 + "{agreed: {eq: true}}" + "}" * 13}, "requires", "nested deeper"),
        ({"when": "{height: {eq: 1}}"}, "more", "unknown fact 'height'"),
        ({"completion": "{height: {eq: 1}}"}, "more", "unknown fact 'height'"),
        ({"applies": "{age: [1]}"}, "more", "unknown key 'age'"),
        ({"applies": "{channel: [air]}"}, "more", "'channel' must be some of"),
        ({"applies": "{channel: []}"}, "more", "'channel' must be some of"),
        ({"excepts": "[{condition: {agreed: {eq: true}}, text: {ja: a, en: b}}]"}, "more", "'provisions' is missing"),
        (
            {"excepts": "[{provisions: [], condition: {agreed: {eq: true}}, text: {ja: a, en: b}}]"},
            "more",
            "at least one provision",
        ),
        ({"kind_of_no": "statutory"}, "id", "'kind_of_no' belongs to refusal rules"),
        ({"colour": "red"}, "more", "unknown key 'colour'"),
        ({"from_": "2020-01-01"}, "from", "a mapping is expected"),
        ({"from_": "{date: 2020-01-01, instrument: act}"}, "from", "'known_from' is missing"),
        ({"from_": "{date: soon, known_from: 2020-01-01, instrument: act}"}, "from", "a date"),
        ({"from_": "{date: 2020-02-30, known_from: 2020-01-01, instrument: act}"}, "from", "there is no day"),
        ({"from_": "{date: unknown, known_from: 2020-01-01, instrument: act}"}, "from", "needs 'not_later_than'"),
        (
            {"from_": "{date: 2020-01-01, not_later_than: 2021-01-01, known_from: 2020-01-01, instrument: act}"},
            "from",
            "belongs to an unknown date only",
        ),
        ({"until": "{date: 2020-01-01, known_from: 2019-01-01, instrument: act}"}, "more", "ends after it starts"),
        ({"until": "{date: 2019-12-31, known_from: 2019-01-01, instrument: act}"}, "more", "ends after it starts"),
        ({"until": "2021-01-01"}, "more", "a mapping is expected"),
        ({"examples": "[]"}, "id", "an example that is met is missing"),
        ({"examples": "[{name: a, as_of: 2026-06-01, expect: unmet}]"}, "id", "an example that is met is missing"),
        ({"examples": "[{name: a, as_of: 2026-06-01, expect: met}]"}, "id", "unmet or not applicable is missing"),
        ({"examples": "[{name: a, as_of: 2026-06-01, expect: passed}]"}, "examples", "one of met"),
        ({"examples": "[{name: a, as_of: June, expect: met}]"}, "examples", "a date"),
        ({"examples": "[{name: a, expect: met}]"}, "examples", "'as_of' is missing"),
        ({"examples": "[{name: a, as_of: 2026-06-01, expect: met, facts: [1]}]"}, "examples", "a mapping"),
        ({"examples": "[{name: a, as_of: 2026-06-01, expect: met, evidence: [1]}]"}, "examples", "a mapping"),
        ({"retention": "{years: three, after: contract_end, fields: [a]}"}, "more", "a whole number"),
    ],
)
def test_a_fault_in_a_rule_is_named_with_its_line(changed: dict[str, str | None], key: str, problem: str) -> None:
    """The line is that of the key at fault, or the rule's first where something is missing or doesn't fit together."""
    error = _refused(sources(rule_yaml(**changed)))
    lines = LINES | {"more": len(RULE) + 2}
    assert problem in error.fields["problem"]
    assert _at(error) == ("act/rules.yaml", lines[key])


def test_a_rule_that_ends_says_what_to_do_now() -> None:
    """An end without the ``ended`` message leaves people without a next step."""
    until = "{date: 2021-01-01, known_from: 2020-06-01, instrument: act}"
    message = "{staff: {ja: 職, en: s}, applicant: {ja: 申, en: a}, how: {ja: 方, en: h}}"
    error = _refused(sources(rule_yaml(until=until, message=message)))
    assert "says what to do now" in error.fields["problem"]
    assert load(rule_yaml(until=until)).rules["show.paper"].end is not None


@pytest.mark.parametrize(
    ("changed", "problem"),
    [
        ({"kind_of_no": None}, "'kind_of_no' belongs to refusal rules"),
        ({"ends_when": None}, "how it ends"),
        ({"requires": None}, "would refuse everybody"),
        ({"completion": "{agreed: {eq: true}}"}, "only a method has a 'completion'"),
        ({"strength": "house"}, "a ground by law is no industry's or house's own"),
        ({"strength": "voluntary", "kind_of_no": "act2026_lines"}, "a ground by law"),
    ],
)
def test_a_refusal_is_complete_or_refused(changed: dict[str, str | None], problem: str) -> None:
    """A ground has a kind, a condition and an end; a ground by law is law."""
    refusal: dict[str, str | None] = {
        "role": "refusal",
        "duties": None,
        "method": None,
        "completed_on": None,
        "requires": "{agreed: {eq: false}}",
        "kind_of_no": "statutory",
        "ends_when": "{ja: 終わり, en: end}",
    }
    assert load(rule_yaml(**refusal))
    assert problem in _refused(sources(rule_yaml(**(refusal | changed)))).fields["problem"]


def test_the_second_rule_is_found_by_its_own_line() -> None:
    """A fault in the second rule isn't blamed on the first."""
    second = rule_yaml(id="show.other", method="other", requires="{height: {eq: 1}}")
    assert _at(_refused(sources(rule_yaml(), second))) == ("act/rules.yaml", LINES["requires"] + len(RULE))


def test_an_id_stands_once() -> None:
    """Two rules of one id, and two provisions, are refused at the second, in whichever file it stands."""
    again = sources(rule_yaml(), rule_yaml())
    assert _at(_refused(again)) == ("act/rules.yaml", len(RULE) + 2)
    more = sources(rule_yaml(), more="provisions:\n" + HEAD.split("provisions:\n")[1])
    assert _at(_refused(more)) == ("act/provisions.yaml", 8)


def test_a_key_stands_once() -> None:
    """The later of two equal keys would win in silence elsewhere."""
    found = sources(rule_yaml(more="1").replace("more: 1", "title: {ja: 別, en: other}"))
    error = _refused(found)
    assert _at(error) == ("act/rules.yaml", len(RULE) + 2)
    assert "stands twice" in error.fields["problem"]


def test_a_named_thing_stands_once_over_all_files() -> None:
    """A set or condition declared again in another file is refused, and the error says where it stands already."""
    one = {"a/x.yaml": "sets: {warm: [{from: 2000-01-01, items: [red]}]}\n"}
    two = {"b/y.yaml": "\nsets: {warm: [{from: 2000-01-01, items: [blue]}]}\n"}
    error = _refused({**sources(rule_yaml()), **one, **two})
    assert _at(error) == ("b/y.yaml", 2)
    assert "a/x.yaml" in error.fields["problem"]


def test_an_unused_set_or_condition_is_refused_where_it_stands() -> None:
    """What no rule asks about is a mistake: of the set, or of the rule that was to use it."""
    unused_set = sources(rule_yaml(), more="sets:\n  warm:\n    - {from: 2000-01-01, items: [red]}\n")
    assert _at(_refused(unused_set)) == ("act/more.yaml", 3)
    condition = "\n\nconditions:\n  clean: {provisions: [act.1], condition: {agreed: {eq: true}}}\n"
    assert _at(_refused(sources(rule_yaml(), more=condition))) == ("act/more.yaml", 4)


@pytest.mark.parametrize(
    ("versions", "line", "problem"),
    [
        ("[{from: 2000-01-01, until: 2010-01-01, items: [red]},\n {from: 2011-01-01, items: [red]}]", 3, "gap"),
        ("[{from: 2000-01-01, until: 2010-01-01, items: [red]},\n {from: 2009-01-01, items: [red]}]", 3, "overlap"),
        ("[{from: 2000-01-01, items: [red]},\n {from: 2009-01-01, items: [red]}]", 3, "overlap"),
        ("[{from: 2000-01-01, items: [purple]}]", 2, "no enumeration of the catalogue has purple"),
        ("[{from: 2000-01-01, items: [licence]}]", LINES["requires"], "which 'colour' can't be"),
        ("[]", 2, "has no version"),
        ("[{from: 2021-01-01, items: [red]}]", 2, "begins on 2021-01-01, after the rule does"),
        ("[{from: 2000-01-01, until: 2025-01-01, items: [red]}]", 2, "ends on 2025-01-01, before the rule does"),
    ],
)
def test_a_set_says_what_it_holds_on_every_day_of_its_rules(versions: str, line: int, problem: str) -> None:
    """Its versions follow each other, hold values of the fact that is asked about, and cover the rules that ask."""
    found = sources(rule_yaml(requires="{colour: {in: warm}}"), more=f"sets:\n  warm: {versions}\n")
    error = _refused(found)
    assert problem in error.fields["problem"]
    assert error.fields["line"] == line


@pytest.mark.parametrize(
    ("head", "line", "problem"),
    [
        (HEAD.replace("kind: act", "kind: rumour"), 1, "one of act"),
        (HEAD.replace("id: act,", "id: other,"), 1, "belongs in a folder of that name"),
        (HEAD.replace("duties: [show]", "duties: [fly]"), 5, "unknown duty 'fly'"),
        (HEAD.replace("  leave:", "  fly:"), 6, "unknown event 'fly'"),
        (HEAD.replace(", text_state: verbatim}]", "}]"), 10, "'text_state' is missing"),
        (HEAD.replace("from: 2000-01-01", "from: 2000-01-01, until: 1999-01-01"), 10, "a version ends after it starts"),
        (HEAD.replace("id: act.1", "id: act.2"), 2, "there is no provision 'act.1'"),
        (HEAD.replace("from: 2000-01-01", "from: 2021-01-01"), 2, "no text in force on 2020-01-01"),
        (HEAD.replace("from: 2000-01-01", "from: 2000-01-01, until: 2025-01-01"), 2, "ends on 2025-01-01"),
        (HEAD + "  - {id: act.2, title: {ja: 2条, en: art. 2}, versions: []}\n", 11, "at least one version"),
        (
            HEAD + "  - {id: act.2, title: {ja: 2条, en: a}, versions: [{from: 2000-01-01,"
            " label: {ja: 2条, en: a}, text_state: verbatim}]}\n",
            11,
            "no rule cites it",
        ),
        (HEAD + "    not_a_rule: {ja: 罰則, en: a penalty}\n", 8, "listed as not a rule"),
        (HEAD + "colour: red\n", 11, "unknown key 'colour'"),
    ],
)
def test_a_fault_in_the_head_is_named_with_its_line(head: str, line: int, problem: str) -> None:
    """Instruments, duties, events and provisions are as strict as rules; a rule is blamed for what it leans on."""
    error = _refused(sources(rule_yaml(), head=head))
    assert problem in error.fields["problem"]
    assert error.fields["line"] == line


def test_an_event_without_duties_is_refused() -> None:
    """Every event of the catalogue is declared, if only to name no duty."""
    head = HEAD.replace("  leave: {title: {ja: 退去, en: leaving}, duties: []}\n", "")
    assert "leave" in _refused(sources(rule_yaml(), head=head)).fields["problem"]


def test_versions_of_a_provision_leave_no_gap() -> None:
    """A text in force on no day, or on two at once, is refused at the later version."""
    two = (
        "[{from: 2000-01-01, until: 2010-01-01, label: {ja: 旧, en: a}, text_state: verbatim},\n"
        "      {from: 2010-01-02, label: {ja: 旧, en: a}, text_state: verbatim}]\n"
    )
    head = HEAD.rpartition("    versions:")[0] + "    versions: " + two
    error = _refused(sources(rule_yaml(), head=head))
    assert _at(error) == ("act/provisions.yaml", 11)
    assert "without gap or overlap" in error.fields["problem"]


def _two(first_until: str, second_from: str, **changed: str | None) -> dict[str, str]:
    until = f"{{date: {first_until}, known_from: 2021-01-01, instrument: act}}"
    start = f"{{date: {second_from}, known_from: 2021-01-01, instrument: act}}"
    return sources(rule_yaml(until=until), rule_yaml(**{"id": "show.paper.later", "from_": start, **changed}))


def test_versions_of_a_method_leave_no_gap_and_no_overlap() -> None:
    """One method of one duty has one rule on each day: otherwise a day without law, or with two, would go unseen."""
    later = ("act/rules.yaml", len(RULE) + 3)
    gap = _refused(_two("2022-01-01", "2022-01-02"))
    assert _at(gap) == later
    assert "leaves a gap after 'show.paper'" in gap.fields["problem"]
    overlap = _refused(_two("2022-01-02", "2022-01-01"))
    assert _at(overlap) == later
    assert "overlaps with 'show.paper'" in overlap.fields["problem"]
    assert "overlaps" in _refused(sources(rule_yaml(), rule_yaml(id="show.paper.again"))).fields["problem"]
    assert load_sources(_two("2022-01-01", "2022-01-01"), CATALOGUE, lock=None)


def test_rules_of_other_cases_or_methods_may_stand_beside_each_other() -> None:
    """Another channel, another method, another strength: no overlap."""
    apart = sources(rule_yaml(applies="{channel: [counter]}"), rule_yaml(id="b", applies="{channel: [online]}"))
    assert load_sources(apart, CATALOGUE, lock=None)
    half = sources(rule_yaml(), rule_yaml(id="b", applies="{channel: [online]}"))
    assert "overlaps" in _refused(half).fields["problem"]
    assert load(rule_yaml(), rule_yaml(id="b", method="other"))


def test_an_empty_rulebook_is_refused() -> None:
    """No file, no rule: nothing would be asked of anybody."""
    assert "empty" in _refused({}).fields["problem"]
    assert "no rules" in _refused(sources()).fields["problem"]
    assert _at(_refused({**sources(rule_yaml()), "act/empty.yaml": ""})) == ("act/empty.yaml", 1)


def test_a_rule_belongs_to_an_instrument() -> None:
    """A folder without one has no name to cite."""
    error = _refused({**sources(), "other/rules.yaml": "rules:\n" + rule_yaml()})
    assert _at(error) == ("other/rules.yaml", 2)
    assert "has no instrument" in error.fields["problem"]


# --- folders and hashes -----------------------------------------------------------------------------------------------


def _folder(tmp_path: Path, *rules: str, more: str = "") -> Path:
    for name, text in sources(*rules, more=more).items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return tmp_path


def test_a_folder_loads_as_its_texts_do(tmp_path: Path) -> None:
    """Reading from disk adds nothing: the content hash is the same."""
    found = load_folder(_folder(tmp_path, rule_yaml()), CATALOGUE)
    assert found.content_hash == load(rule_yaml()).content_hash


def test_a_file_that_is_not_utf_8_is_refused(tmp_path: Path) -> None:
    """The line is that of the first byte that isn't."""
    folder = _folder(tmp_path, rule_yaml())
    (folder / "act" / "bad.yaml").write_bytes("rules: []\n# 関所\n".encode() + "関所".encode("shift_jis"))
    with pytest.raises(RulebookRefused) as caught:
        load_folder(folder, CATALOGUE)
    assert _at(caught.value) == ("bad.yaml", 3)


def test_a_file_nobody_would_read_is_refused(tmp_path: Path) -> None:
    """A rule in a ``.yml`` file would be lost in silence."""
    folder = _folder(tmp_path, rule_yaml())
    (folder / "act" / "more.yml").write_text("rules: []\n", encoding="utf-8")
    with pytest.raises(RulebookRefused) as caught:
        load_folder(folder, CATALOGUE)
    assert caught.value.fields["file"] == "act/more.yml"


@pytest.mark.parametrize(
    ("lock", "line"), [("{", 1), ("{\n  'a': 1}", 2), ("[]", 1), ('{"a": 1}', 1), ('{"a": {"meaning": "x"}}', 1)]
)
def test_a_damaged_lock_is_refused(tmp_path: Path, lock: str, line: int) -> None:
    """A lock that can't be read locks nothing, so nothing is loaded."""
    folder = _folder(tmp_path, rule_yaml())
    (folder / LOCK_NAME).write_text(lock, encoding="utf-8")
    with pytest.raises(RulebookRefused) as caught:
        load_folder(folder, CATALOGUE)
    assert _at(caught.value) == (LOCK_NAME, line)


def test_the_lock_beside_the_rules_is_obeyed(tmp_path: Path) -> None:
    """A folder with a lock loads only as locked."""
    folder = _folder(tmp_path, rule_yaml())
    _, meanings = meanings_of(sources(rule_yaml()), CATALOGUE)
    kept = {"meaning": meanings["show.paper"], "from": "2020-01-01", "until": None}
    (folder / LOCK_NAME).write_text(json.dumps({"show.paper": kept}), encoding="utf-8")
    assert load_folder(folder, CATALOGUE)
    _folder(folder, rule_yaml(requires="{agreed: {eq: true}}"))
    with pytest.raises(RulebookRefused):
        load_folder(folder, CATALOGUE)


def _hash(*rules: str, more: str = "") -> str:
    return load(*rules, more=more).rules["show.paper"].content_hash


def test_a_changed_rule_has_another_content_hash() -> None:
    """What a person confirmed is this text of the rule, its interval, and the conditions and sets it uses."""
    before = _hash(rule_yaml())
    assert _hash(rule_yaml(title="{ja: 別, en: other}", source="elsewhere")) == before
    assert _hash(rule_yaml(requires="{agreed: {eq: true}}")) != before
    assert _hash(rule_yaml(from_="{date: 2020-02-01, known_from: 2019-01-01, instrument: act}")) != before
    assert _hash(rule_yaml(provisions="[act.1, act.1]")) != before
    using = rule_yaml(requires="{use: clean}")
    named = "conditions: {{clean: {{provisions: [act.1], condition: {{agreed: {{eq: {}}}}}}}}}\n"
    assert _hash(using, more=named.format("true")) != _hash(using, more=named.format("false"))
    asking = rule_yaml(requires="{all: [{colour: {in: warm}}]}")
    held = "sets: {{warm: [{{from: 2000-01-01, items: [{}]}}]}}\n"
    assert _hash(asking, more=held.format("red")) != _hash(asking, more=held.format("red, blue"))


def test_the_rulebook_hash_is_of_every_byte() -> None:
    """A comment changes it too: the hash names the very files."""
    books: list[Rulebook] = [
        load_sources(sources(rule_yaml()), CATALOGUE, lock=None),
        load_sources(sources(rule_yaml() + "# a comment\n"), CATALOGUE, lock=None),
        load_sources({**sources(rule_yaml()), "act/more.yaml": "# only a comment\nsets: {}\n"}, CATALOGUE, lock=None),
    ]
    assert len({book.content_hash for book in books}) == 3
    assert load(rule_yaml()).content_hash == books[0].content_hash

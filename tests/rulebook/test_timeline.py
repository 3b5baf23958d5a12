"""The timeline as people see it: chart, table and picture say the same, in both languages."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sekisho.contracts.facts import CATALOGUE, CHANNELS, EVENTS, SERVICES, SUBJECTS
from sekisho.contracts.law import load_contracts
from sekisho.engine.facts import Text
from sekisho.engine.rules import Role, Selection
from sekisho.engine.validity import why_not_in_force
from sekisho.rulebook.terminal_text import labelled, pad, shown_width, wrap
from sekisho.rulebook.timeline_chart import Chart, chart
from sekisho.rulebook.timeline_svg import WIDTH, timeline_svg
from sekisho.rulebook.timeline_text import timeline_text
from tests.rulebook.small_law import PROVISIONS, small_law

SVG = "{http://www.w3.org/2000/svg}"
CASE = {"event": "new_contract", "subject.kind": "natural", "channel": "face_to_face", "service": "voice"}


def small(since: date = date(2020, 1, 1), known: date = date(2030, 1, 1), on: date = date(2023, 6, 1)) -> Chart:
    """The small law's chart."""
    return chart(small_law(), CASE, since=since, on=on, as_known_at=known, selection=Selection())


def test_a_rule_has_a_span_for_each_citation() -> None:
    """Where the letter of an item moves, the span is cut, and each part carries the letter of its days."""
    (duty,) = small().duties
    shown = next(row for row in duty.rows if row.key == "document-shown")
    assert [(s.start, s.end, s.label.ja, s.text_state) for s in shown.spans] == [
        (date(2020, 1, 1), date(2022, 1, 1), "法2条イ", "verbatim"),
        (date(2022, 1, 1), date(2024, 1, 1), "法2条ロ", "verbatim"),
        (date(2024, 1, 1), None, "法2条ハ", "summary"),
    ]


def test_a_span_is_no_surer_than_the_text_it_cites() -> None:
    """Where a later text of the provision was not read, a rule read word for word is cut and marked there."""
    amended = PROVISIONS.replace(
        "      - {from: 2020-01-01, label: {ja: 法1条, en: Act art. 1}, text_state: verbatim}",
        "      - {from: 2020-01-01, until: 2025-06-01, label: {ja: 法1条, en: Act art. 1}, text_state: verbatim}\n"
        "      - {from: 2025-06-01, label: {ja: 法1条, en: Act art. 1}, text_state: unverified}",
    )
    law = small_law(provisions=amended)

    def duty(known: date) -> list[tuple[date, bool, str]]:
        found = chart(law, CASE, since=date(2020, 1, 1), on=known, as_known_at=known, selection=Selection())
        return [(span.start, span.start_fixed, span.text_state) for span in found.duties[0].rows[0].spans]

    # The amendment's day isn't fixed: 1 June 2025 is the last day it can be.
    assert duty(date(2024, 12, 1)) == [(date(2020, 1, 1), True, "verbatim"), (date(2025, 6, 1), False, "unverified")]
    assert duty(date(2024, 5, 31)) == [(date(2020, 1, 1), True, "verbatim")]


def test_a_date_that_is_not_fixed_is_marked() -> None:
    """The last day it can be, with the mark, in chart, table and picture."""
    signature = next(row for row in small().duties[0].rows if row.key == "electronic-signature")
    assert signature.spans[0].start == date(2025, 6, 1)
    assert signature.spans[0].start_fixed is False
    assert "≤2025-06-01 〜" in timeline_text(small(), "ja")
    assert "≤2025" in timeline_svg(small(), "en")


def test_what_imposes_and_excuses_stands_above_the_methods() -> None:
    """Duty and scope rows come first and say that they hold under a condition."""
    rows = small().duties[0].rows
    assert [row.role for row in rows] == [Role.DUTY, Role.SCOPE, Role.METHOD, Role.METHOD]
    assert rows[0].spans[0].conditional
    assert rows[1].spans[0].conditional
    assert not rows[2].spans[0].conditional


def test_what_had_ended_before_the_window_is_left_out() -> None:
    """A chart since 2024 doesn't show what ended on its first day."""
    shown = next(row for row in small(since=date(2024, 1, 1)).duties[0].rows if row.key == "document-shown")
    assert [span.rule.id for span in shown.spans] == ["small.shown.2024-01"]


def test_the_table_reads_like_this() -> None:
    """The whole table of the small law, so that a change of its look is seen."""
    said = timeline_text(small(), "ja", legend=False)
    assert said.splitlines()[3:] == [
        "本人確認",
        "  * 義務    本人確認の義務                             2020-01-01 〜              法1条 ※",
        "  * 対象外  卸契約は対象外                             2020-01-01 〜              法1条 ※",
        "    方法    書類の提示とICチップ                       2020-01-01 〜 2021-12-31   法2条イ",
        "  *                                                    2022-01-01 〜 2023-12-31   法2条ロ",
        "                                                       2024-01-01 〜              法2条ハ [要旨]",
        "    方法    電子署名                                   ≤2025-06-01 〜             法1条 [未確認]",
    ]


@pytest.mark.parametrize("lang", ["ja", "en"])
@pytest.mark.parametrize("channel", CHANNELS)
def test_columns_stay_aligned(lang: str, channel: str) -> None:
    """In the shipped rulebook every date of the table begins in the same column, whatever the script beside it."""
    found = chart(
        load_contracts(),
        {**CASE, "channel": channel},
        since=date(2019, 11, 1),
        on=date(2026, 11, 23),
        as_known_at=date(2026, 11, 23),
        selection=Selection(),
    )
    columns = {
        shown_width(line[: match.start()])
        for line in timeline_text(found, lang, legend=False).splitlines()[3:]
        if (match := re.search(r"≤?\d{4}-\d\d-\d\d [〜–]", line))
    }
    assert columns == {55}


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_the_picture_is_self_contained_and_described(lang: str) -> None:
    """Well-formed, named and described for who can't see it, without script, style sheet or outside reference."""
    picture = timeline_svg(small(), lang)
    root = ET.fromstring(picture)  # noqa: S314  our own output
    assert root.get("viewBox", "").startswith(f"0 0 {WIDTH} ")
    assert root.get("role") == "img"
    named = (root.get("aria-labelledby") or "").split()
    title, description = root.find(f"{SVG}title"), root.find(f"{SVG}desc")
    assert title is not None
    assert description is not None
    assert named == [title.get("id"), description.get("id")]
    assert "2023-06-01" in (description.text or "")
    outside = picture.replace('xmlns="http://www.w3.org/2000/svg"', "")
    assert not re.search(r"https?:|<script|<style|style=|href|@import|<image|<foreignObject", outside)


def test_nothing_is_said_by_colour_alone() -> None:
    """Each text state has a fill of its own kind (solid, pattern, dashed) and a word in the legend and the tooltip."""
    picture = timeline_svg(small(), "ja")
    for word in ("条文を読んだ", "[要旨] 要旨による", "[未確認] 条文を読んでいない", "[要旨] small.shown.2024-01"):
        assert word in picture
    assert 'fill="url(#' in picture
    assert "stroke-dasharray" in picture


def test_every_bar_and_every_day_of_change_is_in_the_picture() -> None:
    """As many bars with a tooltip as spans; a grid line for each day; nothing drawn beyond the width."""
    found = small()
    root = ET.fromstring(timeline_svg(found, "ja"))  # noqa: S314  our own output
    groups = root.findall(f"{SVG}g")
    assert len(groups) == sum(1 for _ in found.spans())
    assert all(group.find(f"{SVG}title") is not None for group in groups)
    texts = [text.text for text in root.iter(f"{SVG}text")]
    for day in found.days():
        assert f"{day:%m-%d}" in texts
    assert all(0 <= float(r.get("x", "0")) + float(r.get("width", "0")) <= WIDTH for r in root.iter(f"{SVG}rect"))


def test_two_pictures_on_one_page_do_not_share_names() -> None:
    """Pattern and title ids differ between cases and languages."""
    other = chart(
        small_law(),
        {**CASE, "channel": "remote"},
        since=date(2020, 1, 1),
        on=date(2023, 6, 1),
        as_known_at=date(2030, 1, 1),
        selection=Selection(),
    )
    pages = [timeline_svg(small(), "ja"), timeline_svg(small(), "en"), timeline_svg(other, "ja")]
    names = [name for page in pages for name in set(re.findall(r'id="([^"]+)"', page))]
    assert len(names) == len(set(names))


def test_a_title_with_markup_stays_text() -> None:
    """Whatever stands in the rules can't become markup of the page."""
    law = small_law()
    rule = law.rules["small.signature"]
    evil = replace(rule, title=Text("<script>alert(1)</script>", "<b>"))
    found = chart(
        replace(law, rules={**law.rules, rule.id: evil}),
        CASE,
        since=date(2020, 1, 1),
        on=date(2023, 6, 1),
        as_known_at=date(2030, 1, 1),
        selection=Selection(),
    )
    assert "<script" not in timeline_svg(found, "ja")


@given(
    st.sampled_from(EVENTS),
    st.sampled_from(SUBJECTS),
    st.sampled_from(CHANNELS),
    st.sampled_from(SERVICES),
    st.dates(date(2019, 11, 1), date(2028, 1, 1)),
)
def test_the_marked_day_shows_what_is_in_force(event: str, subject: str, channel: str, service: str, on: date) -> None:
    """For any kind of case and day, the spans that hold are the duty, scope and method rules in force that admit it."""
    law = load_contracts()
    case = dict(zip(CATALOGUE.dimensions, (event, subject, channel, service), strict=True))
    found = chart(law, case, since=date(2019, 11, 1), on=on, as_known_at=date(2030, 1, 1), selection=Selection())
    shown = {span.rule.id for span in found.spans() if span.holds(on)}
    expected = {
        rule.id
        for rule in law.rules.values()
        if rule.role in (Role.DUTY, Role.SCOPE, Role.METHOD)
        and rule.strength.value not in ("house", "proposal")
        and all(case[name] in values for name, values in rule.applies.items())
        and set(rule.duties) & set(law.events[event].duties)
        and why_not_in_force(rule, as_of=on, as_known_at=date(2030, 1, 1)) is None
    }
    assert shown == expected
    assert timeline_svg(found, "ja")
    assert timeline_text(found, "en")


@given(st.text(st.sampled_from("漢字かなカナ（）「」、。abc ABC-0123"), max_size=120), st.integers(20, 60))
def test_wrapping_loses_nothing(text: str, width: int) -> None:
    """Wrapped text has the same characters but for spaces."""
    assert "".join(wrap(text, width)).replace(" ", "") == text.replace(" ", "")


@given(st.text(st.sampled_from("漢字かなカナ abc"), max_size=120), st.integers(20, 60))
def test_wrapped_lines_fit(text: str, width: int) -> None:
    """No line is wider than asked for, unless one Latin word alone is."""
    for line in wrap(text, width):
        assert shown_width(line) <= width or re.fullmatch(r"[a-z]+", line.strip())


def test_marks_stay_with_their_words() -> None:
    """A closing mark doesn't begin a line, and an opening one doesn't end it."""
    assert wrap("本人確認の方法（自然人）。", 22) == ["本人確認の方法（自然", "人）。"]
    assert wrap("本人確認の方法（自然人）", 16) == ["本人確認の方法", "（自然人）"]


def test_widths_count_columns() -> None:
    """A wide character takes two columns, a surrogate-pair kanji too, a combining mark none."""
    assert shown_width("𠮷野家") == 6
    assert shown_width("か\u3099") == 2
    assert pad("漢字", 6) == "漢字  "
    assert labelled("長い見出し", "本文", label_width=4) == ["長い見出し", "    本文"]

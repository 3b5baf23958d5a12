"""Public texts say what the month's figures hold, and nothing else."""

from __future__ import annotations

import re
from datetime import date

from sekisho.calls.analytics.counting import POLICE
from sekisho.calls.analytics.months import Month
from sekisho.calls.analytics.report import Around, Report, report
from sekisho.calls.analytics.warning import LEAST, SMS_MOST, SMS_MOST_EN, contacts, public_texts

NOW, THEN = date(2026, 10, 5), date(2026, 9, 5)


def made(*, now: int, then: int | None = None, refused: int = 0, missing: int = 0) -> Report:
    """A month with so many foreign numbers ending in 0110, among 10,000 calls."""
    rows = [(NOW, "calls", "abroad", 10_000), (NOW, "police", "foreign_ending", now)]
    rows += [(NOW, "outcome", "reject/x", refused), (NOW, "missing", "", missing)]
    if then is not None:
        rows += [(THEN, "calls", "abroad", 9_000), (THEN, "police", "foreign_ending", then)]
    return report(Month(2026, 10), rows, Around(), today=date(2026, 11, 24))


def numbers(text: str) -> set[int]:
    """Numbers of a text that aren't dates, the contacts' or written within quotes."""
    plain = re.sub(
        r"「[^」]*」|#9110|\b188\b|\b110\b|2026年10月|October 2026|\+1\b|\b010\b|\b0110\b|：188|：110", "", text
    )
    return {int(one.replace(",", "")) for one in re.findall(r"\d[\d,]*", plain)}


def test_every_number_is_a_figure_of_the_month() -> None:
    """In all three texts, in both languages."""
    found = public_texts(made(now=1_234, then=600, refused=777))
    assert found.figures == {
        "police.foreign_ending": 1_234, "police.foreign_ending.before": 600, "outcomes.reject": 777,
    }  # fmt: skip
    for text in (found.page, found.sms, found.poster):
        assert numbers(text.ja) <= set(found.figures.values())
        assert numbers(text.en) <= set(found.figures.values())
    assert "1,234件（前月600件から増えました）" in found.page.ja
    assert "1,234 (up from 600 the month before)" in found.page.en


def test_small_counts_are_in_no_text() -> None:
    """One below the least isn't told; the texts still say what to do."""
    found = public_texts(made(now=LEAST - 1, refused=3))
    assert found.figures == {}
    assert numbers(found.page.ja) == numbers(found.poster.ja) == numbers(found.sms.ja) == set()
    assert "件数を示せる項目はありませんでした" in found.page.ja


def test_growth_is_told_from_a_fifth_on_and_only_between_whole_months() -> None:
    """119 after 100 isn't "increased"; 120 is; not where a hundredth of the evidence is missing, or the month before
    had too few, or there is none."""
    assert "増えました" not in public_texts(made(now=1_190, then=1_000)).page.ja
    assert "増えました" in public_texts(made(now=1_200, then=1_000)).page.ja
    assert "減りました" in public_texts(made(now=800, then=1_000)).page.ja
    assert "増えました" not in public_texts(made(now=1_200, then=1_000, missing=101)).page.ja
    assert "増えました" not in public_texts(made(now=1_200, then=LEAST - 1)).page.ja
    assert "前月" not in public_texts(made(now=1_200)).page.ja


def test_the_short_text_fits_one_sms() -> None:
    """In both languages, with the largest figures as well."""
    for count in (LEAST, 99_999_999):
        found = public_texts(made(now=count, refused=count))
        assert len(found.sms.ja) <= SMS_MOST
        assert len(found.sms.en) <= SMS_MOST_EN


def test_whom_to_call_is_named_with_its_source() -> None:
    """Emergency, police advice and consumer advice; every text but the SMS names the last two."""
    assert [one.number for one in contacts()] == ["110", "#9110", "188"]
    assert all(one.source and one.read_on for one in contacts())
    found = public_texts(made(now=500))
    for text in (found.page, found.poster):
        assert "#9110" in text.ja
        assert "188" in text.en
    assert "#9110" in found.sms.ja


def test_the_texts_never_speak_of_crimes_counted() -> None:
    """Calls were counted: no victims, no losses, no count of frauds."""
    found = public_texts(made(now=500, refused=500))
    for word in ("被害者", "詐欺の件数", "犯人", "検挙"):
        assert word not in found.page.ja + found.sms.ja + found.poster.ja
    assert set(POLICE) == set(made(now=1).police)

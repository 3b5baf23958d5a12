"""Line settings come back from their file as they were written, line by line."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sekisho.calls.screening.lookups import NO_SETTINGS, PASSES, Choice, LineSettings, Wish
from sekisho.calls.screening.settings import LineFile, read_settings, settings_document, write_lines

CHOICES = st.one_of(
    st.just(PASSES),
    st.builds(
        Choice,
        wish=st.sampled_from([Wish.LABEL, Wish.ANONYMISE, Wish.ANNOUNCE]),
        consent=st.sampled_from(["c1", "同意-2", "c3"]),
    ),
    st.builds(
        Choice, wish=st.just(Wish.REJECT), consent=st.just("c4"), sip_status=st.sampled_from([None, 603, 607, 608])
    ),
)
SETTINGS = st.builds(
    LineSettings, anonymous_calls=CHOICES, foreign_calls=CHOICES, listed_calls=CHOICES, suspicious_calls=CHOICES
)


@settings(max_examples=100, deadline=None)
@given(st.dictionaries(st.text(st.characters(codec="utf-8"), min_size=1, max_size=20), SETTINGS, max_size=20), SETTINGS)
def test_as_written(lines: dict[str, LineSettings], default: LineSettings) -> None:
    """Every line has its own settings, every other line and none the default; twice as well."""
    file = LineFile(write_lines(lines, default=default))
    assert file.lines == len(lines)
    for _ in range(2):
        for line, wanted in lines.items():
            assert file.settings(line) == wanted
    assert file.settings(None) == default
    assert file.settings("x" * 21) == default
    for wanted in lines.values():
        assert read_settings(settings_document(wanted)) == wanted


@pytest.mark.parametrize(
    "document",
    [
        [],
        {"other": {"wish": "pass"}},
        {"foreign_calls": {"wish": "explode", "consent": "c"}},
        {"foreign_calls": {"wish": "label"}},
        {"foreign_calls": {"wish": "label", "consent": "c", "sip_status": 608}},
        {"foreign_calls": {"wish": "reject", "consent": "c", "sip_status": 486}},
        {"foreign_calls": {"wish": "reject", "consent": "c" * 201}},
        {"foreign_calls": {"wish": "reject", "consent": "c", "more": 1}},
    ],
)
def test_what_is_refused(document: Any) -> None:
    """An unknown case or wish, altering without consent, a status that isn't a refusal's."""
    with pytest.raises(ValueError, match=r"."):
        read_settings(document)


def test_files(tmp_path: Path) -> None:
    """A mapped file answers and closes; another file is refused."""
    content = write_lines({"a": NO_SETTINGS})
    (tmp_path / "lines.bin").write_bytes(content)
    file = LineFile.open(tmp_path / "lines.bin")
    assert file.settings("a") == NO_SETTINGS
    file.close()
    for broken in (b"", content[:60], content[:-1], b"SKLINES9" + content[8:]):
        with pytest.raises(ValueError, match="file of lines"):
            LineFile(broken)
    with pytest.raises(ValueError, match="line's name"):
        write_lines({"": NO_SETTINGS})

"""The compiled lists answer as a plain reading of all entries does, quickly, and from the standard library alone."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import sekisho
from sekisho.calls.screening.list_writer import ListWriter
from sekisho.calls.screening.lists import ListFile
from sekisho.calls.screening.lookups import Hit, Owner, Wish
from sekisho.calls.screening.number_keys import key_of, span_between, spans_of_beginning, text_of

NOW = datetime(2026, 11, 24, 3, tzinfo=UTC)
STRENGTH = [Wish.PASS, Wish.REJECT, Wish.ANNOUNCE, Wish.ANONYMISE, Wish.LABEL]
# Few digits and few lengths, so that entries overlap often.
DIGITS = st.text("01", min_size=1, max_size=5)
NUMBERS = st.builds(lambda plus, digits: plus + digits, st.sampled_from(["", "+"]), DIGITS)


@dataclass(frozen=True, slots=True)
class Made:
    """An entry as it is written down."""

    first: str
    last: str | None
    owner: Owner
    action: Wish
    ends: int | None
    line: str | None

    def holds(self, number: str) -> bool:
        """Whether it covers a number, said without keys: ``last`` None is a beginning."""
        if (self.first[0] == "+") != (number[0] == "+"):
            return False
        if self.last is None:
            return number.startswith(self.first)
        return len(number) == len(self.first) and int(self.first) <= int(number) <= int(self.last)


@st.composite
def entries(draw: st.DrawFn) -> Made:
    """Any entry: a number, a range or a beginning; anybody's; with an end or without."""
    first = draw(NUMBERS)
    shape = draw(st.sampled_from(["number", "range", "beginning"]))
    last: str | None = first
    if shape == "range":
        digits = len(first) - (first[0] == "+")
        other = draw(st.text("01", min_size=digits, max_size=digits))
        plus = "+" if first[0] == "+" else ""
        first, last = plus + min(first.removeprefix("+"), other), plus + max(first.removeprefix("+"), other)
    elif shape == "beginning":
        last = None
    owner = draw(st.sampled_from(Owner))
    line = draw(st.sampled_from(["a", "b"])) if owner is Owner.SUBSCRIBER else None
    return Made(first, last, owner, draw(st.sampled_from(Wish)), draw(st.sampled_from([None, -1, 5, 10])), line)


def compiled(given: list[Made]) -> ListFile:
    """A file of these entries; an entry's number is its place."""
    writer = ListWriter()
    for place, one in enumerate(given):
        spans = spans_of_beginning(one.first) if one.last is None else [span_between(one.first, one.last)]
        writer.add(
            spans,
            list_id=one.owner.value,
            version=0,
            owner=one.owner,
            entry=place,
            action=one.action,
            reason=f"r{place}",
            expires=None if one.ends is None else NOW + timedelta(seconds=one.ends),
            line=one.line,
        )
    return ListFile(writer.content())


def strength(entry: Made, line: str | None) -> tuple[int, int, int]:
    """What counts first is least, as :mod:`sekisho.calls.screening.lists` states it."""
    own = 0 if entry.owner is Owner.SUBSCRIBER and entry.line == line else 1
    return own, STRENGTH.index(entry.action), int(entry.owner is Owner.IMPORTED)


@settings(max_examples=300, deadline=None)
@given(st.lists(entries(), max_size=12), st.lists(NUMBERS, min_size=1, max_size=10), st.sampled_from([0, 7, 20]))
def test_as_a_plain_reading(given: list[Made], asked: list[str], later: int) -> None:
    """Whatever overlaps, the entry found is one of the strongest that hold the number then; where none does, none."""
    lists, at = compiled(given), NOW + timedelta(seconds=later)
    for number in asked:
        for line in (None, "a", "b", "nobody"):
            hit = lists.find(number, line, at)
            holding = [
                one
                for one in given
                if one.holds(number)
                and (one.owner is not Owner.SUBSCRIBER or one.line == line)
                and (one.ends is None or later < one.ends)
            ]
            if not holding:
                assert hit is None
                continue
            assert hit is not None
            found = given[int(hit.entry_id.rsplit(":", 1)[1])]
            assert found in holding
            assert strength(found, line) == min(strength(one, line) for one in holding)
            assert (hit.action, hit.owner, hit.reason) == (found.action, found.owner, f"r{given.index(found)}") or (
                given.count(found) > 1
            )


@given(NUMBERS)
def test_keys_are_of_one_number(number: str) -> None:
    """A key gives its number back: no two numbers share one."""
    key = key_of(number)
    assert key is not None
    assert text_of(key) == number


@pytest.mark.parametrize("number", ["", "+", "12a", "１２", "1" * 18, "+" + "1" * 18, "1_0", " 1", "-1", "+-1", "²"])
def test_what_is_no_number_is_on_no_list(number: str) -> None:
    """Whatever text a message brings, the answer is that no list holds it, never an error."""
    lists = compiled([Made("1", None, Owner.OPERATOR, Wish.REJECT, None, None)])
    assert key_of(number) is None
    assert lists.find(number, "a", NOW) is None


def test_many_and_their_duplicates() -> None:
    """A number given a million times takes the room of one."""
    writer = ListWriter()
    key = key_of("0312345678")
    assert key is not None
    for number in range(1_000_000):
        writer.add(
            [(key, key)], list_id="x", version=1, owner=Owner.IMPORTED, entry=number, action=Wish.LABEL, reason="r",
            expires=None,
        )  # fmt: skip
    content = writer.content()
    assert len(content) < 1_000
    hit = ListFile(content).find("0312345678", None, NOW)
    assert hit == Hit(list_id="x", entry_id="x:1:0", action=Wish.LABEL, reason="r", owner=Owner.IMPORTED)


def test_a_refusal_has_its_answer() -> None:
    """The SIP answer of an entry comes back; one that no such answer is, or beside another action, isn't written."""
    writer = ListWriter()

    def add(action: Wish, status: int) -> None:
        writer.add(
            [(8, 8)], list_id="x", version=1, owner=Owner.OPERATOR, entry=1, action=action, reason="r", expires=None,
            sip_status=status,
        )  # fmt: skip

    for action, status in ((Wish.REJECT, 486), (Wish.LABEL, 608)):
        with pytest.raises(ValueError, match="603, 607 or 608"):
            add(action, status)
    key = key_of("0312345678")
    assert key is not None
    writer.add(
        [(key, key)], list_id="x", version=1, owner=Owner.OPERATOR, entry=1, action=Wish.REJECT, reason="r",
        expires=None, sip_status=608,
    )  # fmt: skip
    hit = ListFile(writer.content()).find("0312345678", None, NOW)
    assert hit is not None
    assert hit.sip_status == 608


def test_another_file_is_refused(tmp_path: Path) -> None:
    """What is no file of lists, is of another version or was cut off is refused; a mapped file answers and closes."""
    content = compiled([Made("0", None, Owner.OPERATOR, Wish.REJECT, None, None)]).find("01", None, NOW)
    assert content is not None
    writer = ListWriter()
    whole = writer.content()
    for broken in (b"", whole[:50], whole[:-9], b"SKLISTS9" + whole[8:]):
        with pytest.raises(ValueError, match=r"file of lists"):
            ListFile(broken)
    (tmp_path / "lists.bin").write_bytes(whole)
    opened = ListFile.open(tmp_path / "lists.bin")
    assert opened.find("0312345678", "a", NOW) is None
    opened.close()


def test_standard_library_alone(tmp_path: Path) -> None:
    """The lists and settings load and answer in a Python without any other package."""
    (tmp_path / "lists.bin").write_bytes(ListWriter().content())
    program = f"""
import sys
sys.path.insert(0, {str(Path(sekisho.__file__).parents[1])!r})
from datetime import datetime, UTC
from pathlib import Path
from sekisho.calls.screening.lists import ListFile
from sekisho.calls.screening.settings import LineFile, write_lines
assert ListFile.open(Path({str(tmp_path / "lists.bin")!r})).find("0312345678", "x", datetime.now(UTC)) is None
LineFile(write_lines({{}})).settings("x")
import json
print(json.dumps(sorted(name for name in sys.modules if not name.startswith("sekisho"))))
"""
    done = subprocess.run([sys.executable, "-I", "-S", "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    loaded = {name.split(".")[0] for name in json.loads(done.stdout)}
    assert not {name for name in loaded if name not in sys.stdlib_module_names and name not in ("__main__",)}

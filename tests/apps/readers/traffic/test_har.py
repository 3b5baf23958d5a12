"""HAR files of every dialect give the same evidence; broken ones give what they have, and say what they don't."""

from __future__ import annotations

import gzip
import io
import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sekisho.apps.evidence import Consent, Grade, Reading
from sekisho.apps.leaks import Kind, Value
from sekisho.apps.readers import har
from sekisho.apps.readers.recorded import opened
from sekisho.apps.traffic import Request
from tests.apps.readers.traffic import made

VALUES = (Value(kind=Kind.EMAIL, text=made.EMAIL, label="account"),)
OWN = ("sekisho.example.jp",)


def read(data: bytes) -> Reading:
    """The reading of a recording of the made-up shop."""
    return har.read(data, name="r.har", own_hosts=OWN, values=VALUES, consent=Consent.BEFORE)


def requests(data: bytes) -> list[Request]:
    """The requests alone."""
    return [each for each in har.seen(opened(data)) if isinstance(each, Request)]


@pytest.mark.parametrize(
    "dialect", [made.chrome, made.firefox, made.safari, made.charles, made.insomnia, made.mitmproxy]
)
def test_every_dialect_tells_who_got_the_address(dialect: Callable[[], bytes]) -> None:
    """Whatever wrote the file, the e-mail address is found at its recipient, observed and in the given state."""
    found = [piece for piece in read(dialect()).pieces if piece.information == "email"]
    assert "t.metrics.example.net" in {piece.host for piece in found}
    assert {(piece.grade, piece.consent) for piece in found} == {(Grade.OBSERVED, Consent.BEFORE)}
    assert read(dialect()).not_measured == ()


def test_chrome() -> None:
    """Chrome's pages, initiators, cache, blocks and messages are read; what was never sent is only counted."""
    reading = read(made.chrome())
    facts = dict(reading.facts)
    assert facts["not_sent_from_cache"] == "1"
    assert facts["not_sent_no_network"] == "1"
    assert facts["not_sent_blocked"] == "1"
    assert {piece.host for piece in reading.pieces} == {"t.metrics.example.net", "live.chat.example.org"}
    _, sent, *_ = requests(made.chrome())
    assert sent.page == made.OWN
    assert sent.initiators == ("https://cdn.tags.example.net/t.js", made.OWN)
    assert sent.started is not None
    by = {(piece.host, piece.information): piece for piece in reading.pieces}
    assert by["t.metrics.example.net", "cookie_id"].signature == "uid"
    assert by["t.metrics.example.net", "page_viewed"].words == made.OWN
    assert by["live.chat.example.org", "email"].place.path == "request 6, body"


def test_firefox_pages_are_the_documents_that_name_them() -> None:
    """A page whose title is no address is the first document of its entries."""
    assert [each.page for each in requests(made.firefox())] == [made.OWN, made.OWN]
    assert dict(read(made.firefox()).facts)["browser"] == "Firefox 150.0"


def test_safari_cookies_come_from_their_list() -> None:
    """Cookies that stand only in the list were sent all the same."""
    assert requests(made.safari())[0].cookies() == (("uid", "a1b2c3d4e5f6"),)


def test_charles_is_cleartext_and_sets_two_cookies() -> None:
    """A plain address is cleartext; cookies joined by line ends are several; a byte order mark is passed over."""
    (sent,) = requests(made.charles())
    assert sent.cleartext
    assert sent.set_cookies == ("sid", "sid2")


def test_insomnia_without_times() -> None:
    """A request without a time has none."""
    assert requests(made.insomnia())[0].started is None


def test_bytes_written_as_characters_are_bytes_again() -> None:
    """A packed body that Chrome wrote character by character is searched as the bytes it was."""
    packed = gzip.compress(made.EMAIL.encode())
    sent = made.entry("https://t.example.net/", method="POST", bodySize=len(packed),
                      postData={"mimeType": "x", "text": packed.decode("latin-1")})  # fmt: skip
    (piece,) = [p for p in read(made.har(made.log([sent]))).pieces if p.information == "email"]
    assert piece.place.layers == ("gzip",)


def test_a_body_that_was_not_recorded_is_said() -> None:
    """A request with a size and no content isn't one that sent nothing."""
    sent = made.entry("https://t.example.net/", method="POST", bodySize=512)
    assert [each.reason for each in read(made.har(made.log([sent]))).not_measured] == ["body_incomplete"]


def test_what_stands_before_a_break_counts() -> None:
    """Of a file that is cut off anywhere, the whole entries count, and the break is said."""
    whole = made.har(made.log([made.entry(f"https://t{n}.example.net/") for n in range(5)]))
    cut = whole[: whole.index(b"t3.example")]
    reading = read(cut)
    assert {piece.host for piece in reading.pieces} == {"t0.example.net", "t1.example.net", "t2.example.net"}
    assert [each.reason for each in reading.not_measured] == ["har_cut_off"]
    assert reading.not_measured[0].place.offset == len(cut)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "har_cut_off"),
        (b"{", "har_cut_off"),
        (b"[]", "har_broken"),
        (b"{}", "har_without_entries"),
        (b'{"log":{"entries":[1,{"request":2}]}}', "har_entry_broken"),
        (b'{"log":{"entries":[{"request":{"url":"https://"}}]}}', "har_no_host"),
        (b'{"log":' + b"[" * 100_000, "har_broken"),
        (b'{"log":{"entries":[' + b'{"a":' * 300, "har_broken"),
        (b"<html>", "har_broken"),
        (b"\xff\xfe{\0}\0", "har_broken"),
    ],
)
def test_what_is_no_har_is_not_measured(data: bytes, reason: str) -> None:
    """A file that isn't one gives a reason, never a crash, never a conclusion."""
    reading = read(data)
    assert reading.pieces == ()
    assert reason in {each.reason for each in reading.not_measured}
    assert all(each.ja and each.en for each in reading.not_measured)


def test_long_answers_cost_nothing() -> None:
    """An answer of many megabytes is passed over, and a body beyond the limit is cut and said."""
    film = made.entry("https://film.example.net/")
    film["response"]["content"] = {"size": 1, "text": "\\u3042" * (2 << 20)}
    upload = made.entry("https://up.example.net/", method="POST", postData={"text": "あ\\" * (2 << 20)})
    document = made.har(made.log([film, upload]))
    first, second = requests(document)
    assert (first.host, first.body_whole) == ("film.example.net", True)
    assert (second.host, second.body_whole, len(second.body)) == ("up.example.net", False, 2 << 20)


class _Endless(io.RawIOBase):
    """A HAR of a gigabyte's shape: the same entry over and over, never whole in memory."""

    def __init__(self, times: int) -> None:
        self._block = json.dumps(made.entry("https://t.example.net/", postData={"text": "x" * 50_000})).encode() + b","
        self._left, self._times = times, times
        self._rest = b'{"log":{"entries":['

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = 0) -> int:
        self._left, self._rest = self._times, b'{"log":{"entries":['
        return offset + whence

    def read(self, size: int = -1) -> bytes:
        while len(self._rest) < size and self._left:
            self._rest += self._block
            self._left -= 1
        answer, self._rest = self._rest[:size], self._rest[size:]
        return answer


def test_a_long_recording_is_never_whole_in_memory() -> None:
    """A recording of many entries is read one by one: as many requests as it has, and the missing end said."""
    reading = har.read(_Endless(400), name="long.har")  # type: ignore[arg-type]  # what the reader uses of a file
    assert dict(reading.facts)["requests"] == "400"
    assert [each.reason for each in reading.not_measured] == ["har_cut_off"]


def test_lone_surrogates_and_wrong_types_are_put_up_with() -> None:
    """Halves of characters and members of other types than expected don't stop the reading."""
    data = (b'{"log":{"creator":[],"pages":{"a":1},"entries":[{"request":{"url":"https://t.example.net/\\ud800",'
            b'"headers":[{"name":"Referer","value":"\\udfff"},7,{"name":3}],"cookies":{},"postData":[],'
            b'"bodySize":"9"},"response":7,"startedDateTime":5,"pageref":{},"_initiator":"x",'
            b'"_webSocketMessages":{}}]}}')  # fmt: skip
    reading = read(data)
    assert {piece.information for piece in reading.pieces} == {"ip_address", "page_viewed"}


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_no_mutation_crashes_it(data: Any) -> None:
    """Whatever bytes of a file are changed, cut out or doubled, there is a reading."""
    whole = data.draw(st.sampled_from([made.chrome(), made.firefox(), made.charles(), made.mitmproxy()]))
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, max(0, len(whole) - 1)))
        how = data.draw(st.sampled_from(["cut", "change", "double", "insert"]))
        length = data.draw(st.integers(1, 40))
        middle = {
            "cut": b"", "change": data.draw(st.binary(min_size=1, max_size=8)), "double": whole[at : at + length] * 2,
            "insert": whole[at : at + length] + data.draw(st.sampled_from([b"{", b"}", b'"', b"\\", b"[", b"]", b","])),
        }[how]  # fmt: skip
        whole = whole[:at] + middle + whole[at + length :]
    reading = read(whole)
    assert reading.pieces or reading.not_measured or dict(reading.facts)

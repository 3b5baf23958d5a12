"""A recording read and searched: ten megabytes of HAR, known values hidden in it under three layers.

A part of ``scripts/bench apps``; by itself: ``python -m bench.apps_har``. Beside it, the same needles looked for one
after another in the same parts of the same requests (``bytes.find``), without undoing anything: what a script does.

The clock is the process's time on its core, so that other work on the machine isn't counted as ours.
"""

from __future__ import annotations

import base64
import gc
import gzip
import hashlib
import io
import json
import random
import time
import uuid
from collections.abc import Callable, Sequence
from statistics import median
from typing import Any, Final
from urllib.parse import quote, urlencode

from sekisho.apps.leaks import Kind, Value
from sekisho.apps.leaks.needles import Needles
from sekisho.apps.readers import har
from sekisho.apps.readers.recorded import opened
from sekisho.apps.traffic import Request

REQUESTS: Final = 1_000
BYTES: Final = 10_000_000
HIDDEN: Final = 60

VALUES: Final = (
    Value(kind=Kind.NAME, text="関守 架空太", label="name"),
    Value(kind=Kind.KANA, text="セキモリ カクウタ", label="kana"),
    Value(kind=Kind.EMAIL, text="sekimori.0a1b2c@mail.example.jp", label="email"),
    Value(kind=Kind.PHONE, text="090-0000-4321", label="phone"),
    Value(kind=Kind.POSTAL, text="999-9876", label="postal"),
    Value(kind=Kind.BIRTHDAY, text="1990-04-01", label="birthday"),
    Value(kind=Kind.ADVERTISING_ID, text="7a1c2e3f-1234-4a5b-8c6d-aabbccddeeff", label="aaid"),
    Value(kind=Kind.ACCOUNT_ID, text="member-48151623", label="account"),
)
_WRITTEN: Final = (
    "sekimori.0a1b2c@mail.example.jp", "+819000004321", "関守架空太", "セキモリカクウタ", "1990/04/01",
    "7A1C2E3F-1234-4A5B-8C6D-AABBCCDDEEFF", "member-48151623", "999-9876",
)  # fmt: skip
_LABELS: Final = ("email", "phone", "name", "kana", "birthday", "aaid", "account", "postal")

_LAYERS: Final[dict[str, Callable[[bytes], bytes]]] = {
    "base64": base64.b64encode,
    "hex": lambda content: content.hex().encode(),
    "urlencode": lambda content: quote(content, safe="").encode(),
    "gzip+base64": lambda content: base64.b64encode(gzip.compress(content, mtime=0)),
    "sha256": lambda content: hashlib.sha256(content).hexdigest().encode(),
    "md5": lambda content: hashlib.md5(content, usedforsecurity=False).hexdigest().encode(),
}
_CHAINS: Final = (
    (), ("base64",), ("sha256",), ("base64", "base64"), ("urlencode", "base64"), ("sha256", "md5"),
    ("base64", "sha256"), ("hex", "base64"), ("base64", "hex", "base64"), ("base64", "sha256", "base64"),
    ("urlencode", "base64", "md5"), ("gzip+base64",), ("sha256", "sha256", "base64"),
)  # fmt: skip


_ROOM: Final = (2, 3, 3, 3, 3, 2, 2, 1)
"""Layers left to a value in each shape of request: a form or an address is urlencode, a packed message two layers."""


def hidden(draw: random.Random, number: int, room: int) -> tuple[str, str]:
    """The label of a value, and the value under a chain of at most ``room`` layers."""
    which = number % len(_WRITTEN)
    content = _WRITTEN[which].encode()
    chains = [chain for chain in _CHAINS if sum(1 + name.count("+") for name in chain) <= room]
    for name in reversed(draw.choice(chains)):
        content = _LAYERS[name](content)
    return _LABELS[which], content.decode("utf-8")


def made(seed: int) -> tuple[bytes, set[tuple[int, str]]]:
    """A recording of about :data:`BYTES`, and which request hides which value."""
    draw = random.Random(seed)  # noqa: S311  made-up traffic, the same in every run
    at = dict(zip(sorted(draw.sample(range(1, REQUESTS + 1), HIDDEN)), range(HIDDEN), strict=True))
    entries, truth = [], set()
    for number in range(1, REQUESTS + 1):
        secret = None
        if number in at:
            label, secret = hidden(draw, at[number], _ROOM[number % 8])
            truth.add((number, label))
        entries.append(_entry(draw, number, secret))
    return json.dumps({"log": {"version": "1.2", "creator": {"name": "WebInspector", "version": "537"},
                               "pages": [], "entries": entries}}, ensure_ascii=False).encode(), truth  # fmt: skip


def _entry(draw: random.Random, number: int, secret: str | None) -> dict[str, Any]:
    """One request: an eighth get an address alone, the rest a body of events, a form, or a packed message."""
    host = f"t{draw.randrange(80)}.vendor{draw.randrange(40)}.example.net"
    mark = str(uuid.UUID(int=draw.getrandbits(128)))
    query = {"tid": f"UA-{draw.randrange(10**8)}", "cid": f"{draw.randrange(10**9)}.{draw.randrange(10**9)}", "z": mark}
    events = [
        {"name": draw.choice(("view", "tap", "scroll", "item")), "id": str(uuid.UUID(int=draw.getrandbits(128))),
         "t": 1_790_000_000_000 + draw.randrange(10**9), "path": f"/shop/item/{draw.randrange(10**6)}/detail",
         "text": "架空の商品を見ました", "state": base64.b64encode(draw.randbytes(60)).decode()}
        for _ in range(draw.randrange(5, 30))
    ]  # fmt: skip
    shape = number % 8
    body, kind = "", ""
    if secret is not None and shape == 0:
        query["u"] = secret
    if shape in {1, 2, 3, 4}:
        events[len(events) // 2]["user"] = secret or "anonymous"
        body, kind = json.dumps(events, ensure_ascii=shape == 4), "application/json"
    elif shape in {5, 6}:
        body = urlencode({"ev": json.dumps(events), "u": secret or ""})
        kind = "application/x-www-form-urlencoded"
    elif shape == 7:
        body = base64.b64encode(gzip.compress(json.dumps({"e": events, "u": secret or ""}).encode(), mtime=0)).decode()
        kind = "text/plain"
    headers = {"User-Agent": "Mozilla/5.0 (Linux; Android 16) AppleWebKit/537.36",
               "Referer": "https://www.example.jp/shop", "Accept": "*/*",
               "Cookie": f"uid={mark}; s={draw.getrandbits(96):024x}", "Content-Type": kind}  # fmt: skip
    answer = "".join(draw.choices("abcdefghij(){}=>;, \n", k=draw.randrange(500, 8_950)))
    return {
        "startedDateTime": "2026-11-24T09:00:00.000+09:00", "time": 30,
        "request": {"method": "POST" if body else "GET", "url": f"https://{host}/collect?{urlencode(query)}",
                    "headers": [{"name": name, "value": value} for name, value in headers.items()], "cookies": [],
                    "bodySize": len(body), **({"postData": {"mimeType": kind, "text": body}} if body else {})},
        "response": {"status": 200, "headers": [], "cookies": [], "content": {"size": len(answer), "text": answer}},
    }  # fmt: skip


def measure(*, repeats: int, seed: int) -> dict[str, Any]:
    """Inputs and figures, as :mod:`bench.runner` takes them."""
    data, truth = made(seed)
    found = _found(har.read(data, name="bench.har", values=VALUES).pieces)
    labels = {label for _, label in truth}
    assert {label for _, label in found} == labels, labels
    recalled = _recalled(data, truth)
    ours = _seconds(lambda: har.read(data, name="bench.har", values=VALUES), repeats)
    theirs = _seconds(lambda: naive(data), max(1, repeats // 3))
    inside = "one core, from the file's bytes to a reading: who got what every request carries, identifiers by shape, "
    inside += "8 known values in every spelling through three layers; needles prepared inside the clock"
    needles = len(Needles(VALUES))
    return {
        "inputs": {
            "HAR bytes": len(data), "HAR requests": REQUESTS, "values hidden": len(truth), "values": len(VALUES),
            "byte strings told apart": needles,
        },
        "figures": [
            {
                "name": "har10_s", "value": median(ours), "spread": (max(ours) - min(ours)) / median(ours), "unit": "s",
                "better": "lower", "goal": 3, "inside": inside,
                "peers": [{"name": "each plain, once-encoded and once-hashed needle with bytes.find",
                           "value": median(theirs)}],
            },
            {
                "name": "har_hidden_found_percent", "value": 100 * recalled / len(truth), "spread": 0.0, "unit": "%",
                "better": "higher", "goal": 100, "inside": "hidden values found in the request they were hidden in",
                "peers": [{"name": "each plain, once-encoded and once-hashed needle with bytes.find",
                           "value": 100 * len(naive(data) & truth) / len(truth)}],
            },
            {
                "name": "har_invented", "value": float(_invented(data, truth)), "spread": 0.0, "unit": "values",
                "better": "lower", "goal": 0, "inside": "values told of requests that hide none", "peers": [],
            },
        ],
    }  # fmt: skip


def _found(pieces: Sequence[Any]) -> set[tuple[int, str]]:
    return {
        (int(piece.place.path.split()[1].rstrip(",")), piece.words.partition(" (")[0])
        for piece in pieces
        if piece.words.partition(" (")[0] in _LABELS
    }


def _all(data: bytes) -> set[tuple[int, str]]:
    """Every value of every request: a reading keeps each kind's first alone."""
    from sekisho.apps.leaks import Search  # noqa: PLC0415  only the count needs it

    search = Search(VALUES)
    return _found([piece for request in _requests(data) for piece in search.request(request)])


def _requests(data: bytes) -> list[Request]:
    return [each for each in har.seen(opened(io.BytesIO(data))) if isinstance(each, Request)]


def _recalled(data: bytes, truth: set[tuple[int, str]]) -> int:
    return len(_all(data) & truth)


def _invented(data: bytes, truth: set[tuple[int, str]]) -> int:
    return len(_all(data) - truth)


def naive(data: bytes) -> set[tuple[int, str]]:
    """What a script finds: each needle looked for in each part, one after another."""
    needles = Needles(VALUES).plain
    found = set()
    for request in _requests(data):
        parts = [request.url.encode(), *(value.encode() for _, value in request.headers), request.body]
        for content, label in needles:
            if any(content in part for part in parts):
                found.add((request.number, label))
    return found


def _seconds(work: Callable[[], object], repeats: int) -> list[float]:
    taken = []
    for _ in range(repeats):
        gc.collect()
        began = time.process_time()
        work()
        taken.append(time.process_time() - began)
    return taken


if __name__ == "__main__":
    print(json.dumps(measure(repeats=3, seed=1), indent=1, ensure_ascii=False))

"""Known values in what was sent: address, headers and body of each request, through three layers of encoding.

Encoded runs are undone and searched again, layer by layer; hashes are looked up. What is found names the request, the
byte where it stands and the layers, so that anybody can find it again. Encryption isn't undone, salted hashes and
encodings that aren't in :mod:`~sekisho.apps.leaks.views` aren't known: that nothing is found never says that nothing
was sent.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

from sekisho.apps.evidence import Grade, Piece, Place
from sekisho.apps.leaks.needles import DIGEST_SIZES, HASHES, LAYERS_MOST, Needle, Needles
from sekisho.apps.leaks.values import Value
from sekisho.apps.leaks.views import View, views
from sekisho.apps.traffic import Request

UNDONE_MOST: Final = 64 * 1024 * 1024
"""Bytes of all views of one part together. A real body's are a few times its own; a bomb's aren't."""
REMEMBERED_MOST: Final = 20_000
"""Header values whose answer is kept: browsers repeat them in every request."""
_REMEMBERED_LONG: Final = 4_096
_NEVER_VALUES: Final = frozenset({
    "accept", "accept-encoding", "accept-language", "connection", "content-length", "content-type", "host",
    "sec-fetch-dest", "sec-fetch-mode", "sec-fetch-site", "sec-fetch-user", "upgrade-insecure-requests",
})  # fmt: skip
"""Headers that the browser writes by itself, from nothing a user typed."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A known value at a byte of one part, under ``layers`` (outermost first; an old character set last)."""

    value: Value
    offset: int
    layers: tuple[str, ...]
    how: str


@dataclass(slots=True)
class _Look:
    """One part's search: what was found, and how much may still be undone."""

    hits: dict[int, Hit] = field(default_factory=dict)
    left: int = UNDONE_MOST
    whole: bool = True

    def keep(self, needle: Needle, layers: tuple[str, ...], offset: int) -> None:
        """Keeps the first place of a value with the fewest layers."""
        chain = (*layers, *needle.layers)
        if len(chain) > LAYERS_MOST:
            return
        value = needle.spelling.value
        old = self.hits.get(id(value))
        charset = (needle.spelling.charset,) if needle.spelling.charset else ()
        if old is None or (len(chain), offset) < (len(old.layers) - _charset(old.layers), old.offset):
            self.hits[id(value)] = Hit(value, offset, (*chain, *charset), needle.spelling.how)


def _charset(layers: tuple[str, ...]) -> int:
    return int(layers[-1:] in {("shift_jis",), ("euc-jp",)})


class Search:
    """A search for some values, prepared once. Not to be shared between threads."""

    def __init__(self, values: Iterable[Value]) -> None:
        """Raises :class:`ValueError` for more values than :data:`~sekisho.apps.leaks.needles.VALUES_MOST`."""
        self._needles = Needles(values)
        self._remembered: dict[str, tuple[Hit, ...]] = {}
        self.incomplete: list[int] = []
        """Numbers of requests that a limit cut the search in, at most a thousand."""

    def part(self, data: bytes) -> tuple[Hit, ...]:
        """The values in these bytes, each once: where it stands under the fewest layers."""
        return self._part(data)[0]

    def _part(self, data: bytes) -> tuple[tuple[Hit, ...], bool]:
        look = _Look()
        if self._needles.values and data:
            self._level(look, [(data, (), _same)])
        return tuple(sorted(look.hits.values(), key=lambda hit: (hit.offset, hit.layers))), look.whole

    def _level(self, look: _Look, level: list[tuple[bytes, tuple[str, ...], Callable[[int], int]]]) -> None:
        for depth in range(LAYERS_MOST + 1):
            following = []
            for data, layers, place in level:
                for needle, start in self._needles.matches(data):
                    look.keep(needle, layers, place(start))
                if depth == LAYERS_MOST:
                    continue
                for view in views(data):
                    look.left -= len(view.data)
                    look.whole = look.whole and view.whole
                    if look.left < 0:
                        look.whole = False
                        return
                    self._digest(look, view, layers, place)
                    if view.text:
                        following.append((view.data, (*layers, view.layer), _through(place, view.place)))
                    else:
                        # Chance, or text of an old character set: looked at, not undone further.
                        for needle, start in self._needles.matches(view.data):
                            look.keep(needle, (*layers, view.layer), place(view.place(start)))
            level = following

    def _digest(self, look: _Look, view: View, layers: tuple[str, ...], place: Callable[[int], int]) -> None:
        if len(view.data) not in DIGEST_SIZES or view.layer not in {"hex", "base64", "base64url"}:
            return
        needle = self._needles.digest(view.data)
        if needle is not None:
            # A hash is written in hex: that is no layer of its own.
            around = layers if view.layer == "hex" else (*layers, view.layer)
            look.keep(needle, around, place(view.place(0)))

    def request(self, request: Request) -> Iterator[Piece]:
        """The values that this request sends, wherever they go: also to the operator itself."""
        if request.encrypted_only or not self._needles.values:
            return
        whole = True
        for where, hits, all_of_it in self._parts(request):
            whole = whole and all_of_it
            for hit in hits:
                yield _piece(request, where, hit)
        if not whole and len(self.incomplete) < 1000:
            self.incomplete.append(request.number)

    def _parts(self, request: Request) -> Iterator[tuple[str, tuple[Hit, ...], bool]]:
        yield "url", *self._part(request.url.encode("utf-8", "surrogatepass"))
        for name, text in request.headers:
            if name.lower() in _NEVER_VALUES or name.startswith(":"):
                continue
            remembered = self._remembered.get(text)
            if remembered is not None:
                yield f"header {name.lower()}", remembered, True
                continue
            hits, whole = self._part(text.encode("utf-8", "surrogatepass"))
            if len(text) <= _REMEMBERED_LONG and whole:
                if len(self._remembered) >= REMEMBERED_MOST:
                    self._remembered.clear()
                self._remembered[text] = hits
            yield f"header {name.lower()}", hits, whole
        if request.body:
            yield "body", *self._part(request.body)


def _same(offset: int) -> int:
    return offset


def _through(outer: Callable[[int], int], inner: Callable[[int], int]) -> Callable[[int], int]:
    return lambda offset: outer(inner(offset))


def _piece(request: Request, where: str, hit: Hit) -> Piece:
    return Piece(
        grade=Grade.OBSERVED,
        place=Place(path=f"{request.path}, {where}", offset=hit.offset, layers=hit.layers),
        host=request.host,
        aliases=request.cname,
        information=hit.value.information,
        consent=request.consent,
        cleartext=request.cleartext,
        words=f"{hit.value.label or hit.value.kind} ({hit.how})",
    )


def is_hashed(piece: Piece) -> bool:
    """Whether the value left as a hash, not as itself. A hash of a telephone number tells the number all the same."""
    return any(each in HASHES for each in piece.place.layers)


def search(requests: Iterable[Request], values: Iterable[Value]) -> tuple[Piece, ...]:
    """Every known value in every request, with where it stands. Raises :class:`ValueError` for too many values."""
    prepared = Search(values)
    return tuple(piece for request in requests for piece in prepared.request(request))

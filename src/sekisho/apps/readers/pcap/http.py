"""Requests of HTTP/1.x in the bytes that one side of a connection sent (RFC 9112), as they come."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto
from typing import Final

from sekisho.apps.traffic import MAX_BODY, Headers

HEAD_MOST: Final = 256 * 1024
HEADERS_MOST: Final = 500
_LINE_MOST: Final = 8_192
METHODS: Final = (b"GET ", b"POST ", b"PUT ", b"HEAD ", b"DELETE ", b"PATCH ", b"OPTIONS ", b"CONNECT ", b"TRACE ",
                  b"PROPFIND ")  # fmt: skip
_FIRST: Final = re.compile(r"([A-Z]{3,10}) (\S+) HTTP/1\.[01]")


class NotHttp(Exception):
    """The bytes aren't a request here, or its head is longer than the limit."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A request: body after the transfer encoding, at most MAX_BODY bytes; ``whole`` says whether it is all."""

    number: int
    method: str
    goal: str
    headers: Headers
    body: bytes
    whole: bool

    def header(self, name: str) -> str:
        """The first header of this name."""
        return next((value for key, value in self.headers if key.lower() == name), "")


class _State(Enum):
    HEAD = auto()
    BODY = auto()
    SIZE = auto()
    CHUNK = auto()
    END = auto()
    TRAILER = auto()
    OVER = auto()


class Reader:
    """One side's bytes into requests. What it holds is bounded by the limits of head and body."""

    def __init__(self) -> None:
        """At the beginning of a connection."""
        self._data = bytearray()
        self._state, self._left, self._looked, self._number = _State.HEAD, 0, 0, 0
        self._asked: tuple[str, str, Headers] | None = None
        self._body, self._cut = bytearray(), False

    @property
    def held(self) -> int:
        """Bytes that it keeps."""
        return len(self._data) + len(self._body)

    def feed(self, data: bytes, number: int) -> Iterator[Asked]:
        """Requests that are whole with these bytes of packet ``number``. Raises :class:`NotHttp`."""
        if self._state is _State.OVER:
            return
        if not self._data and self._state is _State.HEAD:
            self._number = number
        self._data += data
        while (asked := self._step()) is not None:
            if isinstance(asked, Asked):
                yield asked
                self._number = number

    def rest(self) -> Iterator[Asked]:
        """A request whose body the recording doesn't have to its end."""
        if self._asked is not None:
            self._cut = True
            yield self._done()

    def _done(self) -> Asked:
        method, goal, headers = self._asked or ("", "", ())
        asked = Asked(self._number, method, goal, headers, bytes(self._body), not self._cut)
        self._asked, self._body, self._cut = None, bytearray(), False
        self._state = _State.OVER if method == "CONNECT" or asked.header("upgrade") else _State.HEAD
        return asked

    def _line(self, end: bytes, most: int) -> bytes | None:
        at = self._data.find(end, max(0, self._looked - len(end)))
        if at < 0:
            self._looked = len(self._data)
            if self._looked > most:
                raise NotHttp
            return None
        self._looked = 0
        line = bytes(self._data[:at])
        del self._data[: at + len(end)]
        return line

    def _step(self) -> Asked | bool | None:
        match self._state:
            case _State.HEAD:
                while self._data[:2] == b"\r\n":
                    del self._data[:2]
                head = self._line(b"\r\n\r\n", HEAD_MOST)
                return None if head is None else self._head(head)
            case _State.BODY | _State.CHUNK:
                part = self._data[: self._left]
                if not part and self._left:
                    return None
                del self._data[: len(part)]
                self._left -= len(part)
                self._cut = self._cut or len(self._body) + len(part) > MAX_BODY
                self._body += part[: MAX_BODY - len(self._body)]
                if self._left:
                    return None
                if self._state is _State.BODY:
                    return self._done()
                self._state = _State.END
                return True
            case _State.SIZE | _State.END | _State.TRAILER:
                line = self._line(b"\r\n", _LINE_MOST)
                return None if line is None else self._chunk(line)
        return None

    def _chunk(self, line: bytes) -> Asked | bool:
        if self._state is _State.TRAILER:
            return True if line else self._done()
        if self._state is _State.END:
            if line:
                raise NotHttp
            self._state = _State.SIZE
            return True
        size = line.partition(b";")[0].strip()
        if re.fullmatch(rb"[0-9a-fA-F]{1,8}", size) is None:
            raise NotHttp
        self._left = int(size, 16)
        self._state = _State.CHUNK if self._left else _State.TRAILER
        return True

    def _head(self, head: bytes) -> Asked | bool:
        lines = head.decode("utf-8", "replace").split("\r\n")
        first = _FIRST.fullmatch(lines[0])
        if first is None:
            raise NotHttp
        rows = (line.partition(":") for line in lines[1 : HEADERS_MOST + 1])
        headers = tuple((name.strip(), value.strip()) for name, colon, value in rows if colon)
        self._asked = (first[1], first[2], headers)
        told = {name.lower(): value for name, value in reversed(headers)}
        if "chunked" in told.get("transfer-encoding", "").lower():
            self._state = _State.SIZE
            return True
        length = told.get("content-length", "0")
        if not length.isascii() or not length.isdigit() or len(length) > 15:
            raise NotHttp
        self._left, self._state = int(length), _State.BODY
        return self._done() if not self._left else True

"""The one server behind every name of the town: HTTP, HTTPS and WebSocket on loopback, in a thread of its own."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import hashlib
import ssl
import threading
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie
from typing import Final

from bench.apps_town import hostile, pages, tags
from bench.apps_town.declared import operators, parties

_WEBSOCKET: Final = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
"""RFC 6455 1.3."""
MAX_LOGGED: Final = 50_000


@dataclass(frozen=True, slots=True)
class Hit:
    """One request that arrived."""

    host: str
    method: str
    target: str
    referrer: str
    cookies: str
    body: bytes


class Server:
    """Answers for every name. ``hits`` are what arrived, oldest dropped first."""

    def __init__(self, certificate: str, other_certificate: str) -> None:
        """``other_certificate`` is what the host ``badcert`` shows; both are PEM files with their keys."""
        self.hits: deque[Hit] = deque(maxlen=MAX_LOGGED)
        self.ports = (0, 0)
        self._secure = _context(certificate)
        other = _context(other_certificate)

        def chosen(socket: ssl.SSLObject, name: str | None, _: ssl.SSLContext) -> None:
            if name == hostile.host("badcert"):
                socket.context = other

        self._secure.sni_callback = chosen
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._servers: list[asyncio.Server] = []
        self._tasks: set[asyncio.Task[None]] = set()

    def start(self) -> None:
        """Listens; :attr:`ports` are then the plain and the encrypted one."""
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self._start(), self._loop).result(20)

    def stop(self) -> None:
        """Ends everything that is still being answered."""
        asyncio.run_coroutine_threadsafe(self._stop(), self._loop).result(20)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(20)
        self._loop.close()

    async def _start(self) -> None:
        for context in (None, self._secure):
            self._servers.append(await asyncio.start_server(self._connected, "127.0.0.1", 0, ssl=context, backlog=500))
        plain, secure = (each.sockets[0].getsockname()[1] for each in self._servers)
        self.ports = (int(plain), int(secure))

    async def _stop(self) -> None:
        for server in self._servers:
            server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        try:
            while await self._one(reader, writer):
                pass
        except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, ssl.SSLError, asyncio.CancelledError):
            pass  # the browser went away, or the town closes
        finally:
            self._tasks.discard(task)
            writer.transport.abort()

    async def _one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """One request; whether another may follow."""
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        method, target, _ = head[0].split(" ", 2)
        fields = (line.partition(":") for line in head[1:] if line)
        headers = {key.strip().lower(): value.strip() for key, _, value in fields}
        body = await reader.readexactly(int(headers.get("content-length", 0)))
        name = headers.get("host", "").partition(":")[0]
        self.hits.append(Hit(name, method, target, headers.get("referer", ""), headers.get("cookie", ""), body))
        if "sec-websocket-key" in headers:
            await _socket(reader, writer, headers["sec-websocket-key"])
            return False
        status, more, content = _answer(name, target, headers.get("cookie", ""))
        lines = [f"HTTP/1.1 {status} X", *(f"{key}: {value}" for key, value in more)]
        if isinstance(content, bytes):
            if not any(key == "Content-Length" for key, _ in more):
                lines.append(f"Content-Length: {len(content)}")
            writer.write("\r\n".join([*lines, "", ""]).encode("latin-1") + content)
            await writer.drain()
            return name != hostile.host("broken")
        if content is None:
            await asyncio.sleep(3600)
            return False
        writer.write("\r\n".join([*lines, "", ""]).encode("latin-1"))
        await _pour(writer, content)
        return False


async def _pour(writer: asyncio.StreamWriter, pieces: Iterator[bytes]) -> None:
    for piece in pieces:
        if writer.is_closing():
            return
        writer.write(piece)
        await writer.drain()


def _answer(name: str, target: str, cookies: str) -> tuple[int, list[tuple[str, str]], bytes | Iterator[bytes] | None]:
    path, _, query = target.partition("?")
    if name.endswith(hostile.QUARTER):
        return hostile.answer(name.removesuffix(hostile.QUARTER), target)
    if name in parties():
        return tags.answer(name, path, query)
    if name in operators():
        return pages.answer(operators()[name], path, query, _plain(cookies))
    return 404, [], b"nobody lives here"


def _plain(cookies: str) -> str:
    with contextlib.suppress(CookieError):
        return "; ".join(f"{key}={each.value}" for key, each in SimpleCookie(cookies).items())
    return ""


async def _socket(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, key: str) -> None:
    accepted = base64.b64encode(hashlib.sha1(key.encode() + _WEBSOCKET, usedforsecurity=False).digest()).decode()
    lines = ("HTTP/1.1 101 X", "Upgrade: websocket", "Connection: Upgrade", f"Sec-WebSocket-Accept: {accepted}", "", "")
    writer.write("\r\n".join(lines).encode())
    await writer.drain()
    while await reader.read(4096):
        pass


def _context(certificate: str) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context

"""One careful GET or POST, and a key read from a file: what adapters to outside parties over HTTP have in common.

Reaches the network, so nothing of the core imports it. Follows no redirect (an answer counts only from the host that
was configured), takes no proxy from the environment, asks for no compression (a small answer could become a large one),
and never reads more, or for longer, than it was told to.
"""

from __future__ import annotations

import functools
import os
import re
import ssl
import stat
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import httpx

from sekisho.errors import InputRefused

TIMEOUT_SECONDS: Final = 10.0
"""Somebody waits at a counter; what takes longer is asked again."""
MAX_KEY_BYTES: Final = 512
"""Keys and application ids are a few dozen characters."""

_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
_KEY = re.compile(r"[A-Za-z0-9._~+/=-]{8,256}", re.ASCII)


class AdapterRefused(InputRefused):
    """An adapter to an outside party isn't configured as it must be."""

    reason = "adapter_refused"


class AdapterAddressRefused(AdapterRefused):
    """The address isn't one that an answer may be believed from."""

    reason = "adapter_address_refused"
    ja = "接続先「{address}」は使えません（{why}）。https:// の接続先を設定してください。"
    en = "The address '{address}' can't be used ({why}). Configure one with https://."


class AdapterKeyRefused(AdapterRefused):
    """The key file can't be used."""

    reason = "adapter_key_refused"
    ja = "鍵ファイル {path} は使えません（{why}）。所有者だけが読めるファイル（chmod 600）に、鍵を1行で入れてください。"
    en = "The key file {path} can't be used ({why}). Put the key on one line into a file only its owner may read."


class NoAnswer(Exception):
    """Nothing usable came back. ``args[0]`` is a few words, without anything of the question or the answer."""


@dataclass(frozen=True, slots=True)
class Host:
    """Where an adapter asks: ``https://host[:port][/path]``, or loopback for a simulator. Checked when it is made."""

    base: str

    def __post_init__(self) -> None:
        """Raises :class:`AdapterAddressRefused` for an address whose answers couldn't be believed."""
        parts = urlsplit(self.base)
        if parts.username or parts.password or parts.query or parts.fragment or not parts.hostname:
            raise AdapterAddressRefused(address=parts.hostname or "", why="not a plain address")
        if parts.scheme != "https" and not (parts.scheme == "http" and self.is_loopback):
            raise AdapterAddressRefused(address=parts.hostname, why="not https")

    @property
    def is_loopback(self) -> bool:
        """Whether it is this very machine: then it is a simulator."""
        return urlsplit(self.base).hostname in _LOOPBACK

    @property
    def name(self) -> str:
        """The host for the record; a simulator says that it is one."""
        host = urlsplit(self.base).hostname or ""
        return f"simulator ({host})" if self.is_loopback else host


@dataclass(frozen=True, slots=True)
class Key:
    """An application id or a key. Never shown: not in an error, a log or a representation."""

    value: str = field(repr=False)

    @classmethod
    def read(cls, path: Path) -> Key:
        """The one line of a file that only its owner may read; raises :class:`AdapterKeyRefused`."""
        try:
            descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK)
        except OSError as error:
            raise AdapterKeyRefused(path=str(path), why=error.strerror or "not readable") from None
        try:
            status = os.fstat(descriptor)
            if not stat.S_ISREG(status.st_mode):
                raise AdapterKeyRefused(path=str(path), why="not a plain file")
            if stat.S_IMODE(status.st_mode) & 0o077:
                raise AdapterKeyRefused(path=str(path), why=f"mode {stat.S_IMODE(status.st_mode):04o} lets others in")
            raw = os.read(descriptor, MAX_KEY_BYTES + 1)
        finally:
            os.close(descriptor)
        text = raw.decode("ascii", "replace").removesuffix("\n")
        if not _KEY.fullmatch(text):
            raise AdapterKeyRefused(path=str(path), why="not one line of 8 to 256 letters and digits")
        return cls(text)


def get(
    host: Host,
    path: str,
    *,
    query: Mapping[str, str],
    limit: int,
    bearer: Key | None = None,
    timeout: float = TIMEOUT_SECONDS,
) -> bytes:
    """The body of a GET that was answered with 200; raises :class:`NoAnswer` otherwise.

    ``limit`` is the most bytes that are read. ``query`` may hold a key: it is never repeated in an error.
    """
    return _asked(host, "GET", path, limit, bearer, timeout, params=dict(query))


def post(host: Host, path: str, *, body: bytes, limit: int, bearer: Key, timeout: float = TIMEOUT_SECONDS) -> bytes:
    """The body of a POST of JSON that was answered with 200; as :func:`get`.

    For what shouldn't stand in an address, which servers write into their logs.
    """
    return _asked(host, "POST", path, limit, bearer, timeout, content=body)


def _asked(host: Host, method: str, path: str, limit: int, bearer: Key | None, timeout: float, **more: Any) -> bytes:
    headers = {"Accept-Encoding": "identity"}
    if bearer is not None:
        headers["Authorization"] = f"Bearer {bearer.value}"
    if method == "POST":
        headers["Content-Type"] = "application/json"
    found = bytearray()
    until = time.monotonic() + timeout
    try:
        with (
            httpx.Client(trust_env=False, follow_redirects=False, timeout=timeout, verify=_authorities()) as client,
            client.stream(method, host.base.rstrip("/") + path, headers=headers, **more) as answer,
        ):
            if answer.status_code != httpx.codes.OK:
                raise NoAnswer(f"HTTP {answer.status_code}")
            for part in answer.iter_raw():
                found += part
                if time.monotonic() > until:
                    # httpx's own limit is for each part, and a byte now and then keeps within it for ever.
                    raise NoAnswer("timed out")
                if len(found) > limit:
                    raise NoAnswer(f"more than {limit} bytes")
    except httpx.TimeoutException:
        raise NoAnswer("timed out") from None
    except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError):
        raise NoAnswer("no connection, or it broke") from None
    return bytes(found)


@functools.cache
def _authorities() -> ssl.SSLContext:
    """Who vouches for the names of hosts. Read once: it takes longer than a question on a fast network."""
    return httpx.create_ssl_context(trust_env=False)

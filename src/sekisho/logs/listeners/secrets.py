"""Shared secrets of RADIUS clients: a file that only its owner can read.

::

    # who            secret
    192.0.2.0/24     6f7c…
    2001:db8::/32    …

The longest prefix that holds a client's address counts.
"""

from __future__ import annotations

import ipaddress
import os
import stat
from pathlib import Path
from typing import Final

from sekisho.logs.listeners.errors import SecretsRefused
from sekisho.logs.sources import Network

MAX_FILE: Final = 1024 * 1024
MIN_SECRET: Final = 16
"""Characters (RFC 2865 section 3: "at least 16 octets"). What proves a packet is as strong as this."""


class Secrets:
    """Who has which secret."""

    def __init__(self, secrets: dict[Network, bytes]) -> None:
        """By prefix."""
        self._secrets = sorted(secrets.items(), key=lambda item: -item[0].prefixlen)
        self._known: dict[str, bytes | None] = {}

    def of(self, host: str) -> bytes | None:
        """The secret of a client; None where it has none."""
        if host not in self._known:
            if len(self._known) >= 4_096:
                self._known.clear()
            address = ipaddress.ip_address(host.partition("%")[0])
            found = (secret for one, secret in self._secrets if one.version == address.version and address in one)
            self._known[host] = next(found, None)
        return self._known[host]


def read_secrets(path: Path) -> Secrets:
    """The secrets in a file. Raises ``SecretsRefused``; no secret stands in what it says."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    except OSError as error:
        raise SecretsRefused(path=str(path), problem=error.strerror) from None
    with open(descriptor, "rb") as file:  # noqa: PTH123  a descriptor, so that what is checked is what is read
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            raise SecretsRefused(path=str(path), problem="not a regular file")
        if stat.S_IMODE(status.st_mode) & 0o077:
            raise SecretsRefused(path=str(path), problem=f"mode {stat.S_IMODE(status.st_mode):04o} lets others in")
        content = file.read(MAX_FILE + 1)
    if len(content) > MAX_FILE:
        raise SecretsRefused(path=str(path), problem=f"more than {MAX_FILE} bytes")
    found: dict[Network, bytes] = {}
    for number, line in enumerate(content.splitlines(), 1):
        words = line.split()
        if not words or words[0].startswith(b"#"):
            continue
        if len(words) != 2:
            raise SecretsRefused(path=str(path), problem=f"line {number}: a prefix and a secret are expected")
        try:
            prefix = ipaddress.ip_network(words[0].decode("ascii"))
        except ValueError:
            raise SecretsRefused(path=str(path), problem=f"line {number}: the first word is no prefix") from None
        if len(words[1]) < MIN_SECRET:
            raise SecretsRefused(path=str(path), problem=f"line {number}: at least {MIN_SECRET} characters")
        if prefix in found:
            raise SecretsRefused(path=str(path), problem=f"line {number}: the prefix stands twice")
        found[prefix] = words[1]
    if not found:
        raise SecretsRefused(path=str(path), problem="it has no secret")
    return Secrets(found)

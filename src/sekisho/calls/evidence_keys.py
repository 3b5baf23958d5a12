"""The key pairs that proxies seal evidence to: one for each month, the public part in the bundle.

::

    month begins ──next bundle──▶ connectors write to the new key ──period of the old files over──▶ old key gone

A connector that still has an old bundle goes on writing to that bundle's key, and its files are read as long as the key
lives. A key isn't destroyed while something written to it may be awaited
(:mod:`sekisho.calls.keeping.spool_ending`).
"""

from __future__ import annotations

import hashlib
import json
from typing import Final

from sekisho.calls.connector.spool_reader import SpoolKey, SpoolKeys
from sekisho.calls.screening.bundle import EVIDENCE_KEY
from sekisho.clock import japan_date
from sekisho.keys.schedule import call_spool_key, workspace_key
from sekisho.workspace import Workspace

PREFIX: Final = "call-spool/"
PART: Final = EVIDENCE_KEY
FIRST: Final = workspace_key("call-spool")
"""The one key of connectors that were set up before there was one for each month: still read, never given out."""


def present_key(workspace: Workspace) -> SpoolKey:
    """This month's; the first asking makes it."""
    name = call_spool_key(japan_date(workspace.clock.now()))
    workspace.keyring.ensure(name)
    return SpoolKey.of(workspace.keyring, name)


def living_keys(workspace: Workspace) -> SpoolKeys:
    """Every key that files may be sealed to and still opens them."""
    ring = workspace.keyring
    names = [name for name in ring.names() if name.startswith(PREFIX) or name == FIRST]
    return SpoolKeys([SpoolKey.of(ring, name) for name in sorted(names) if ring.exists(name)])


def part(key: SpoolKey) -> bytes:
    """What a bundle says of it."""
    return json.dumps({"format": 1, "key": key.name, "public_key": key.public.hex()}).encode()


def part_digest(key: SpoolKey) -> str:
    """By which a recorded bundle tells which key it gave out."""
    return hashlib.sha256(part(key)).hexdigest()

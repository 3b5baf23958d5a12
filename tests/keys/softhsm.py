"""A SoftHSM2 token of our own, in a directory of our own.

SoftHSM2 reads its configuration when the library is loaded, once per process; so each test process has one token, and
each keyring in it is told apart by its own id.
"""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from sekisho.keys.pkcs11_ring import Token

LIBRARY = Path("/usr/lib/softhsm/libsofthsm2.so")
LABEL = "sekisho-test"
PIN = "1234-test"


def make_token(directory: Path) -> Token:
    """A fresh token whose objects lie in ``directory``; this process and its children use it from now on."""
    if not LIBRARY.exists():
        message = f"{LIBRARY} is not installed: keys in a security module not tested (apt-get install softhsm2)"
        if os.environ.get("CI"):
            pytest.fail(message)
        pytest.skip(message)
    (directory / "tokens").mkdir(parents=True)
    configuration = directory / "softhsm2.conf"
    lines = [f"directories.tokendir = {directory}/tokens", "objectstore.backend = file", "log.level = ERROR"]
    configuration.write_text("\n".join(lines) + "\n")
    os.environ["SOFTHSM2_CONF"] = str(configuration)
    subprocess.run(
        ["softhsm2-util", "--init-token", "--free", "--label", LABEL, "--pin", PIN, "--so-pin", PIN],
        check=True, capture_output=True,
    )
    return Token(LIBRARY, LABEL, PIN)

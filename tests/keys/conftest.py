"""Keyrings of both kinds, empty."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from sekisho.keys import FileKeyring, KeyFile, make_key_file
from sekisho.keys.disk import RealDisk
from sekisho.keys.mortal import MortalRing
from sekisho.keys.pkcs11_ring import Pkcs11Keyring, Token
from tests.keys.softhsm import make_token

AT = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)


@pytest.fixture(scope="session")
def token(tmp_path_factory: pytest.TempPathFactory) -> Token:
    """The security module of this test process."""
    return make_token(tmp_path_factory.mktemp("softhsm"))


@pytest.fixture
def key_file(tmp_path: Path) -> KeyFile:
    """A key file beside the keyring."""
    return make_key_file(tmp_path / "master.key", RealDisk())


@pytest.fixture
def file_ring(tmp_path: Path, key_file: KeyFile) -> Iterator[FileKeyring]:
    """An empty keyring in a directory."""
    ring = FileKeyring.make(tmp_path / "ring", key_file)
    yield ring
    ring.close()


@pytest.fixture
def token_ring(tmp_path: Path, token: Token) -> Iterator[Pkcs11Keyring]:
    """An empty keyring in a security module."""
    ring = Pkcs11Keyring.make(tmp_path / "token-ring", token)
    yield ring
    ring.close()


@pytest.fixture(params=["file", pytest.param("token", marks=pytest.mark.softhsm)])
def ring(request: pytest.FixtureRequest) -> MortalRing:
    """An empty keyring, once of each kind."""
    made: MortalRing = request.getfixturevalue(f"{request.param}_ring")
    return made


@pytest.fixture
def reopen(request: pytest.FixtureRequest) -> Callable[[MortalRing], MortalRing]:
    """Opens the same keyring a second time, as another worker would."""

    def again(ring: MortalRing) -> MortalRing:
        if isinstance(ring, FileKeyring):
            return FileKeyring.open(ring.directory, request.getfixturevalue("key_file"))
        return Pkcs11Keyring.open(ring.directory, request.getfixturevalue("token"))

    return again

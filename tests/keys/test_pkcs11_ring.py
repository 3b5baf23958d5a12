"""The keyring in a security module: what the token is asked to guarantee, and how its failures are told."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pkcs11
import pytest
from pkcs11 import Attribute, KeyType, Mechanism, MechanismFlag, ObjectClass

from sekisho.keys import FileKeyring, KeyFile
from sekisho.keys.backup import backup, destruction_state
from sekisho.keys.errors import (
    CouldNotDecrypt,
    CouldNotUnlock,
    KeyNotProtected,
    KeyringClosed,
    KeyringDamaged,
    KeyringNotFound,
    KeyringUnavailable,
    KeysStayInTheDevice,
)
from sekisho.keys.pkcs11_ring import Pkcs11Keyring
from sekisho.keys.token_login import Token
from tests.keys.conftest import AT

pytestmark = pytest.mark.softhsm


def objects(ring: Pkcs11Keyring, name: str) -> list[Any]:
    """The token's objects of one key."""
    return list(ring._session.get_objects({Attribute.LABEL: f"sekisho:{ring.ring_id}:{name}"}))


def test_keys_cannot_leave_the_token(token_ring: Pkcs11Keyring) -> None:
    """Every secret object is sensitive, never was extractable, and its value can't be read."""
    token_ring.create("case/1")
    token_ring.create_signer("case/s")
    found = [*objects(token_ring, "case/1"), *objects(token_ring, "case/s"), *objects(token_ring, "_ring")]
    secret = [each for each in found if each.object_class != ObjectClass.PUBLIC_KEY]
    assert len(secret) == 3
    for each in secret:
        assert each[Attribute.SENSITIVE]
        assert not each[Attribute.EXTRACTABLE]
        assert each[Attribute.NEVER_EXTRACTABLE]
        with pytest.raises(pkcs11.PKCS11Error):
            each[Attribute.VALUE]


def test_destruction_removes_the_objects(token_ring: Pkcs11Keyring) -> None:
    """After a destruction the token has no object of that key, private or public."""
    for name, make in (("case/1", token_ring.create), ("case/s", token_ring.create_signer)):
        make(name)
        assert objects(token_ring, name)
        token_ring.destroy(name, at=AT, reason="")
        assert objects(token_ring, name) == []


def test_a_destruction_cut_short_is_finished(token_ring: Pkcs11Keyring, token: Token) -> None:
    """A crash between tombstone and token leaves the key destroyed; the next opening removes the object."""
    token_ring.create("case/1")
    with token_ring._changing():
        token_ring._tombstones.add("case/1", at=AT, reason="cut short")
    assert objects(token_ring, "case/1")
    again = Pkcs11Keyring.open(token_ring.directory, token)
    assert objects(again, "case/1") == []
    assert not again.exists("case/1")
    again.close()


def test_an_extractable_key_is_not_used(token_ring: Pkcs11Keyring) -> None:
    """A key planted under our label that the token would give away is refused."""
    token_ring._session.generate_key(
        KeyType.GENERIC_SECRET, 256, mechanism=Mechanism.GENERIC_SECRET_KEY_GEN, capabilities=MechanismFlag.SIGN,
        store=True, label=f"sekisho:{token_ring.ring_id}:case/1",
        template={Attribute.SENSITIVE: False, Attribute.EXTRACTABLE: True},
    )
    with pytest.raises(KeyNotProtected):
        token_ring.derive("case/1", info=b"x")


def test_a_blob_of_one_keyring_does_not_open_in_another(token_ring: Pkcs11Keyring, file_ring: FileKeyring) -> None:
    """The format is the same, the keys are not."""
    token_ring.create("case/1")
    file_ring.create("case/1")
    with pytest.raises(CouldNotDecrypt):
        file_ring.decrypt("case/1", token_ring.encrypt("case/1", b"secret", aad=b""), aad=b"")


def test_a_wrong_pin_opens_nothing(token_ring: Pkcs11Keyring, token: Token) -> None:
    """A wrong PIN is refused even while another keyring of this process is logged in, and is not shown."""
    wrong = Token(token.library, token.label, "9999-wrong")
    with pytest.raises(CouldNotUnlock):
        Pkcs11Keyring.open(token_ring.directory, wrong)
    token_ring.close()
    with pytest.raises(CouldNotUnlock) as caught:
        Pkcs11Keyring.open(token_ring.directory, wrong)
    assert "9999" not in repr(wrong) + str(caught.value)
    again = Pkcs11Keyring.open(token_ring.directory, token)
    assert again.names() == []
    again.close()


def test_closing_one_keyring_leaves_the_other_open(token_ring: Pkcs11Keyring, token: Token, tmp_path: Path) -> None:
    """A login is shared by a process: the last to close logs out, not the first."""
    other = Pkcs11Keyring.make(tmp_path / "other", token)
    other.create("case/1")
    token_ring.close()
    assert len(other.derive("case/1", info=b"x")) == 32
    other.close()


def test_missing_tokens_and_keyrings_are_told_apart(token_ring: Pkcs11Keyring, token: Token, tmp_path: Path) -> None:
    """No such token, no such library, no keyring in the directory, a keyring of another token: each its own error."""
    with pytest.raises(KeyringUnavailable):
        Pkcs11Keyring.make(tmp_path / "a", Token(token.library, "no-such-token", token.pin))
    with pytest.raises(KeyringUnavailable):
        Pkcs11Keyring.make(tmp_path / "b", Token(tmp_path / "no-such-library.so", token.label, token.pin))
    with pytest.raises(KeyringNotFound):
        Pkcs11Keyring.open(tmp_path / "a", token)
    (token_ring.directory / "ring").write_bytes(b"0" * 32)
    with pytest.raises(KeyringDamaged):
        Pkcs11Keyring.open(token_ring.directory, token)


def test_a_forked_child_may_not_use_it(token_ring: Pkcs11Keyring) -> None:
    """PKCS#11 libraries don't survive a fork, so the keyring refuses in the child instead of answering wrongly."""
    token_ring.create("case/1")
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            token_ring.derive("case/1", info=b"x")
            os.write(writing, b"answered")
        except KeyringClosed as error:
            os.write(writing, error.reason.encode())
        finally:
            os._exit(0)
    os.close(writing)
    os.waitpid(child, 0)
    assert os.read(reading, 100) == b"keyring_closed"
    os.close(reading)


def test_a_tokens_own_backups_are_counted(token_ring: Pkcs11Keyring, key_file: KeyFile, tmp_path: Path) -> None:
    """Sekisho can't back up a token's keys; the token's own backups are registered and keep a deletion ``live``."""
    token_ring.create("case/1")
    later = AT.replace(month=12)
    with pytest.raises(KeysStayInTheDevice):
        backup(token_ring, tmp_path / "b", number=1, made_at=AT, expires_at=later, unlock=key_file, apart_from=[])
    with token_ring.catalogue() as catalogue:
        catalogue.record_made(1, made_at=AT, expires_at=later, names=token_ring.names())
    token_ring.destroy("case/1", at=AT, reason="")
    assert destruction_state(token_ring, "case/1", at=AT).value == "live"
    with token_ring.catalogue() as catalogue:
        catalogue.record_gone(1, at=later, by="suzuki", how="smart cards shredded")
    assert destruction_state(token_ring, "case/1", at=later).value == "final"

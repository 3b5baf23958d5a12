"""What every keyring promises, checked on a directory and on a security module."""

from __future__ import annotations

import hashlib
import hmac
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from sekisho.keys import KeyInfo, KeyKind, Keyring
from sekisho.keys.derivation import SEAL_OVERHEAD
from sekisho.keys.errors import (
    CouldNotDecrypt,
    KeyDestroyed,
    KeyNameUsed,
    KeyNotFound,
    KeyringClosed,
    ReservedInfo,
    WrongKindOfKey,
)
from sekisho.keys.mortal import MortalRing
from sekisho.keys.ring import Destruction
from tests.keys.conftest import AT

Reopen = Callable[[MortalRing], MortalRing]


def test_it_is_a_keyring(ring: MortalRing) -> None:
    """Each kind satisfies the protocol that other packages code against."""
    typed: Keyring = ring
    assert typed.names() == []
    assert typed.epoch() == 0


def test_a_key_lives_on_after_reopening(ring: MortalRing, reopen: Reopen) -> None:
    """A key made here derives the same there."""
    assert ring.create("log/cgnat/2026-11-23") == KeyInfo("log/cgnat/2026-11-23", KeyKind.DATA)
    other = reopen(ring)
    assert other.names() == ["log/cgnat/2026-11-23"]
    assert other.exists("log/cgnat/2026-11-23")
    derived = ring.derive("log/cgnat/2026-11-23", info=b"salt")
    assert other.derive("log/cgnat/2026-11-23", info=b"salt") == derived
    assert len(derived) == 32


def test_derivations_differ_by_key_info_and_length(ring: MortalRing) -> None:
    """Two keys, or two purposes, share no derived value; a longer one starts with the shorter (RFC 5869)."""
    ring.create("case/1")
    ring.create("case/2")
    values = {ring.derive(name, info=info) for name in ("case/1", "case/2") for info in (b"", b"a", b"b")}
    assert len(values) == 6
    assert ring.derive("case/1", info=b"a", length=100)[:32] == ring.derive("case/1", info=b"a")


@pytest.mark.parametrize(("info", "length"), [(b"x", 0), (b"x", 8161), (b"sekisho/keys/blind/1\x00", 32)])
def test_derivation_refuses_the_keyrings_own(ring: MortalRing, info: bytes, length: int) -> None:
    """No caller derives what the keyring itself uses, nor more than RFC 5869 allows."""
    ring.create("case/1")
    with pytest.raises(ReservedInfo):
        ring.derive("case/1", info=info, length=length)


def test_encryption_round_trip(ring: MortalRing) -> None:
    """What was sealed opens again, twice the same plaintext looks different, and the overhead is as stated."""
    ring.create("contract/2026-11")
    one, two = (ring.encrypt("contract/2026-11", "氏名 𠮷田".encode(), aad=b"row 7") for _ in range(2))
    assert one != two
    assert len(one) == len("氏名 𠮷田".encode()) + SEAL_OVERHEAD
    assert ring.decrypt("contract/2026-11", one, aad=b"row 7").decode() == "氏名 𠮷田"
    assert ring.decrypt("contract/2026-11", ring.encrypt("contract/2026-11", b"", aad=b""), aad=b"") == b""


def test_wrong_key_context_or_bytes_do_not_open(ring: MortalRing) -> None:
    """Another key, another context, any flipped bit, a cut or an empty blob: all refused alike."""
    ring.create("case/1")
    ring.create("case/2")
    blob = ring.encrypt("case/1", b"secret", aad=b"row 7")
    attempts = [("case/2", blob, b"row 7"), ("case/1", blob, b"row 8"), ("case/1", b"", b"row 7")]
    attempts += [("case/1", blob[:-1], b"row 7"), ("case/1", blob + b"\x00", b"row 7")]
    attempts += [
        ("case/1", blob[:at] + bytes([blob[at] ^ 1]) + blob[at + 1 :], b"row 7") for at in range(0, len(blob), 5)
    ]
    for name, given, aad in attempts:
        with pytest.raises(CouldNotDecrypt):
            ring.decrypt(name, given, aad=aad)


def test_blind_index_finds_equals_only(ring: MortalRing) -> None:
    """Equal values give equal indexes under one key; other values and other keys do not."""
    ring.create("case/1")
    ring.create("case/2")
    index = ring.blind_index("case/1", b"09012345678")
    assert len(index) == 32
    assert index == ring.blind_index("case/1", b"09012345678")
    assert index != ring.blind_index("case/1", b"09012345679")
    assert index != ring.blind_index("case/2", b"09012345678")


def test_signatures_verify(ring: MortalRing, reopen: Reopen) -> None:
    """A signature made here verifies under the public key told there."""
    assert ring.create_signer("workspace/ledger").kind is KeyKind.SIGNER
    signer = ring.signer("workspace/ledger")
    assert signer.name == "workspace/ledger"
    assert len(signer.public_key) == 32
    signature = signer.sign(b"checkpoint")
    assert len(signature) == 64
    Ed25519PublicKey.from_public_bytes(reopen(ring).signer("workspace/ledger").public_key).verify(signature,
    b"checkpoint")


def test_a_key_has_one_kind(ring: MortalRing) -> None:
    """A signing key encrypts nothing and a data key signs nothing."""
    ring.create("case/1")
    ring.create_signer("workspace/ledger")
    with pytest.raises(WrongKindOfKey):
        ring.derive("workspace/ledger", info=b"x")
    with pytest.raises(WrongKindOfKey):
        ring.signer("case/1")
    with pytest.raises(WrongKindOfKey):
        ring.ensure("workspace/ledger")


def test_ensure_makes_once(ring: MortalRing) -> None:
    """``ensure`` makes a key the first time and finds it afterwards; ``create`` refuses the second time."""
    assert ring.ensure("case/1") == ring.ensure("case/1")
    assert ring.ensure_signer("case/s") == ring.ensure_signer("case/s")
    with pytest.raises(KeyNameUsed) as caught:
        ring.create("case/1")
    assert caught.value.fields["state"] == "live"


def test_a_destroyed_key_answers_nothing_and_never_returns(ring: MortalRing, reopen: Reopen) -> None:
    """After its destruction a name can't be used, made or ensured, here or after reopening."""
    ring.create("log/sip/2026-05-01")
    blob = ring.encrypt("log/sip/2026-05-01", b"row", aad=b"")
    end = ring.destroy("log/sip/2026-05-01", at=AT, reason="保存期間の満了")
    assert end == Destruction("log/sip/2026-05-01", 1, AT, "保存期間の満了")
    for each in (ring, reopen(ring)):
        assert not each.exists("log/sip/2026-05-01")
        assert each.names() == []
        assert each.epoch() == 1
        assert each.destructions() == [end]
        uses: list[Callable[[], object]] = [
            partial(each.derive, "log/sip/2026-05-01", info=b"x"),
            partial(each.decrypt, "log/sip/2026-05-01", blob, aad=b""),
            partial(each.encrypt, "log/sip/2026-05-01", b"", aad=b""),
            partial(each.blind_index, "log/sip/2026-05-01", b""),
            partial(each.signer, "log/sip/2026-05-01"),
            partial(each.ensure, "log/sip/2026-05-01"),
        ]
        for use in uses:
            with pytest.raises(KeyDestroyed) as caught:
                use()
            assert caught.value.fields["epoch"] == 1
        for make in (each.create, each.create_signer):
            with pytest.raises(KeyNameUsed) as used:
                make("log/sip/2026-05-01")
            assert used.value.fields["state"] == "destroyed"


def test_a_signer_in_hand_signs_nothing_more(ring: MortalRing) -> None:
    """A signer got before the destruction refuses after it, but still tells its public key."""
    ring.create_signer("workspace/ledger")
    signer = ring.signer("workspace/ledger")
    public_key = signer.public_key
    ring.destroy("workspace/ledger", at=AT, reason="rotated")
    with pytest.raises(KeyDestroyed):
        signer.sign(b"checkpoint")
    assert signer.public_key == public_key


def test_destroying_twice_answers_the_first_record(ring: MortalRing) -> None:
    """A repeated destruction is not a second one."""
    ring.create("case/1")
    first = ring.destroy("case/1", at=AT, reason="first")
    assert ring.destroy("case/1", at=AT + timedelta(days=1), reason="second") == first
    assert ring.epoch() == 1


def test_what_never_was_cannot_be_destroyed(ring: MortalRing) -> None:
    """A mistyped name is an error, not a tombstone; a naive time is refused."""
    with pytest.raises(KeyNotFound):
        ring.destroy("case/1", at=AT, reason="typo")
    with pytest.raises(KeyNotFound):
        ring.derive("case/1", info=b"x")
    ring.create("case/1")
    with pytest.raises(ValueError, match="zone"):
        ring.destroy("case/1", at=datetime(2026, 11, 23), reason="naive")  # noqa: DTZ001  a naive time is what is tested
    assert ring.exists("case/1")


def test_the_epoch_rises_by_one_each_time(ring: MortalRing) -> None:
    """The epoch is the number of destructions, in order."""
    for number in range(1, 4):
        ring.create(f"case/{number}")
    ends = [ring.destroy(f"case/{number}", at=AT, reason="") for number in (2, 1, 3)]
    assert [end.epoch for end in ends] == [1, 2, 3]
    assert [end.name for end in ring.destructions()] == ["case/2", "case/1", "case/3"]


def test_another_reader_with_the_key_in_memory_refuses(ring: MortalRing, reopen: Reopen) -> None:
    """A second open keyring that has used the key refuses from the next answer on, and sees the epoch."""
    ring.create("case/1")
    ring.create("case/2")
    other = reopen(ring)
    kept = other.derive("case/2", info=b"x")
    other.derive("case/1", info=b"x")
    ring.destroy("case/1", at=AT, reason="")
    with pytest.raises(KeyDestroyed):
        other.derive("case/1", info=b"x")
    assert other.epoch() == 1
    assert other.derive("case/2", info=b"x") == kept


def test_destructions_recorded_elsewhere_are_applied(ring: MortalRing) -> None:
    """The ledger's destructions end keys that are here and bar names that aren't; applied twice they change nothing."""
    ring.create("case/1")
    recorded = [Destruction("case/1", 8, AT, "r1"), Destruction("case/9", 9, AT, "r9")]
    assert [end.name for end in ring.apply_destructions(recorded)] == ["case/1", "case/9"]
    assert ring.apply_destructions(recorded) == []
    assert ring.epoch() == 2
    with pytest.raises(KeyDestroyed):
        ring.ensure("case/9")


def test_a_closed_keyring_answers_nothing(ring: MortalRing) -> None:
    """After ``close`` every use is refused; closing twice is fine."""
    ring.create("case/1")
    ring.close()
    ring.close()
    for use in (ring.names, ring.epoch, lambda: ring.derive("case/1", info=b"x"), lambda: ring.create("case/2")):
        with pytest.raises(KeyringClosed):
            use()


def test_changes_nest(ring: MortalRing) -> None:
    """A key can be created and destroyed while the catalogue of backups is held, by the same thread."""
    with ring.catalogue() as catalogue:
        ring.create("case/1")
        with ring.catalogue() as again:
            assert again.all() == catalogue.all() == []
        ring.destroy("case/1", at=AT, reason="")
    assert ring.epoch() == 1


def test_threads_share_a_keyring(ring: MortalRing) -> None:
    """Eight threads using keys while others are created and destroyed: right values or a refusal."""
    for number in range(8):
        ring.create(f"case/{number}")
    values = {f"case/{number}": ring.derive(f"case/{number}", info=b"x") for number in range(8)}
    problems: list[object] = []

    def work(number: int) -> None:
        try:
            for turn in range(30):
                name = f"case/{(number + turn) % 8}"
                try:
                    if ring.derive(name, info=b"x") != values[name]:
                        problems.append(name)
                except KeyDestroyed:
                    pass
            ring.destroy(f"case/{number}", at=AT, reason="")
        except Exception as error:
            problems.append(error)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert problems == []
    assert ring.epoch() == 8


def test_nothing_secret_is_shown(ring: MortalRing) -> None:
    """Neither the keyring, a signer nor an error shows key material."""
    ring.create("case/1")
    ring.create_signer("case/s")
    derived = ring.derive("case/1", info=b"x")
    shown = repr(ring) + repr(ring.signer("case/s"))
    assert derived.hex() not in shown
    assert hmac.digest(derived, b"", hashlib.sha256).hex() not in shown

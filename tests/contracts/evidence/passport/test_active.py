"""Active authentication: the chip's key answers our challenge, or it isn't genuine."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from sekisho.contracts.evidence.passport.model import ActiveAnswer, ChipState, UnverifiedPassport
from sekisho.contracts.evidence.steps import StepState
from tests.contracts.evidence.fixtures import passport as build
from tests.contracts.evidence.fixtures import state_pki
from tests.contracts.evidence.fixtures.der_writing import integer, oid, seq
from tests.contracts.evidence.passport.checking import store, verify

CHALLENGE = bytes(range(8))
RSA = state_pki.rsa_key("a chip")
EC = state_pki.curve_key("brainpoolP256r1", "a chip")
OTHER_EC = state_pki.curve_key("brainpoolP256r1", "another chip")


def with_rsa(answer: ActiveAnswer) -> UnverifiedPassport:
    """A passport whose chip has an RSA key."""
    return replace(build.with_groups("japan", {15: build.group_15(state_pki.spki(RSA))}), active=answer)


def with_ec(answer: ActiveAnswer, info: bytes | None = None) -> UnverifiedPassport:
    """A passport whose chip has a key on a curve written out."""
    more = {
        14: build.group_14([build.active_info() if info is None else info]),
        15: build.group_15(state_pki.spki(EC, curve="explicit")),
    }
    return replace(build.with_groups("japan", more), active=answer)


@pytest.mark.parametrize("digest", ["sha1", "sha256", "sha512"])
def test_rsa(digest: str) -> None:
    """ISO/IEC 9796-2 scheme 1 with each trailer."""
    result = verify(with_rsa(build.answer_rsa(RSA, CHALLENGE, digest=digest)))
    assert result.report.state(9) is StepState.DONE
    assert result.chip is ChipState.GENUINE
    assert result.verified is not None
    assert result.verified.chip is ChipState.GENUINE


def test_the_other_root() -> None:
    """ISO/IEC 9796-2 lets the signer send the smaller of s and n - s."""
    answer = build.answer_rsa(RSA, CHALLENGE)
    n = RSA.public_key().public_numbers().n
    other = (n - int.from_bytes(answer.response, "big")).to_bytes(256, "big")
    assert verify(with_rsa(ActiveAnswer(CHALLENGE, other))).chip is ChipState.GENUINE


def test_ecdsa() -> None:
    """Plain ECDSA over the challenge, on a curve written out, with the hash that data group 14 names."""
    assert verify(with_ec(build.answer_ecdsa(EC, CHALLENGE))).chip is ChipState.GENUINE
    sha512 = build.active_info("0.4.0.127.0.7.1.1.4.1.5")
    assert verify(with_ec(build.answer_ecdsa(EC, CHALLENGE, digest="sha512"), sha512)).chip is ChipState.GENUINE


def forged_block(block: bytes) -> ActiveAnswer:
    """An RSA answer whose opened form is ``block``."""
    numbers = RSA.private_numbers()
    value = pow(int.from_bytes(block, "big"), numbers.d, numbers.public_numbers.n)
    return ActiveAnswer(CHALLENGE, value.to_bytes(256, "big"))


def signed_part() -> bytes:
    """A block after its header, with the right hash: 221 bytes of the chip's own, the digest and SHA-256's trailer."""
    return bytes(221) + hashlib.sha256(bytes(221) + CHALLENGE).digest() + b"\x34\xcc"


ECDSA_ANSWER = build.answer_ecdsa(EC, CHALLENGE).response

WRONG: dict[str, Callable[[], UnverifiedPassport]] = {
    "an answer to another challenge": lambda: with_rsa(
        ActiveAnswer(CHALLENGE, build.answer_rsa(RSA, bytes(8)).response)
    ),
    "an answer by another key": lambda: with_ec(build.answer_ecdsa(OTHER_EC, CHALLENGE)),
    "an answer on a curve to another challenge": lambda: with_ec(
        ActiveAnswer(CHALLENGE, build.answer_ecdsa(EC, bytes(8)).response)
    ),
    "an answer with another hash": lambda: with_ec(build.answer_ecdsa(EC, CHALLENGE, digest="sha512")),
    "a short challenge": lambda: with_rsa(build.answer_rsa(RSA, CHALLENGE[:7])),
    "no challenge": lambda: with_rsa(build.answer_rsa(RSA, b"")),
    "an empty answer": lambda: with_rsa(ActiveAnswer(CHALLENGE, b"")),
    "an answer as long as no key": lambda: with_rsa(ActiveAnswer(CHALLENGE, bytes(255))),
    "an answer of zeroes": lambda: with_rsa(ActiveAnswer(CHALLENGE, bytes(256))),
    "an answer of ones": lambda: with_rsa(ActiveAnswer(CHALLENGE, b"\xff" * 256)),
    "an answer of zeroes on a curve": lambda: with_ec(ActiveAnswer(CHALLENGE, bytes(64))),
    "an answer in DER instead of plain": lambda: with_ec(
        ActiveAnswer(CHALLENGE, EC.sign(CHALLENGE, ec.ECDSA(state_pki.HASHES["sha256"])))
    ),
    "a block with another header": lambda: with_rsa(forged_block(b"\x4b" + signed_part())),
    "a zero before the answer": lambda: with_rsa(
        ActiveAnswer(CHALLENGE, b"\x00" + build.answer_rsa(RSA, CHALLENGE).response)
    ),
    "a zero in the middle of an answer on a curve": lambda: with_ec(
        ActiveAnswer(CHALLENGE, ECDSA_ANSWER[:32] + b"\x00" + ECDSA_ANSWER[32:])
    ),
    "a block with an unknown hash": lambda: with_rsa(forged_block(b"\x6a" + bytes(253) + b"\x3f\xcc")),
    "a hash that isn't the block's": lambda: with_rsa(forged_block(b"\x6a" + bytes(254) + b"\xbc")),
    "a hash nobody names": lambda: with_ec(
        build.answer_ecdsa(EC, CHALLENGE), seq(oid("2.23.136.1.1.5"), integer(1), oid("0.4.0.127.0.7.1.1.4.1.1"))
    ),
    "a group 14 that says nothing of it": lambda: with_ec(
        build.answer_ecdsa(EC, CHALLENGE), seq(oid("0.4.0.127.0.7.2.2.3.2.2"), integer(1))
    ),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_a_wrong_answer_is_refused_at_step_9(wrong: str) -> None:
    """A chip that answers wrongly isn't the one: refused, though all its data is the state's."""
    result = verify(WRONG[wrong]())
    failure = result.report.failure
    assert failure is not None
    assert (failure.reason, failure.step) == ("passport_chip_not_genuine", 9)
    assert result.chip is ChipState.NOT_SHOWN
    assert result.report.facts is None
    assert result.report.state(8) is StepState.DONE


def test_an_answer_shows_nothing_without_a_signed_key() -> None:
    """No key on the chip, no data group 15 given, or nobody to vouch for it: the step is left, and says why."""
    answer = build.answer_rsa(RSA, CHALLENGE)
    without_key = verify(replace(build.passport("japan"), active=answer))
    files = with_rsa(answer)
    not_given = verify(replace(files, groups={n: data for n, data in files.groups.items() if n != 15}))
    unvouched = verify(files, trust=store("germany"))
    for result in (without_key, not_given, unvouched):
        assert result.report.failure is None
        assert result.report.state(9) is StepState.NOT_DONE
        assert "a copied chip can't be excluded" in result.report.steps[9].reason.en
        assert result.chip is ChipState.NOT_SHOWN


def test_security_infos_must_be_some() -> None:
    """A group 14 with something else in it is refused by name at step 9."""
    more = {14: build.group_14([b"\x05\x00"]), 15: build.group_15(state_pki.spki(EC))}
    files = replace(build.with_groups("japan", more), active=build.answer_ecdsa(EC, CHALLENGE))
    failure = verify(files).report.failure
    assert failure is not None
    assert (failure.reason, failure.step) == ("der_unexpected_element", 9)


def test_a_chip_key_must_be_one() -> None:
    """A group 15 that isn't a key is refused by name at step 9."""
    files = replace(build.with_groups("japan", {15: build.group_15(seq())}), active=ActiveAnswer(CHALLENGE, b"\x01"))
    failure = verify(files).report.failure
    assert failure is not None
    assert (failure.reason, failure.step) == ("der_unexpected_element", 9)

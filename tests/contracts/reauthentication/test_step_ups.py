"""Step-ups in a real workspace, on both databases: one fault at a time, and how they end."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest

from sekisho.contracts.errors import MissingField, WrongValue
from sekisho.contracts.evidence.jpki.errors import NonceForAnother, NonceUsed
from sekisho.contracts.evidence.reauthentication.errors import (
    AuthenticatorUnknown,
    ClockBehind,
    CodeUsed,
    CodeWrong,
    CredentialKnown,
    CredentialOfAnother,
    CredentialUnknown,
    LockedOut,
    SignCountWentBack,
    UserNotVerified,
    WrongOrigin,
)
from sekisho.contracts.reauthentication.errors import StatedOfAnother, StepUpOver, UnknownStepUp
from sekisho.contracts.reauthentication.service import Ground
from sekisho.contracts.reauthentication.step_up_service import STEP_UP_LIFE
from sekisho.contracts.reauthentication.totp import FIRST_LOCK, FREE_FAILURES
from tests.contracts.evidence.reauthentication.authenticator import BE, GOOD, UP, Authenticator
from tests.contracts.reauthentication.surroundings import CLERK, OTHER, Shop, nonce_of


def test_a_passkey_without_user_verification(shop: Shop) -> None:
    """Refused at its step, whoever asks, and the failure is a leaf."""
    device = shop.add_passkey(Ground(decision=shop.open()))
    begun = shop.begin()
    with pytest.raises(UserNotVerified) as caught:
        shop.answer(begun, passkey=shop.with_passkey(begun, device, flags=UP))
    assert caught.value.step == 6
    assert json.loads(shop.leaves("contract.authentication")[-1])["held"] is False
    with pytest.raises(NonceUsed):
        shop.answer(begun, passkey=shop.with_passkey(begun, device))


def test_a_passkey_from_another_page(shop: Shop) -> None:
    """The configuration decides, not the request."""
    device = shop.add_passkey(Ground(decision=shop.open()))
    begun = shop.begin()
    with pytest.raises(WrongOrigin):
        shop.answer(begun, passkey=shop.with_passkey(begun, device, origin="https://evil.example"))


def test_an_answer_is_for_one_application_and_counts_once(shop: Shop) -> None:
    """A challenge of another application's step-up is refused; a replay too."""
    device = shop.add_passkey(Ground(decision=shop.open()))
    first, second = shop.begin(application="A-2"), shop.begin(application="A-3")
    with pytest.raises(NonceForAnother):
        shop.answer(second, passkey=shop.with_passkey(first, device))
    third = shop.begin(application="A-2")
    credential = shop.with_passkey(third, device)
    assert shop.answer(third, passkey=credential).evidence is not None
    with pytest.raises(NonceUsed):
        shop.answer(third, passkey=credential)


def test_a_counter_that_goes_back(shop: Shop) -> None:
    """A copy with an older counter is refused; the right one goes on."""
    device = shop.add_passkey(Ground(decision=shop.open()), counts=True)
    for _ in range(2):
        begun = shop.begin()
        shop.answer(begun, passkey=shop.with_passkey(begun, device))
    begun = shop.begin()
    with pytest.raises(SignCountWentBack) as caught:
        shop.answer(begun, passkey=shop.with_passkey(begun, device, count=2))
    assert caught.value.step == 9
    begun = shop.begin()
    assert shop.answer(begun, passkey=shop.with_passkey(begun, device)).evidence is not None


def test_a_flipped_backup_flag_is_told(shop: Shop) -> None:
    """Accepted with a finding, in the answer and in the ledger."""
    device = shop.add_passkey(Ground(decision=shop.open()))
    begun = shop.begin()
    result = shop.answer(begun, passkey=shop.with_passkey(begun, device, flags=GOOD | BE))
    assert result.findings == ("backup_eligible_changed",)
    assert result.evidence is not None
    assert json.loads(shop.leaves("contract.authentication")[-1])["findings"] == ["backup_eligible_changed"]


def test_a_passkey_of_another_account_or_of_nobody(shop: Shop) -> None:
    """Each is told apart, and neither counts."""
    mine = shop.add_passkey(Ground(decision=shop.open()))
    theirs = shop.add_passkey(
        Ground(decision=shop.open("customer-2", name="見本 花子", birth_date="1985-01-01")), "customer-2"
    )
    begun = shop.begin()
    with pytest.raises(CredentialOfAnother):
        shop.answer(begun, passkey=shop.with_passkey(begun, theirs))
    begun = shop.begin()
    with pytest.raises(CredentialUnknown):
        shop.answer(begun, passkey=Authenticator().answer(nonce_of(begun["answers"]["passkey"])))
    assert shop.accounts.authenticators("customer-1")[0]["id"] == mine


def test_a_passkey_is_registered_once(shop: Shop) -> None:
    """Neither again to the same account nor to another."""
    ground = Ground(decision=shop.open())
    device = shop.passkeys[shop.add_passkey(ground)]
    options = shop.registration.passkey_options("customer-1", ground, label="電話")
    with pytest.raises(CredentialKnown):
        shop.registration.register_passkey(
            "customer-1", ground, device.register(nonce_of(options)), label="電話", caller=CLERK
        )


def test_codes_count_once_even_at_once(shop: Shop) -> None:
    """The code that confirmed the app is used; another counts for one of those who send it at the same time."""
    app = shop.add_totp(Ground(decision=shop.open()))
    with pytest.raises(CodeUsed):
        shop.answer(shop.begin(), totp=shop.code(app, -1))
    begun = [shop.begin(application=f"A-{n}") for n in range(6)]
    code = shop.code(app)

    def attempt(one: dict[str, Any]) -> bool:
        try:
            shop.answer(one, totp=code)
        except CodeUsed:
            return False
        return True

    with ThreadPoolExecutor(6) as pool:
        assert sum(pool.map(attempt, begun)) == 1


def test_codes_out_of_their_time(shop: Shop) -> None:
    """A slow clock is told; a fast one, and a wrong code, are wrong."""
    app = shop.add_totp(Ground(decision=shop.open()))
    shop.clock.advance(timedelta(minutes=10))
    with pytest.raises(ClockBehind):
        shop.answer(shop.begin(), totp=shop.code(app, -4))
    with pytest.raises(CodeWrong):
        shop.answer(shop.begin(), totp=shop.code(app, 4))


def test_guessing_locks_codes_and_not_passkeys(shop: Shop) -> None:
    """After five wrong codes the right one waits for the time that is told; a passkey works meanwhile."""
    ground = Ground(decision=shop.open())
    device = shop.add_passkey(ground)
    app = shop.add_totp(ground)
    wrong = "000000" if shop.code(app) != "000000" else "000001"
    for _ in range(FREE_FAILURES):
        with pytest.raises((CodeWrong, ClockBehind)):
            shop.answer(shop.begin(), totp=wrong)
    with pytest.raises(LockedOut) as caught:
        shop.answer(shop.begin(), totp=shop.code(app))
    assert caught.value.fields["until"] == (shop.clock.now() + FIRST_LOCK).isoformat()
    begun = shop.begin()
    assert shop.answer(begun, passkey=shop.with_passkey(begun, device)).evidence is not None
    shop.clock.advance(FIRST_LOCK)
    assert shop.answer(shop.begin(), totp=shop.code(app)).answer.derived.level == 1


def test_an_account_without_an_app(shop: Shop) -> None:
    """There is nothing to check a code with."""
    shop.open()
    with pytest.raises(AuthenticatorUnknown):
        shop.answer(shop.begin(), totp="123456")


def test_a_step_up_is_for_the_accounts_own_holder(shop: Shop) -> None:
    """An application about somebody else isn't authenticated by this account."""
    shop.add_passkey(Ground(decision=shop.open()))
    with pytest.raises(StatedOfAnother):
        shop.begin(stated=OTHER)


def test_a_step_up_ends(shop: Shop) -> None:
    """After a quarter of an hour; another account doesn't have it; old answers don't count in a long one."""
    device = shop.add_passkey(Ground(decision=shop.open()))
    app = shop.add_totp(Ground(decision=shop.proofed()))
    begun = shop.begin(max_age=timedelta(seconds=60))
    shop.answer(begun, vouched="password")
    shop.clock.advance(timedelta(seconds=61))
    assert shop.answer(begun, totp=shop.code(app)).evidence is None
    shop.clock.advance(STEP_UP_LIFE)
    with pytest.raises(StepUpOver):
        shop.answer(begun, passkey=shop.with_passkey(begun, device))
    shop.open("customer-2", name="見本 花子", birth_date="1985-01-01")
    with pytest.raises(UnknownStepUp):
        shop.answer(shop.begin(), "customer-2", totp="123456")


def test_replies_have_one_answer(shop: Shop) -> None:
    """None, two, or one nobody knows is refused by its field."""
    shop.open()
    begun = shop.begin()
    for reply in ({}, {"totp": "123456", "vouched": "password"}, {"sms": "1"}, {"totp": 123456}):
        with pytest.raises((WrongValue, MissingField)):
            shop.answer(begun, **reply)


def test_old_step_ups_are_forgotten(shop: Shop) -> None:
    """A day later their rows are gone with the next one begun."""
    device = shop.add_passkey(Ground(decision=shop.open()))
    begun = shop.begin()
    shop.answer(begun, passkey=shop.with_passkey(begun, device))
    shop.clock.advance(timedelta(days=2))
    shop.begin()
    with pytest.raises(UnknownStepUp):
        shop.answer(begun, totp="123456")

"""Levels come from recorded factors: how many kinds, verified how, when; never from what a method is called."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sekisho.contracts.errors import WrongValue
from sekisho.contracts.reauthentication.factors import (
    USER_VERIFICATION,
    Factor,
    FactorKind,
    Means,
    distinct,
    known_kinds,
    of_jpki,
    of_passkey,
    of_totp,
    vouched,
)
from sekisho.contracts.reauthentication.level import MAX_AGE, Level, derive
from sekisho.contracts.reauthentication.step_up import ACR, StepUpRequest, answer

AT = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
PASSKEY, TOTP = of_passkey(AT), of_totp(AT)
PASSWORD, SMS = vouched(Means.PASSWORD, AT, by="token:1"), vouched(Means.SMS_CODE, AT, by="token:1")
JPKI = of_jpki(AT, pin_entered=True)


@pytest.mark.parametrize(
    ("factors", "level", "count", "kinds"),
    [
        (PASSKEY, Level.L2, 2, None),
        (TOTP, Level.L1, 1, {"possession"}),
        (TOTP + PASSWORD, Level.L2, 2, {"possession", "knowledge"}),
        (TOTP + SMS, Level.L1, 1, {"possession"}),
        (PASSWORD, Level.L1, 1, {"knowledge"}),
        (PASSWORD + SMS, Level.L2, 2, {"possession", "knowledge"}),
        (JPKI, Level.L2, 2, {"possession", "knowledge"}),
        (of_jpki(AT, pin_entered=False), Level.L1, 1, {"possession"}),
        # The PIN behind UV may be the knowledge the password is, so that two kinds are all that is sure.
        (PASSKEY + PASSWORD, Level.L2, 2, None),
        (PASSKEY + JPKI, Level.L2, 2, None),
        ((), None, 0, None),
    ],
)
def test_levels_of_what_there_is(
    factors: tuple[Factor, ...], level: Level | None, count: int, kinds: set[str] | None
) -> None:
    """Passkeys are L2 (no proof of hardware), a code alone is L1, and so is a second possession beside it."""
    found = derive(factors, moment=AT)
    assert (found.level, found.distinct) == (level, count)
    assert (None if found.kinds is None else set(found.kinds)) == kinds


def test_level_three_needs_phishing_resistance_and_hardware_in_one_authenticator() -> None:
    """A passkey whose hardware were proven would be L3; a card beside a passkey isn't."""
    proven = tuple(
        Factor(Means.PASSKEY, each.kinds, AT, replay_resistant=True, phishing_resistant=True, hardware=True)
        for each in PASSKEY
    )
    assert derive(proven, moment=AT).level is Level.L3
    assert derive(PASSKEY + JPKI, moment=AT).level is Level.L2


def test_the_name_of_a_means_makes_no_level() -> None:
    """The same properties give the same level under every name."""
    for means in (Means.PASSKEY, Means.TOTP, Means.JPKI):
        renamed = tuple(Factor(means, each.kinds, AT, each.replay_resistant, each.phishing_resistant) for each in TOTP)
        assert derive(renamed, moment=AT).level is Level.L1


def test_the_order_of_answers_makes_no_level() -> None:
    """A passkey may be the first of two answers or the last: what counts is what was shown."""
    for before, after in ((PASSKEY, PASSWORD), (PASSKEY, TOTP), (JPKI, PASSKEY), (TOTP, PASSWORD), (SMS, TOTP)):
        assert derive(before + after, moment=AT) == derive(after + before, moment=AT)


def test_old_factors_do_not_count() -> None:
    """Beyond what was asked, and beyond an hour whatever was asked; nor do those of the future."""
    assert derive(PASSKEY, moment=AT + timedelta(minutes=6), max_age=timedelta(minutes=5)).level is None
    assert derive(PASSKEY, moment=AT + MAX_AGE + timedelta(seconds=1), max_age=timedelta(days=1)).level is None
    assert derive(PASSKEY, moment=AT - timedelta(minutes=5)).level is None
    half = derive((*of_totp(AT), *vouched(Means.PASSWORD, AT - MAX_AGE * 2, by="x")), moment=AT)
    assert half.level is Level.L1


def test_facts_for_the_engine() -> None:
    """Whether a code by SMS was used is always said; phishing resistance is left open for JPKI alone."""
    assert derive(PASSKEY, moment=AT).facts() | {"at": None} == {
        "at": None,
        "distinct_factors": 2,
        "sms_code_used": False,
        "jpki_authentication": False,
        "phishing_resistant": True,
    }
    sms = derive(TOTP + PASSWORD + SMS, moment=AT).facts()
    assert (sms["sms_code_used"], sms["distinct_factors"], sms["phishing_resistant"]) == (True, 2, False)
    card = derive(JPKI, moment=AT).facts()
    assert card["jpki_authentication"] is True
    assert "phishing_resistant" not in card


@pytest.mark.parametrize(
    ("asked", "factors", "acr"),
    [
        (("aal2",), PASSKEY, "aal2"),
        (("phr", "aal2"), PASSKEY, "phr"),
        (("phr", "aal2"), TOTP + PASSWORD, "aal2"),
        (("phr",), TOTP + PASSWORD, None),
        (("aal3",), PASSKEY, None),
        (("phrh",), PASSKEY, None),
        (("aal1",), TOTP, "aal1"),
        (("aal2",), TOTP, None),
        # Nothing of it was verified here.
        (("aal1",), PASSWORD, None),
        (("aal2",), PASSWORD + SMS, None),
        (("aal1",), (), None),
    ],
)
def test_what_was_asked_is_reached_or_not(asked: tuple[str, ...], factors: tuple[Factor, ...], acr: str | None) -> None:
    """The first name reached is told; where none is, RFC 9470's error with what is needed."""
    found = answer(StepUpRequest(asked, timedelta(minutes=5)), factors, moment=AT)
    assert found.acr == acr
    document = found.as_document()
    if acr is not None:
        assert (document["acr"], document["auth_time"]) == (acr, int(AT.timestamp()))
        assert document["authenticated"] is True
        return
    assert (document["error"], document["acr_values"], document["max_age"]) == (
        "insufficient_user_authentication",
        " ".join(asked),
        300,
    )
    assert found.challenge() == (
        'Bearer realm="sekisho", error="insufficient_user_authentication", '
        f'error_description="A different authentication is required", acr_values="{" ".join(asked)}", max_age="300"'
    )


def test_amr_says_what_was_used() -> None:
    """By RFC 8176's words."""
    assert derive(PASSKEY, moment=AT).amr == ("mfa", "pop", "user")
    assert derive(TOTP + PASSWORD, moment=AT).amr == ("mfa", "otp", "pwd")
    assert derive(JPKI, moment=AT).amr == ("mfa", "pin", "sc")
    assert derive(SMS, moment=AT).amr == ("sms",)


@pytest.mark.parametrize(
    ("values", "age"),
    [((), 60), (("aal4",), 60), (("aal2",) * 6, 60), (("aal2",), 0), (("aal2",), -1), (("aal2",), 3601)],
)
def test_a_request_nobody_understands_is_refused(values: tuple[str, ...], age: int) -> None:
    """No names, unknown names, no age, or more than an hour."""
    with pytest.raises(WrongValue):
        StepUpRequest(values, timedelta(seconds=age))


kinds = st.sampled_from([*(frozenset({kind}) for kind in FactorKind), USER_VERIFICATION])
factor = st.builds(
    lambda kinds, replay, phishing, hardware: Factor(Means.PASSKEY, kinds, AT, replay, phishing, hardware),
    kinds,
    st.booleans(),
    st.booleans(),
    st.booleans(),
)


@given(factors=st.lists(factor, max_size=5), more=factor)
@settings(max_examples=80)
def test_more_never_makes_less(factors: list[Factor], more: Factor) -> None:
    """Another factor lowers neither the number of kinds nor the level nor what is reached."""
    before, after = derive(factors, moment=AT), derive([*factors, more], moment=AT)
    assert after.distinct >= before.distinct
    assert (after.level or 0) >= (before.level or 0)
    assert all(ACR[name](after) for name in ACR if ACR[name](before))
    assert after.distinct == distinct([*factors, more]) <= len(FactorKind)
    known = known_kinds([*factors, more])
    assert known is None or len(known) == after.distinct


@given(one=factor)
@settings(max_examples=30)
def test_a_factor_survives_its_record(one: Factor) -> None:
    """What is kept is what was proven."""
    assert Factor.of_document(one.as_document()) == one


def test_what_is_not_verified_names_who_vouches() -> None:
    """A password without a voucher, or a passkey with one, is a mistake of the program."""
    for means, by in ((Means.PASSWORD, None), (Means.PASSKEY, "token:1")):
        with pytest.raises(ValueError, match="vouched"):
            Factor(means, frozenset({FactorKind.KNOWLEDGE}), AT, vouched_by=by)

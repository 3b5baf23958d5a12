"""A second opinion: pyHanko's certificate validator and ours agree on whole cases, path and revocation together."""

from __future__ import annotations

import asyncio
import warnings
from datetime import datetime, timedelta

import pytest
from asn1crypto import crl as asn1_crl
from asn1crypto import x509 as asn1_x509
from pyhanko_certvalidator import CertificateValidator, ValidationContext
from pyhanko_certvalidator.errors import InvalidCertificateError, PathBuildingError, PathValidationError
from pyhanko_certvalidator.policy_decl import PKIXValidationParams
from pyhanko_certvalidator.registry import SimpleTrustManager

from sekisho.contracts.evidence.jpki.profile import Purpose
from sekisho.contracts.evidence.steps import StepState
from tests.contracts.evidence.fixtures import jpki_pki as pki
from tests.contracts.evidence.fixtures.jpki_pki import MOMENT
from tests.contracts.evidence.jpki.test_verify import sign

POLICIES = frozenset({"1.2.392.200149.8.5.1.1.20", "1.2.392.200149.8.5.1.1.40"})


def accepted_by_pyhanko(label: str, moment: datetime) -> bool:
    """Path, validity, key usage, policy and revocation by pyHanko, hard-fail, on the same bytes and moment."""
    roots = [asn1_x509.Certificate.load(pki.certificate(name)) for name in ("sign-ca-1", "sign-ca-2")]
    context = ValidationContext(
        trust_manager=SimpleTrustManager.build(trust_roots=roots),
        crls=[asn1_crl.CertificateList.load(pki.crl(name)) for name in ("signing-a", "signing-b")],
        moment=moment,
        revocation_mode="hard-fail",
    )
    validator = CertificateValidator(
        asn1_x509.Certificate.load(pki.certificate(label)),
        validation_context=context,
        pkix_params=PKIXValidationParams(user_initial_policy_set=POLICIES, initial_explicit_policy=True),
    )
    try:
        with warnings.catch_warnings():
            # Its own deprecations are not about the certificate.
            warnings.simplefilter("ignore")
            asyncio.run(validator.async_validate_usage({"non_repudiation"}))  # type: ignore[no-untyped-call]  # untyped there
    except (PathBuildingError, PathValidationError, InvalidCertificateError):
        return False
    return True


@pytest.mark.parametrize(
    "label",
    [
        "taro",
        "taro-phone",
        "taro-non-repudiation-only",
        "taro-without-crl-point",
        "birth-date-unknown",
        "new-item",
        "taro-revoked",
        "forged",
        "of-a-stranger",
        "expired",
        "future",
        "only-digital-signature",
        "test-environment-policy",
        "authentication-policy",
        "critical-unknown",
        "taro-auth",
    ],
)
@pytest.mark.parametrize("later", [timedelta(), timedelta(hours=11)])
def test_both_accept_or_neither(label: str, later: timedelta) -> None:
    """Accepted means: every step is done and revocation is good."""
    moment = MOMENT + later
    report = sign(label, key="taro-auth" if label == "taro-auth" else "taro", moment=moment)
    ours = report.facts is not None and report.state(10) is StepState.DONE
    assert ours == accepted_by_pyhanko(label, moment)


def test_the_purposes_are_the_ones_compared() -> None:
    """The policies given to pyHanko are the profile's for signing."""
    assert frozenset(oid for oid, _ in pki.profile().of(Purpose.SIGNING).policies) == POLICIES

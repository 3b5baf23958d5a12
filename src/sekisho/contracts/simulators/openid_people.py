"""The personalities of the simulated OpenID providers, and the made-up people who have accounts there."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from joserfc.jwk import ECKey, RSAKey

from sekisho.contracts.evidence.gbizid.profile import TRUST_FRAMEWORKS
from sekisho.contracts.evidence.oidc.profile import DIGITAL_AUTH_APP as APP_PROFILE
from sekisho.contracts.evidence.oidc.profile import GBIZID as GBIZID_PROFILE
from sekisho.contracts.evidence.oidc.profile import RELIED_ON, ProviderProfile
from sekisho.contracts.simulators.corporate_registry import MIHON


@dataclass(frozen=True, slots=True)
class Account:
    """A made-up person's account. ``more`` is what only this provider says of them."""

    id: str
    label: str
    name: tuple[str, str]
    address: str
    birth_date: str
    more: Mapping[str, Any] = field(default_factory=dict)

    @property
    def full_name(self) -> str:
        """Family name and given name."""
        return " ".join(self.name)


Claims = Callable[[Account, datetime], dict[str, Any]]
Event = Callable[[Mapping[str, str]], dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Personality:
    """Which provider a simulator is: its form, its people, and what it says of them.

    ``settings`` go into the trust file; ``claims`` makes the userinfo, ``event`` the ID token's claims about the
    authentication.
    """

    name: str
    profile: ProviderProfile
    path: str
    algorithm: str
    accounts: tuple[Account, ...]
    claims: Claims
    event: Event
    settings: Mapping[str, Any]
    answers_with_issuer: bool = True
    signs_userinfo: bool = False

    def new_key(self) -> ECKey | RSAKey:
        """A fresh key for its tokens, with an id."""
        if self.algorithm == "ES256":
            return ECKey.generate_key("P-256", auto_kid=True)
        return RSAKey.generate_key(2048, auto_kid=True)


_TARO: Final = ("見本", "太郎"), "東京都千代田区架空町1丁目2番3号", "1990-04-01"
_HANAKO: Final = ("見本", "花子"), "大阪府大阪市北区架空1丁目1番1号", "1985-12-31"
_STRONG: Final = "urn:sekisho:simulator:two-factors"
_WEAK: Final = "urn:sekisho:simulator:password"
_LATEST: Final = "jp_latest_user_information"
"""Agreed on with the simulated firms only: no standard names a record for 最新の利用者情報."""

REVISION: Final = "417M60000008167_20260806_508M60000008099"
"""A revision of 携帯電話不正利用防止法施行規則 in force from 2026-08-06."""

# --- デジタル認証アプリ ---


def _app_claims(account: Account, _: datetime) -> dict[str, Any]:
    return {
        "name": account.full_name.replace(" ", "\u3000"),
        "address": account.address,
        "birthdate": account.birth_date.replace("-", ""),
        "gender": account.more["gender"],
    }


def _app_event(asked: Mapping[str, str]) -> dict[str, Any]:
    return {"acr": asked.get("acr_values", "aal3"), "amr": ["pin", "hwk"]}


DIGITAL_AUTH_APP: Final = Personality(
    "digital-auth-app",
    APP_PROFILE,
    "/api/realms/main",
    "ES256",
    (
        Account("taro", "見本 太郎", *_TARO, {"gender": "1"}),
        Account("hanako", "見本 花子", *_HANAKO, {"gender": "2"}),
    ),
    _app_claims,
    _app_event,
    {"acr_values": ["aal3", "crl"], "max_age": 300},
    answers_with_issuer=False,
)

# --- gBizID ---


def _gbizid_claims(account: Account, _: datetime) -> dict[str, Any]:
    kind = account.more["account_type"]
    said: dict[str, Any] = {"account_type": kind, "corp_type": account.more.get("corp_type", "1")}
    verification: dict[str, Any] = {"trust_framework": min(TRUST_FRAMEWORKS), "assurance_level": "ial1"}
    claims: dict[str, Any] = {}
    if kind in ("2", "3"):
        role = "prime" if kind == "2" else "member"
        verification["assurance_process"] = {"procedure": account.more["procedure"]}
        claims["authority"] = {
            "applies_to": {"registration_number": MIHON.number},
            "permission": [{"role": role}],
        }
    if kind == "2":
        verification["assurance_level"] = "ial2"
        family, given = account.name
        claims |= {"family_name": family, "given_name": given, "birthdate": account.birth_date}
    return {**said, "verified_claims": {"verification": verification, "claims": claims}}


def _no_event(_: Mapping[str, str]) -> dict[str, Any]:
    return {}


GBIZID: Final = Personality(
    "gbizid",
    GBIZID_PROFILE,
    "/oauth/",
    "RS256",
    (
        Account(
            "prime",
            "プライム（代表取締役 見本 太郎）",
            *_TARO,
            {"account_type": "2", "procedure": "jp_gbizid_online_corporation"},
        ),
        Account("member", "メンバー（見本 花子）", *_HANAKO, {"account_type": "3", "procedure": "jp_gbizid_member"}),
        Account("entry", "エントリー", *_HANAKO, {"account_type": "1"}),
        Account(
            "sole",
            "プライム（個人事業主）",
            *_HANAKO,
            {"account_type": "2", "corp_type": "2", "procedure": "jp_gbizid_online_corporation"},
        ),
    ),
    _gbizid_claims,
    _no_event,
    {},
    answers_with_issuer=False,
)

# --- another carrier, a bank ---


def _ida(framework: str, procedures: Mapping[str, str], policy: str) -> Claims:
    def claims(account: Account, now: datetime) -> dict[str, Any]:
        latest = now - timedelta(days=int(account.more["latest_days_ago"]))
        return {
            "verified_claims": {
                "verification": {
                    "trust_framework": framework,
                    "assurance_level": "high",
                    "assurance_process": {"policy": policy, "procedure": procedures[account.more["how"]]},
                    "time": datetime(2026, 9, 10, 3, 0, tzinfo=UTC).isoformat(),
                    "verification_process": f"R-2026-{account.id}",
                    "evidence": [
                        {
                            "type": "electronic_record",
                            "record": {"type": _LATEST},
                            "check_details": [{"check_method": "data", "time": latest.isoformat()}],
                        }
                    ],
                },
                "claims": {
                    "name": account.full_name,
                    "address": {"formatted": account.address, "country": "JP"},
                    "birthdate": account.birth_date,
                },
            }
        }

    return claims


def _strong_event(asked: Mapping[str, str]) -> dict[str, Any]:
    """As strong as asked for where it can; what isn't asked for isn't given."""
    strong = _STRONG in asked.get("acr_values", "").split(" ")
    return {"acr": _STRONG, "amr": ["pop", "user"]} if strong else {"acr": _WEAK, "amr": ["pwd"]}


def _agreed(party: str, name: str, framework: str, procedures: Mapping[str, str]) -> dict[str, Any]:
    """The trust file's part: ``procedures`` maps the firm's words to the catalogue's."""
    return {
        "acr_values": [_STRONG, _WEAK],
        "max_age": 3600,
        "reliance": {
            "party": party,
            "name": name,
            "agreement": f"SIM-2026-{party}",
            "trust_frameworks": [framework],
            "assurance_levels": ["high"],
            "procedures": dict(procedures),
            "strong_acr": [_STRONG],
            "latest": {"record": _LATEST, "within_days": 30},
            "claims": ["name", "address", "birthdate"],
        },
    }


_CUSTOMERS: Final = (
    Account("taro", "見本 太郎", *_TARO, {"how": "jpki", "latest_days_ago": "3"}),
    Account("hanako", "見本 花子（情報が古い）", *_HANAKO, {"how": "chip", "latest_days_ago": "400"}),
    Account("jiro", "見本 次郎（取決めにない確認方法）", *_HANAKO, {"how": "other", "latest_days_ago": "1"}),
)
_CARRIER_WORDS: Final = {"jpki": "mihon_jpki_signature", "chip": "mihon_chip_and_face", "other": "mihon_letter"}
_BANK_WORDS: Final = {"jpki": "kakuu_jpki", "chip": "kakuu_chip_face", "other": "kakuu_transfer"}

CARRIER: Final = Personality(
    "carrier",
    RELIED_ON,
    "",
    "ES256",
    _CUSTOMERS,
    _ida("jp_mpiupa", _CARRIER_WORDS, REVISION),
    _strong_event,
    _agreed(
        "carrier",
        "見本モバイル（シミュレーター）",
        "jp_mpiupa",
        {_CARRIER_WORDS["jpki"]: "jpki", _CARRIER_WORDS["chip"]: "chip_and_face"},
    ),
    signs_userinfo=True,
)
"""A relied-on carrier: signs its userinfo."""

BANK: Final = Personality(
    "bank",
    RELIED_ON,
    "/bank",
    "PS256",
    _CUSTOMERS,
    _ida("jp_aml", _BANK_WORDS, "420M60000F5A001_20260401_507M60000F5A001"),
    _strong_event,
    _agreed(
        "bank",
        "架空銀行（シミュレーター）",
        "jp_aml",
        {_BANK_WORDS["jpki"]: "jpki", _BANK_WORDS["chip"]: "chip_and_face"},
    ),
)
"""A relied-on bank: its userinfo is JSON. The revision it names is made up in its dates."""

PERSONALITIES: Final = {one.name: one for one in (DIGITAL_AUTH_APP, GBIZID, CARRIER, BANK)}
"""By name."""

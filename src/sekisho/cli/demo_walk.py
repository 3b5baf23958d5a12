"""The whole remote sign-up of ``sekisho demo``: each step over real HTTP, as a sign-up system would make it.

A step is told as one document (:class:`Step`): what was asked of the interface, what came of it, and what to notice.
Nothing here looks into the workspace: all it knows is what the interface answered.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Any, Final

from sekisho.cli.demo_world import TARO, World
from sekisho.contracts.simulators.corporate_registry import MIHON
from sekisho.contracts.simulators.loopback import Fault
from sekisho.contracts.simulators.sign_up import SignUp, as_browser
from sekisho.contracts.simulators.sign_up_site import Provider
from sekisho.engine.facts import Text

_PERSON: Final = {"name": TARO.name, "address": TARO.address, "birth_date": TARO.birth_date.isoformat()}
_CONSENT: Final = "二社の間でやり取りする情報の説明（シミュレーター） / what the two firms exchange (simulator)"

_FOR_THE_COMPANY: Final = {"person": "representative", "stated": _PERSON, "corporate_number": MIHON.number}

DIGITAL_AUTH_APP, GBIZID, CARRIER, BANK = "digital-auth-app", "gbizid", "carrier", "bank"


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the walk: its title, the requests it made, the decision, and what to notice."""

    name: str
    title: Text
    requests: tuple[str, ...]
    decision: Mapping[str, Any]
    notice: tuple[Text, ...]

    def as_document(self) -> dict[str, Any]:
        """For JSON: of the decision what shows what happened; the whole is in the workspace."""
        evidence = [
            {
                "item": one["item"],
                "id": one["id"],
                "format": one["format"],
                "origin": one["origin"],
                "steps": {str(step["number"]): step["state"] for step in one["report"]["steps"]},
                "failure": None if one["report"]["failure"] is None else one["report"]["failure"]["reason"],
            }
            for one in self.decision["evidence"]
        ]
        record = self.decision["record"]
        return {
            "step": self.name,
            "title": {"ja": self.title.ja, "en": self.title.en},
            "requests": list(self.requests),
            "application": self.decision["application"],
            "verdict": self.decision["verdict"],
            "decision": self.decision["id"],
            "ledger_index": self.decision["ledger_index"],
            "methods": [method for duty in self.decision["duties"] for method in duty["methods"]],
            "recorded": record is not None,
            "evidence": evidence,
            "notice": [{"ja": one.ja, "en": one.en} for one in self.notice],
        }


class Walk:
    """The steps, in order. ``system`` is the sign-up system; ``world`` what it meets outside."""

    def __init__(self, system: SignUp, world: World, *, now: datetime) -> None:
        """``now`` is the moment for what a person is said to have agreed to."""
        self._system = system
        self._world = world
        self._now = now

    def steps(self) -> Iterator[Step]:
        """Make one step after the other."""
        yield self._signature()
        yield self._additional_line()
        yield self._company()
        yield self._reliance(CARRIER, "REMOTE-4", Text("他の事業者への依拠", "Reliance on another carrier"))
        yield self._reliance(BANK, "REMOTE-5", Text("銀行への依拠", "Reliance on a bank"))
        yield self._revoked()
        yield self._platform_down()

    # --- the person ---

    def _signature(self) -> Step:
        application = new_contract("REMOTE-1")
        item = self._system.signed(self._world.cards.taro, "REMOTE-1", agreed_to=_agreed(application))
        decision = self._system.decide({**application, "evidence": [item]})
        return self._told(
            "signature",
            Text("非対面の新規契約：マイナンバーカードで署名", "A new contract, remote: signed with a My Number card"),
            decision,
            _revocation_told(decision),
        )

    def _additional_line(self) -> Step:
        kept = self._signed_in(DIGITAL_AUTH_APP, "taro", "REMOTE-2", stated=_PERSON)
        decision = self._system.decide(additional_line("REMOTE-2", self._now, kept))
        return self._told(
            "additional_line",
            Text(
                "追加回線：デジタル認証アプリでサインイン（OIDC、PKCE、private_key_jwt）",
                "An additional line: a sign-in at デジタル認証アプリ (OIDC, PKCE, private_key_jwt)",
            ),
            decision,
            Text(
                "記録との照合は事業者の申告、認証は検証した証拠です。",
                "The match with the record is attested by the operator; the authentication is verified evidence.",
            ),
        )

    def _company(self) -> Step:
        reference, cards = "REMOTE-3", self._world.cards
        kept = self._signed_in(GBIZID, "prime", reference, **_FOR_THE_COMPANY)
        number = {"format": "corporate_number", "document": {"number": MIHON.number}}
        evidence = [
            self._system.sealed(cards.seal, reference),
            self._system.signed(cards.taro, reference, person="representative"),
            {"kind": "public_corporate_record", "raw": number},
            *_items(kept, "representative"),
        ]
        decision = self._system.decide({**company(reference), "evidence": evidence})
        return self._told(
            "company",
            Text(
                "法人の契約：商業登記の電子証明書、法人番号、gBizID、代表者の署名",
                "A company: the registry's certificate, corporate number, gBizID, the representative's signature",
            ),
            decision,
            Text(
                "在籍と権限は別々の証拠です。権限の確認は、まだ法定の義務ではありません。",
                "Belonging and authority are evidence of their own; checking authority isn't a statutory duty yet.",
            ),
            Text(
                "民間事業者がgBizIDを使えるかは未確認です（報告にそう示します）。",
                "Whether a private firm may use gBizID is unconfirmed, and the report says so.",
            ),
        )

    def _reliance(self, provider: str, reference: str, title: Text) -> Step:
        kept = self._signed_in(provider, "taro", reference, stated=_PERSON, consent=self._consent())
        decision = self._system.decide(relying(reference, kept))
        return self._told(
            f"reliance_{provider}",
            title,
            decision,
            Text(
                "法令にこの方法はありません。証拠は検証して示しますが、判断には使いません（提案）。",
                "No law has this method: it is verified and shown, and decides nothing (a proposal).",
            ),
        )

    # --- what goes wrong ---

    def _revoked(self) -> Step:
        application = new_contract("REMOTE-6")
        item = self._system.signed(self._world.cards.lost, "REMOTE-6", agreed_to=_agreed(application))
        decision = self._system.decide({**application, "evidence": [item]})
        failure = decision["evidence"][0]["report"]["failure"]["message"]
        return self._told(
            "revoked",
            Text("失効したカードでの署名", "A signature with a revoked card"),
            decision,
            Text(failure["ja"], failure["en"]),
        )

    def _platform_down(self) -> Step:
        platform, application = self._world.platform, new_contract("REMOTE-7")
        platform.fault = Fault(status=HTTPStatus.SERVICE_UNAVAILABLE)
        try:
            item = self._system.signed(self._world.cards.taro, "REMOTE-7", agreed_to=_agreed(application))
            decision = self._system.decide({**application, "evidence": [item]})
        finally:
            platform.fault = Fault()
        return self._told(
            "platform_down",
            Text("失効の照会先が止まっているとき", "The platform operator is down"),
            decision,
            Text(
                "失効を確認できないので、正しいとも誤りともいえません。証拠が足りないと答えます。",
                "Revocation couldn't be checked: neither good nor bad, so the decision asks for evidence.",
            ),
        )

    # --- parts ---

    def _signed_in(self, provider: str, as_whom: str, application: str, **more: Any) -> list[dict[str, Any]]:
        begun = self._system.begin(application, self._world.providers[provider].issuer)
        return self._system.finish(application, as_browser(begun["address"], as_whom), **more)

    def _consent(self) -> dict[str, Any]:
        return consent(self._now)

    def _told(self, name: str, title: Text, decision: Mapping[str, Any], *notice: Text) -> Step:
        requests, self._system.asked[:] = tuple(self._system.asked), []
        return Step(name, title, requests, decision, notice)


# --- applications: made-up people, decided when they are sent ---


def new_contract(reference: str) -> dict[str, Any]:
    """A voice line for one person, remote; the evidence is still to come."""
    return {
        "application": reference,
        "event": "new_contract",
        "channel": "remote",
        "service": "voice",
        "subject": {"kind": "natural", **_PERSON},
        "representative": {"acting": False},
        "verified_by": "web-1",
        "recorded_by": "web-1",
        "evidence": [],
    }


def additional_line(reference: str, now: datetime, kept: list[dict[str, Any]]) -> dict[str, Any]:
    """A second line of somebody who was verified before, authenticated by a sign-in."""
    match = {
        "kind": "record_match",
        "person": "subject",
        "at": now.isoformat(),
        "record_agrees": True,
        "billing_address_agrees": True,
    }
    return {
        **new_contract(reference),
        "event": "additional_line",
        "existing": {"verified_contract": True},
        "lines": {"voice_active": 1},
        "evidence": [match, *_items(kept, "subject")],
    }


def company(reference: str) -> dict[str, Any]:
    """A voice line for the made-up company, for which its registered representative acts."""
    return {
        **new_contract(reference),
        "subject": {"kind": "corporation", "name": MIHON.name, "address": MIHON.head_office},
        "representative": {"acting": True, "relation": "officer", "kind": "resident", **_PERSON},
    }


def relying(reference: str, kept: list[dict[str, Any]]) -> dict[str, Any]:
    """A new contract on another firm's result alone, the data flow explained."""
    return {**new_contract(reference), "reliance": {"user_informed": True}, "evidence": _items(kept, "subject")}


def consent(now: datetime) -> dict[str, Any]:
    """What the person agreed to before the sign-in: the text of the explanation, by its hash."""
    digest = hashlib.sha256(_CONSENT.encode()).hexdigest()
    return {"agreed_at": now.isoformat(), "explained": True, "text_sha256": digest}


def site_providers(world: World, now: Callable[[], datetime]) -> dict[str, Provider]:
    """What the clickable sign-up site offers, and what each sign-in is used for."""

    def app(system: SignUp, reference: str, kept: list[dict[str, Any]]) -> dict[str, Any]:
        return system.decide(additional_line(reference, now(), kept))

    def authority(system: SignUp, reference: str, kept: list[dict[str, Any]]) -> dict[str, Any]:
        signed = system.signed(world.cards.taro, reference, person="representative")
        evidence = [system.sealed(world.cards.seal, reference), signed, *_items(kept, "representative")]
        return system.decide({**company(reference), "evidence": evidence})

    def reliance(system: SignUp, reference: str, kept: list[dict[str, Any]]) -> dict[str, Any]:
        return system.decide(relying(reference, kept))

    def relied(name: str, label: str) -> Provider:
        return Provider(
            world.providers[name].issuer, label, lambda: {"stated": _PERSON, "consent": consent(now())}, reliance
        )

    return {
        DIGITAL_AUTH_APP: Provider(
            world.providers[DIGITAL_AUTH_APP].issuer,
            "追加回線：デジタル認証アプリ（模擬） / additional line by the simulated app",
            lambda: {"stated": _PERSON},
            app,
        ),
        GBIZID: Provider(
            world.providers[GBIZID].issuer,
            "法人：gBizID（模擬） / a company by the simulated gBizID",
            lambda: _FOR_THE_COMPANY,
            authority,
        ),
        CARRIER: relied(CARRIER, "依拠：見本モバイル（模擬） / reliance on the simulated carrier"),
        BANK: relied(BANK, "依拠：架空銀行（模擬） / reliance on the simulated bank"),
    }


def site_signature(world: World) -> Callable[[SignUp, str], dict[str, Any]]:
    """What the clickable site's first button does."""

    def sign(system: SignUp, reference: str) -> dict[str, Any]:
        application = new_contract(reference)
        item = system.signed(world.cards.taro, reference, agreed_to=_agreed(application))
        return system.decide({**application, "evidence": [item]})

    return sign


def _items(kept: list[dict[str, Any]], person: str) -> list[dict[str, Any]]:
    """Kept evidence as items of an application."""
    return [{"kind": one["kind"], "person": person, "evidence": one["id"]} for one in kept]


def _agreed(application: Mapping[str, Any]) -> str:
    return f"sha256:{hashlib.sha256(json.dumps(application, sort_keys=True).encode()).hexdigest()}"


def _revocation_told(decision: Mapping[str, Any]) -> Text:
    said = decision["evidence"][0]["report"]["steps"][10]["reason"]
    return Text(f"失効の確認: {said['ja']}", f"revocation: {said['en']}")

"""``/v1/contracts/accounts``: authenticators of those who have a contract, and step-ups for additional lines.

The sign-up flow calls these on its users' behalf; browsers and apps talk to it. A step-up that isn't there yet answers
401 with RFC 9470's ``insufficient_user_authentication``: that speaks of the *user's* authentication, never of the
token's, which is told by ``token_…`` reasons.
"""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

import orjson
from fastapi import APIRouter, Request, Response

from sekisho.access.roles import Scope
from sekisho.api.errors import BodyTooLarge
from sekisho.api.problems import NOT_FOUND, TOO_LARGE, problem
from sekisho.api.security import Gate, caller
from sekisho.contracts.application import parse_json
from sekisho.contracts.errors import WrongValue
from sekisho.contracts.evidence_items import Person
from sekisho.contracts.field_reading import MAX_TEXT, as_day, as_object, as_printable, need, only, optional_text
from sekisho.contracts.outside.waiting import WaitingThreads
from sekisho.contracts.reauthentication.errors import InsufficientAuthentication
from sekisho.contracts.reauthentication.registration import RegistrationService
from sekisho.contracts.reauthentication.service import AccountService, Ground
from sekisho.contracts.reauthentication.step_up import ACR, StepUpRequest
from sekisho.contracts.reauthentication.step_up_service import StepUpResult, StepUpService
from sekisho.contracts.service import ContractService
from sekisho.workspace import Workspace

MAX_BODY: Final = 64 * 1024
"""Bytes: a certificate of 16 KiB in base64 with its signature; passkeys' credentials are a few kilobytes."""

_TEXT = {"type": "string", "minLength": 1, "maxLength": MAX_TEXT}
_GROUND = {"decision": _TEXT, "step_up": _TEXT}
_OBJECT = {"type": "object"}
_PERSON = {"name": _TEXT, "address": _TEXT, "birth_date": {"type": "string", "format": "date"}}
_RAW = {"type": "object", "description": "JPKIの証拠 / JPKI evidence: docs/evidence.md"}


def _asked(properties: dict[str, Any], required: list[str]) -> dict[str, Any]:
    schema = {"type": "object", "properties": properties, "required": required, "additionalProperties": False}
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": schema}}}}


def _object(description: str) -> dict[int | str, dict[str, Any]]:
    shown = {200: {"description": description, "content": {"application/json": {"schema": _OBJECT}}}}
    return shown | NOT_FOUND | TOO_LARGE


def reauthentication_router(workspace: Workspace, contracts: ContractService, gate: Gate) -> APIRouter:
    """The routes over one workspace."""
    accounts = AccountService(workspace)
    registration = RegistrationService(workspace, accounts, contracts.trust, revocation=contracts.outside)
    step_ups = StepUpService(workspace, accounts, registration, contracts.evidence)
    router = APIRouter(prefix="/v1/contracts/accounts/{account}", tags=["contracts"])
    _account_routes(router, accounts, gate)
    # A card's answer may ask a platform operator: whoever waits for that holds up nobody else.
    waiting = contracts.evidence.waiting
    _registration_routes(router, registration, gate, waiting)
    _step_up_routes(router, step_ups, gate, waiting)
    return router


def _account_routes(router: APIRouter, accounts: AccountService, gate: Gate) -> None:
    @router.post(
        "",
        openapi_extra=_asked({"decision": _TEXT}, ["decision"]),
        response_class=Response,
        responses=_object("アカウント / the account"),
        summary="本人確認の判断にもとづきアカウントを開く / Open an account on an identity proofing",
    )
    async def open_account(request: Request, account: str) -> Response:
        principal = gate.admit(request, Scope.DECIDE)
        written = await _read(request, {"decision"})
        decision = as_printable(need(written, "decision", ""), "decision")
        made = await asyncio.to_thread(accounts.open, account, decision=decision, caller=caller(principal))
        return _json({"account": made.reference, "opened_at": made.opened_at.isoformat()})

    @router.get(
        "/authenticators",
        response_class=Response,
        responses=_object("認証器の一覧 / what is registered"),
        summary="認証器の一覧 / What is registered",
    )
    def authenticators(request: Request, account: str) -> Response:
        gate.admit(request, Scope.READ)
        return _json({"authenticators": accounts.authenticators(account)})

    @router.delete(
        "/authenticators/{authenticator}",
        response_class=Response,
        responses=_object("削除した認証器 / what was removed"),
        summary="認証器を削除する / Remove an authenticator",
    )
    def remove(request: Request, account: str, authenticator: str, reason: str) -> Response:
        principal = gate.admit(request, Scope.DECIDE)
        accounts.remove(account, authenticator, reason=reason, caller=caller(principal))
        return _json({"removed": [authenticator]})

    @router.post(
        "/recovery",
        openapi_extra=_asked({"decision": _TEXT}, ["decision"]),
        response_class=Response,
        responses=_object("削除した認証器 / what was removed"),
        summary="新しい本人確認により、認証器をすべて失ったアカウントを戻す / Recover an account by a new proofing",
    )
    async def recover(request: Request, account: str) -> Response:
        principal = gate.admit(request, Scope.DECIDE)
        written = await _read(request, {"decision"})
        decision = as_printable(need(written, "decision", ""), "decision")
        removed = await asyncio.to_thread(accounts.recover, account, decision=decision, caller=caller(principal))
        return _json({"removed": removed})


def _registration_routes(
    router: APIRouter, registration: RegistrationService, gate: Gate, waiting: WaitingThreads
) -> None:
    @router.post(
        "/passkeys/options",
        openapi_extra=_asked({**_GROUND, "label": _TEXT}, ["label"]),
        response_class=Response,
        responses=_object("ブラウザーに渡す値 / for navigator.credentials.create()"),
        summary="パスキーの登録を始める / Begin registering a passkey",
    )
    async def passkey_options(request: Request, account: str) -> Response:
        gate.admit(request, Scope.DECIDE)
        written = await _read(request, {"decision", "step_up", "label"})
        label = as_printable(need(written, "label", ""), "label")
        return _json(await asyncio.to_thread(registration.passkey_options, account, _ground(written), label=label))

    @router.post(
        "/passkeys",
        openapi_extra=_asked({**_GROUND, "label": _TEXT, "credential": _OBJECT}, ["label", "credential"]),
        response_class=Response,
        responses=_object("登録した認証器 / what was registered"),
        summary="パスキーを検証して登録する / Verify and register a passkey",
    )
    async def register_passkey(request: Request, account: str) -> Response:
        principal = gate.admit(request, Scope.DECIDE)
        written = await _read(request, {"decision", "step_up", "label", "credential"})
        made = await asyncio.to_thread(
            registration.register_passkey,
            account,
            _ground(written),
            need(written, "credential", ""),
            label=as_printable(need(written, "label", ""), "label"),
            caller=caller(principal),
        )
        return _json({"authenticator": made})

    @router.post(
        "/codes",
        openapi_extra=_asked({**_GROUND, "label": _TEXT}, ["label"]),
        response_class=Response,
        responses=_object("一度だけ表示する秘密 / the secret, shown this once"),
        summary="確認コードのアプリの登録を始める / Begin registering an app for one-time codes",
    )
    async def enrol(request: Request, account: str) -> Response:
        principal = gate.admit(request, Scope.DECIDE)
        written = await _read(request, {"decision", "step_up", "label"})
        label = as_printable(need(written, "label", ""), "label")
        told = await asyncio.to_thread(
            registration.enrol_totp, account, _ground(written), label=label, caller=caller(principal)
        )
        return _json(told)

    @router.post(
        "/codes/{authenticator}",
        openapi_extra=_asked({"code": _TEXT}, ["code"]),
        response_class=Response,
        responses=_object("登録した認証器 / what was registered"),
        summary="最初の確認コードで登録を終える / Finish by the first code",
    )
    async def confirm(request: Request, account: str, authenticator: str) -> Response:
        principal = gate.admit(request, Scope.DECIDE)
        code = as_printable(need(await _read(request, {"code"}), "code", ""), "code")
        made = await asyncio.to_thread(
            registration.confirm_totp, account, authenticator, code, caller=caller(principal)
        )
        return _json({"authenticator": made})

    @router.post(
        "/cards/challenge",
        openapi_extra=_asked(_GROUND, []),
        response_class=Response,
        responses=_object("カードで署名する文面 / the text to be signed by the card"),
        summary="マイナンバーカードの登録を始める / Begin linking a My Number card",
    )
    async def card_challenge(request: Request, account: str) -> Response:
        gate.admit(request, Scope.DECIDE)
        made = await asyncio.to_thread(
            registration.jpki_challenge, account, _ground(await _read(request, {"decision", "step_up"}))
        )
        return _json(
            {
                "nonce": made.nonce.hex(),
                "text": base64.b64encode(made.text).decode(),
                "expires_at": made.expires_at.isoformat(),
            }
        )

    @router.post(
        "/cards",
        openapi_extra=_asked({**_GROUND, "label": _TEXT, "document": _RAW}, ["label", "document"]),
        response_class=Response,
        responses=_object("登録した認証器 / what was registered"),
        summary="利用者証明用電子証明書を検証して登録する / Verify and link a user certificate",
    )
    async def link_card(request: Request, account: str) -> Response:
        principal = gate.admit(request, Scope.DECIDE)
        written = await _read(request, {"decision", "step_up", "label", "document"})
        document = as_object(need(written, "document", ""), "document")
        made = await waiting.run(
            registration.link_jpki,
            account,
            _ground(written),
            json.dumps(document, ensure_ascii=False).encode(),
            label=as_printable(need(written, "label", ""), "label"),
            caller=caller(principal),
        )
        return _json({"authenticator": made})


def _step_up_routes(router: APIRouter, step_ups: StepUpService, gate: Gate, waiting: WaitingThreads) -> None:
    @router.post(
        "/step-ups",
        openapi_extra=_asked(
            {
                "application": _TEXT,
                "stated": {"type": "object", "properties": _PERSON, "additionalProperties": False},
                "acr_values": {"type": "array", "items": {"enum": list(ACR)}, "minItems": 1},
                "max_age": {"type": "integer", "minimum": 1, "maximum": 3600},
            },
            ["application", "stated"],
        ),
        response_class=Response,
        responses=_object("答え方と署名要求 / ways to answer, with their challenges"),
        summary="申込みのための当人認証を始める / Begin a step-up for an application",
    )
    async def begin(request: Request, account: str) -> Response:
        gate.admit(request, Scope.DECIDE)
        written = await _read(request, {"application", "stated", "acr_values", "max_age"})
        told = await asyncio.to_thread(
            step_ups.begin,
            account,
            application=as_printable(need(written, "application", ""), "application"),
            stated=_person(need(written, "stated", "")),
            request=_step_up_request(written),
        )
        return _json(told)

    @router.post(
        "/step-ups/{step_up}",
        openapi_extra=_asked(
            {"passkey": _OBJECT, "totp": _TEXT, "jpki": _RAW, "vouched": {"enum": ["password", "sms_code"]}}, []
        ),
        response_class=Response,
        responses=_object("達した認証と証拠の番号 / the authentication reached, and its evidence id"),
        summary="1つ答える。足りなければ401（RFC 9470） / Answer once; 401 while it isn't enough (RFC 9470)",
    )
    async def answer(request: Request, account: str, step_up: str) -> Response:
        principal = gate.admit(request, Scope.DECIDE)
        written = await _read(request, {"passkey", "totp", "jpki", "vouched"})
        found = await waiting.run(step_ups.answer, account, step_up, written, caller=caller(principal))
        return _json(found.as_document()) if found.answer.authenticated else _insufficient(request, found)


def _insufficient(request: Request, found: StepUpResult) -> Response:
    """RFC 9470 section 3: 401, the error and what is needed, in the header and in the problem's fields."""
    told = found.answer.as_document()
    fields = {name: told[name] for name in ("acr_values", "max_age", "level", "amr", "auth_time")}
    response = problem(request, InsufficientAuthentication(**fields, findings=list(found.findings)))
    response.headers["WWW-Authenticate"] = found.answer.challenge()
    return response


def _ground(written: Mapping[str, Any]) -> Ground:
    return Ground(optional_text(written, "decision", ""), optional_text(written, "step_up", ""))


def _person(value: object) -> Person:
    said = as_object(value, "stated")
    only(said, {"name", "address", "birth_date"}, "stated")
    birth = as_day(said["birth_date"], "stated.birth_date") if "birth_date" in said else None
    return Person(optional_text(said, "name", "stated"), optional_text(said, "address", "stated"), birth)


def _step_up_request(written: Mapping[str, Any]) -> StepUpRequest:
    usual = StepUpRequest()
    values, age = written.get("acr_values"), written.get("max_age")
    if values is not None and not (isinstance(values, list) and all(isinstance(each, str) for each in values)):
        raise WrongValue(field="acr_values", expected="a list of names")
    if age is not None and (type(age) is not int or not 0 < age <= MAX_BODY):
        raise WrongValue(field="max_age", expected="seconds")
    return StepUpRequest(
        usual.acr_values if values is None else tuple(values),
        usual.max_age if age is None else timedelta(seconds=age),
    )


async def _read(request: Request, known: set[str]) -> dict[str, Any]:
    """The body as one JSON object with no other fields, never holding more than one part too many."""
    announced = request.headers.get("content-length", "")
    if announced.isascii() and announced.isdigit() and int(announced[:20]) > MAX_BODY:
        raise BodyTooLarge(limit=MAX_BODY)
    found = bytearray()
    async for part in request.stream():
        found += part
        if len(found) > MAX_BODY:
            raise BodyTooLarge(limit=MAX_BODY)
    written = parse_json(bytes(found), limit=MAX_BODY)
    only(written, known, "")
    return written


def _json(document: Mapping[str, Any]) -> Response:
    return Response(orjson.dumps(document), media_type="application/json")

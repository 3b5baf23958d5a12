"""``/v1/disclosure/…`` beside the cases: reports, leaks, what was refused at intake, parties, and settings.

Each is the same function as its command: who may, and with which proof, the function asks.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

import orjson
from fastapi import APIRouter, Request, Response

from sekisho.access.principal import Principal
from sekisho.access.roles import Scope
from sekisho.api.asked import IDEMPOTENCY_KEY, idempotency_key, json_object
from sekisho.api.disclosure_read import a_day, choice, maybe_day, moment_of, only, text, texts
from sekisho.api.errors import QueryRefused
from sekisho.api.problems import NOT_FOUND, TOO_LARGE
from sekisho.api.security import Gate
from sekisho.clock import japan_date
from sekisho.disclosure.desk_settings import DeskSettings, Setting
from sekisho.disclosure.errors import CaseRefused
from sekisho.disclosure.intake.refused import MAX_LISTED, RefusedIntakes
from sekisho.disclosure.leak_report import Category, LeakField, LeakReport, Stage
from sekisho.disclosure.leaks import Leaks
from sekisho.disclosure.parties.party import PartyKind
from sekisho.disclosure.parties.register import Parties
from sekisho.disclosure.reports.halves import Half
from sekisho.disclosure.reports.leak_paper import pdf
from sekisho.disclosure.reports.published import TransparencyReports
from sekisho.workspace import Workspace

MAX_BODY: Final = 4 * 1024 * 1024
"""Bytes: the prefixes of many other providers, with room to spare."""
READERS: Final = (
    Scope.DISCLOSURE_INTAKE,
    Scope.DISCLOSURE_REVIEW,
    Scope.DISCLOSURE_RELEASE,
    Scope.DISCLOSURE_AUDIT,
    Scope.STAFF_ADMIN,
)
"""One of them is needed to read what the house has set, registered and published."""
_LEAK_READERS: Final = (Scope.APPROVE, Scope.DISCLOSURE_AUDIT)

_TEXT: Final = {"type": "string", "maxLength": 20_000}
_DAY: Final = {"type": "string", "format": "date"}
_FIELDS: Final = {
    "type": "object",
    "properties": {one.value: _TEXT for one in LeakField},
    "additionalProperties": False,
}
_OPENED: Final = {
    "noticed_at": {"type": "string", "format": "date-time"},
    "categories": {"type": "array", "minItems": 1, "items": {"enum": [one.value for one in Category]}},
    "malice": {"type": "boolean"},
    "fields": _FIELDS,
}
_STAGE: Final = {"enum": [one.value for one in Stage]}
_SUBMITTED: Final = {"stage": _STAGE, "on": _DAY, "office": _TEXT, "reference": _TEXT}
_SET: Final = {"name": {"enum": [one.value for one in Setting]}, "value": {"type": "object"}, "valid_from": _DAY}
_PARTY: Final = {
    "type": "object",
    "properties": {"kind": {"enum": [one.value for one in PartyKind]}, "id": _TEXT, "name": _TEXT},
    "required": ["kind", "id", "name"],
    "description": "`sekisho disclosure agency add` のファイルと同じ / as the file of the command",
}
_PDF: Final[dict[int | str, dict[str, Any]]] = {
    200: {"description": "様式 / the form", "content": {"application/pdf": {}}}
}


def _body(schema: Mapping[str, Any]) -> dict[str, Any]:
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": dict(schema)}}}}


def _asked(properties: Mapping[str, Any], *required: str) -> dict[str, Any]:
    return _body(
        {
            "type": "object",
            "properties": dict(properties),
            "required": list(required),
            "additionalProperties": False,
        }
    )


def _query(name: str, schema: Mapping[str, Any]) -> dict[str, Any]:
    return {"parameters": [{"name": name, "in": "query", "required": False, "schema": dict(schema)}]}


def _object(description: str) -> dict[int | str, dict[str, Any]]:
    return {200: {"description": description, "content": {"application/json": {"schema": {"type": "object"}}}}}


def disclosure_house_router(workspace: Workspace, gate: Gate) -> APIRouter:
    """The routes over what one workspace's disclosure desk has beside its cases."""
    router = APIRouter(prefix="/v1/disclosure", tags=["disclosure"])
    _reports(router, TransparencyReports(workspace), gate)
    _leaks(router, workspace, gate)
    _parties(router, Parties(workspace), gate)
    _settings(router, DeskSettings(workspace), gate)

    @router.get(
        "/refused",
        openapi_extra=_query("limit", {"type": "integer", "minimum": 1, "maximum": MAX_LISTED}),
        response_class=Response,
        responses=_object("新しい順 / the latest first"),
        summary="案件にできなかった受付 / What came and couldn't be entered as a case",
    )
    def refused(request: Request) -> Response:
        by = gate.admit(request, *READERS)
        limit = _limit(request, MAX_LISTED)
        return _json({"refused": [one.document() for one in RefusedIntakes(workspace).every(by=by, limit=limit)]})

    return router


def _reports(router: APIRouter, reports: TransparencyReports, gate: Gate) -> None:
    @router.get(
        "/reports/{half}",
        response_class=Response,
        responses=_object("今公表するとどうなるか / what would be published now") | NOT_FOUND,
        summary="半期の透明性報告の下書き / The half-yearly transparency report as it would be now",
    )
    def preview(request: Request, half: str) -> Response:
        by = gate.admit(request, Scope.DISCLOSURE_AUDIT)
        return _json(reports.preview(Half.read(half), by=by).document())

    @router.get(
        "/reports/{half}/published",
        response_class=Response,
        responses=_object("公表した版 / what was published") | NOT_FOUND,
        summary="公表した透明性報告（JSON・CSV・HTML） / The transparency report as it was published",
    )
    def published(request: Request, half: str) -> Response:
        gate.admit(request, *READERS)
        return _json(reports.published(Half.read(half)))

    @router.post(
        "/reports/{half}/publish",
        response_class=Response,
        responses=_object("公表した版 / what is published") | NOT_FOUND,
        summary="公表する版として確定する / Fix it as what is published",
    )
    async def publish(request: Request, half: str) -> Response:
        by = gate.admit(request, Scope.DISCLOSURE_AUDIT)
        only(await json_object(request, limit=MAX_BODY), ())
        return _json(await asyncio.to_thread(lambda: reports.publish(Half.read(half), by=by)))


def _leaks(router: APIRouter, workspace: Workspace, gate: Gate) -> None:
    leaks = Leaks(workspace)

    def told(one: LeakReport, by: Principal) -> dict[str, Any]:
        terms = leaks.deadlines(one.id, by=by)
        due = [{"kind": each.kind, "due_on": each.due_on.isoformat(), "state": each.state} for each in terms]
        missing = {stage.value: [each.value for each in one.missing(stage)] for stage in Stage}
        return {**one.document(), "deadlines": due, "missing": missing}

    async def done(request: Request, known: Iterable[str], act: Callable[..., LeakReport]) -> Response:
        by = gate.admit(request, Scope.APPROVE)
        said = only(await json_object(request, limit=MAX_BODY), known)
        return _json(await asyncio.to_thread(lambda: told(act(said, by), by)))

    @router.get(
        "/leaks",
        response_class=Response,
        responses=_object("報告と期限 / the reports with their terms"),
        summary="漏えい等の報告の一覧 / Leak reports",
    )
    def every(request: Request) -> Response:
        by = gate.admit(request, *_LEAK_READERS)
        return _json({"leaks": [told(one, by) for one in leaks.every(by=by)]})

    @router.post(
        "/leaks",
        openapi_extra={**_asked(_OPENED, "noticed_at", "categories"), "parameters": IDEMPOTENCY_KEY},
        response_class=Response,
        responses=_object("区分ごとの報告 / a report for each category") | TOO_LARGE,
        summary="漏えい等を記録する / Take an incident down",
    )
    async def opened(request: Request) -> Response:
        by, key = gate.admit(request, Scope.APPROVE), idempotency_key(request)
        said = only(await json_object(request, limit=MAX_BODY), _OPENED)

        def made() -> dict[str, Any]:
            at, malice = moment_of(said, "noticed_at"), said.get("malice", False)
            if at is None:
                raise CaseRefused(field="noticed_at", problem="a time with its offset")
            if not isinstance(malice, bool):
                raise CaseRefused(field="malice", problem="true or false")
            kinds = frozenset(choice({"categories": one}, "categories", Category) for one in texts(said, "categories"))
            found = leaks.open(at, kinds, _fields(said), malice=malice, by=by, idempotency_key=key)
            return {"leaks": [told(one, by) for one in found]}

        return _json(await asyncio.to_thread(made))

    @router.get(
        "/leaks/{report_id}",
        response_class=Response,
        responses=_object("報告 / the report") | NOT_FOUND,
        summary="漏えい等の報告を1件 / One leak report",
    )
    def one(request: Request, report_id: str) -> Response:
        by = gate.admit(request, *_LEAK_READERS)
        return _json(told(leaks.find(report_id, by=by), by))

    @router.get(
        "/leaks/{report_id}/form/{stage}",
        response_class=Response,
        responses=_PDF | NOT_FOUND,
        summary="報告書のPDF（送らない） / The form as PDF; nothing is sent",
    )
    def form(request: Request, report_id: str, stage: str) -> Response:
        by = gate.admit(request, *_LEAK_READERS)
        wanted = choice({"stage": stage}, "stage", Stage)
        made = pdf(leaks.find(report_id, by=by), wanted, japan_date(workspace.clock.now()))
        return Response(made.data, media_type="application/pdf", headers={"Content-Disposition": "attachment"})

    @router.post(
        "/leaks/{report_id}/fill",
        openapi_extra=_asked({"fields": _FIELDS}, "fields"),
        response_class=Response,
        responses=_object("報告 / the report") | NOT_FOUND | TOO_LARGE,
        summary="様式の欄を書く / Fill in fields of the form",
    )
    async def fill(request: Request, report_id: str) -> Response:
        return await done(request, {"fields"}, lambda said, by: leaks.fill(report_id, _fields(said), by=by))

    @router.post(
        "/leaks/{report_id}/submitted",
        openapi_extra=_asked(_SUBMITTED, "stage", "office"),
        response_class=Response,
        responses=_object("報告 / the report") | NOT_FOUND | TOO_LARGE,
        summary="人が報告したことを記録する / Record that a person submitted it",
    )
    async def submitted(request: Request, report_id: str) -> Response:
        def act(said: Mapping[str, Any], by: Principal) -> LeakReport:
            on = a_day(said, "on", japan_date(workspace.clock.now()))
            office, reference = text(said, "office"), text(said, "reference", "")
            stage = choice(said, "stage", Stage)
            return leaks.submitted(report_id, stage, on=on, office=office, reference=reference, by=by)

        return await done(request, _SUBMITTED, act)

    @router.post(
        "/leaks/{report_id}/not-needed",
        openapi_extra=_asked({"why": _TEXT}, "why"),
        response_class=Response,
        responses=_object("報告 / the report") | NOT_FOUND | TOO_LARGE,
        summary="報告が要らないことを別の人が記録する / Record, as another person, that none is needed",
    )
    async def not_needed(request: Request, report_id: str) -> Response:
        return await done(request, {"why"}, lambda said, by: leaks.not_needed(report_id, text(said, "why"), by=by))


def _parties(router: APIRouter, parties: Parties, gate: Gate) -> None:
    @router.get(
        "/parties",
        response_class=Response,
        responses=_object("登録した相手と当社の公開鍵 / those registered, and our own public key"),
        summary="登録した機関と事業者 / Registered agencies and other providers",
    )
    def every(request: Request) -> Response:
        gate.admit(request, *READERS)
        found = [one.document() for one in parties.every()]
        return _json({"parties": found, "our_key": parties.signer().public_key.hex(), "our_origin": parties.origin})

    @router.post(
        "/parties",
        openapi_extra=_body(_PARTY),
        response_class=Response,
        responses=_object("登録した相手 / who was registered") | TOO_LARGE,
        summary="機関か事業者を登録する / Register an agency or another provider",
    )
    async def add(request: Request) -> Response:
        by = gate.admit(request, Scope.STAFF_ADMIN)
        written = await json_object(request, limit=MAX_BODY)
        return _json((await asyncio.to_thread(lambda: parties.add(written, by=by))).document())

    @router.post(
        "/parties/{party_id}/end",
        response_class=Response,
        responses=_object("終えた相手 / who was ended") | NOT_FOUND,
        summary="登録を終える / End one: nothing it signs counts any more",
    )
    async def end(request: Request, party_id: str) -> Response:
        by = gate.admit(request, Scope.STAFF_ADMIN)
        only(await json_object(request, limit=MAX_BODY), ())
        await asyncio.to_thread(lambda: parties.end(party_id, by=by))
        return _json({"id": party_id, "ended": True})


def _settings(router: APIRouter, settings: DeskSettings, gate: Gate) -> None:
    @router.get(
        "/settings",
        response_class=Response,
        responses=_object("今の設定と、これまでのすべて / what is in force, and all there ever were"),
        summary="料金・他の事業者のアドレス範囲・書面の名義 / Prices, other providers' prefixes, the name on papers",
    )
    def every(request: Request) -> Response:
        gate.admit(request, *READERS)
        now = {one.value: settings.in_force(one) for one in Setting}
        in_force = {name: None if one is None else one.document() for name, one in now.items()}
        return _json({"in_force": in_force, "history": [one.document() for one in settings.every()]})

    @router.post(
        "/settings",
        openapi_extra=_asked(_SET, "name", "value"),
        response_class=Response,
        responses=_object("設定 / the setting") | TOO_LARGE,
        summary="設定を定める（前のものは記録に残る） / Set one; the former stays on record",
    )
    async def make(request: Request) -> Response:
        by = gate.admit(request, Scope.STAFF_ADMIN)
        said = only(await json_object(request, limit=MAX_BODY), _SET)
        value = said.get("value")
        if not isinstance(value, dict):
            raise CaseRefused(field="value", problem="an object")
        name, since = choice(said, "name", Setting), maybe_day(said, "valid_from")
        made = await asyncio.to_thread(lambda: settings.make(name, value, valid_from=since, by=by))
        return _json(made.document())


def _fields(said: Mapping[str, Any]) -> dict[str, str]:
    found = said.get("fields", {})
    if not isinstance(found, dict):
        raise CaseRefused(field="fields", problem="an object of texts")
    return {name: text(found, name) for name in found}


def _limit(request: Request, most: int) -> int:
    strange = sorted(set(request.query_params) - {"limit"})
    written = request.query_params.get("limit", "50")
    if strange or not (written.isascii() and written.isdigit() and 0 < int(written[:9]) <= most):
        raise QueryRefused(name=strange[0][:60] if strange else "limit", expected=f"limit, 1 to {most}")
    return int(written)


def _json(document: Any) -> Response:
    return Response(orjson.dumps(document), media_type="application/json")

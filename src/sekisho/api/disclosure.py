"""``/v1/disclosure/cases``: requests for disclosure, each step as on the command line, through the same functions.

A case that one mustn't know of answers as one that was never there: same status, same body but for the id that was
sent, whatever address below it was asked for.
"""

from __future__ import annotations

import asyncio
import io
from collections.abc import Awaitable, Callable, Mapping
from contextlib import nullcontext
from typing import Any, Final

import orjson
from fastapi import APIRouter, Request, Response

from sekisho.access.principal import Principal
from sekisho.access.roles import Scope
from sekisho.api.asked import IDEMPOTENCY_KEY, body_of, idempotency_key, json_object, object_of
from sekisho.api.disclosure_acts import Desk
from sekisho.api.disclosure_read import choice, filters_of, moment_of, only, text, texts
from sekisho.api.disclosure_steps import STEPS, Step
from sekisho.api.errors import BodyTooLarge
from sekisho.api.problems import NOT_FOUND, TOO_LARGE
from sekisho.api.security import Gate
from sekisho.disclosure.delivery.service import DeliveryDesk
from sekisho.disclosure.desk_settings import DeskSettings
from sekisho.disclosure.errors import CaseRefused
from sekisho.disclosure.intake.csv_batch import read_batch
from sekisho.disclosure.intake.desk import IntakeDesk, Taken
from sekisho.disclosure.intake.draft import Draft
from sekisho.disclosure.intake.entries import Asked
from sekisho.disclosure.intake.fees import quote
from sekisho.disclosure.intake.finding_words import Code
from sekisho.disclosure.intake.json_form import MAX_JSON, read_head, read_object
from sekisho.disclosure.intake.paper_forms import PAPER_FORMS
from sekisho.disclosure.intake.papers import read_paper
from sekisho.disclosure.intake.refused import Came, Via
from sekisho.disclosure.intake.standard_form import read_standard_form
from sekisho.disclosure.judging import judgement
from sekisho.disclosure.kinds import CaseType
from sekisho.disclosure.listing import Order
from sekisho.disclosure.overview import (
    deadline_document,
    hearing_document,
    listed,
    overview,
    paper_document,
    results_document,
)
from sekisho.disclosure.progress import State
from sekisho.disclosure.service import DisclosureService
from sekisho.workspace import Workspace

MAX_STEP: Final = 48 * 1024 * 1024
"""Bytes of a step's body: a paper of 32 MiB in Base64."""
DESK_SCOPES: Final = (
    Scope.DISCLOSURE_INTAKE,
    Scope.DISCLOSURE_REVIEW,
    Scope.DISCLOSURE_RELEASE,
    Scope.DISCLOSURE_AUDIT,
    Scope.LOG_SEARCH,
    Scope.APPROVE,
    Scope.DISCLOSURE_EMERGENCY,
)
"""One of them is needed for any address here; what a step needs beyond it, the step asks."""

_TEXT = {"type": "string"}
_FORMS = ("json", "standard", "paper", "csv")
_ENTRY: Final = {
    "form": {"enum": list(_FORMS), "description": "json (既定 / default), standard, paper, csv"},
    "type": {"enum": [one.value for one in PAPER_FORMS], "description": "form=paper"},
    "request": {"type": "object", "description": "請求 / the request; form=csv: 項目以外 / all but the items"},
    "csv": {"type": "string", "description": "form=csv: address,port,time,zone,…"},
    "wanted": {"type": "array", "items": _TEXT, "description": "form=csv"},
    "sha256": {"type": "string", "description": "form=csv"},
    "received_at": {"type": "string", "format": "date-time"},
    "not_known": {"type": "array", "items": {"enum": [one.value for one in Code]}},
    "again": {"type": "string", "description": "同じ文書を改めて受け付ける理由 / why a paper is taken in again"},
    "dry_run": {"type": "boolean", "description": "調べるだけ / look it over, enter nothing"},
}


def _asked(properties: Mapping[str, Any], required: tuple[str, ...]) -> dict[str, Any]:
    schema = {
        "type": "object",
        "properties": dict(properties),
        "required": list(required),
        "additionalProperties": False,
    }
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": schema}}}}


def _query(name: str, schema: Mapping[str, Any]) -> dict[str, Any]:
    return {"name": name, "in": "query", "required": False, "schema": dict(schema)}


def _many(values: list[str]) -> dict[str, Any]:
    return {"type": "array", "items": {"enum": values}}


_LISTED: Final = {
    "parameters": [
        _query("state", _many([one.value for one in State])),
        _query("type", _many([one.value for one in CaseType])),
        _query("due_before", {"type": "string", "format": "date"}),
        _query("number", _TEXT),
        _query("requester", _TEXT),
        _query("all", {"enum": ["true", "false"]}),
        _query("order", {"enum": [one.value for one in Order]}),
        _query("cursor", _TEXT),
        _query("limit", {"type": "integer", "minimum": 1, "maximum": 500}),
    ]
}
_BYTES: Final[dict[int | str, dict[str, Any]]] = {
    200: {"description": "書類 / the paper", "content": {"application/octet-stream": {}}}
}
_RESPONSES = NOT_FOUND | TOO_LARGE


def _object(description: str) -> dict[int | str, dict[str, Any]]:
    return {200: {"description": description, "content": {"application/json": {"schema": {"type": "object"}}}}}


def disclosure_router(workspace: Workspace, service: DisclosureService, gate: Gate) -> APIRouter:
    """The routes over one workspace's disclosure desk."""
    router = APIRouter(prefix="/v1/disclosure/cases", tags=["disclosure"])
    desk = Desk(service, DeliveryDesk(service), workspace.clock)
    intake = IntakeDesk(workspace, service)

    @router.get(
        "",
        openapi_extra=_LISTED,
        response_class=Response,
        responses=_object("知ってよい案件 / cases that one may know of"),
        summary="案件の一覧（続きは cursor） / Cases, a page at a time",
    )
    def every(request: Request) -> Response:
        by = gate.admit(request, *DESK_SCOPES)
        filters, cursor, limit = filters_of(request)
        page = service.page(filters, by=by, cursor=cursor, limit=limit)
        total = service.count(filters, by=by)
        return _json({"cases": [listed(one) for one in page.entries], "total": total, "cursor": page.cursor})

    @router.post(
        "",
        openapi_extra={**_asked(_ENTRY, ("request",)), "parameters": IDEMPOTENCY_KEY},
        response_class=Response,
        responses=_object("受付・質問・不備 / the case, and what goes back") | TOO_LARGE,
        summary="請求を受け付ける（JSON・標準書式・紙・CSV） / Take a request in",
    )
    async def receive(request: Request) -> Response:
        by = gate.admit(request, Scope.DISCLOSURE_INTAKE)
        key = idempotency_key(request)
        body = await _body(request, intake, by)
        return await asyncio.to_thread(_taken_in, intake, body, by, key)

    @router.post(
        "/{case_id}/answer",
        openapi_extra=_asked(_ENTRY, ("request",)),
        response_class=Response,
        responses=_object("案件 / the case") | _RESPONSES,
        summary="回答を反映した請求の全体 / The whole request as it is after their answer",
    )
    async def answered(request: Request, case_id: str) -> Response:
        by = gate.admit(request, Scope.DISCLOSURE_INTAKE)
        body = await _body(request, intake, by, answer=True)

        def done() -> Response:
            service.find(case_id, by=by)
            with intake.refused.noting(_came(body), by=by, answer=True):
                written = only(object_of(body), set(_ENTRY) - {"received_at", "dry_run", "again"})
                draft, waived, came = _draft(written), _not_known(written), _came(body, written)
            original = orjson.dumps(written)
            taken = intake.answered(case_id, draft, by=by, original=original, not_known=waived, came=came)
            return _json(_told(taken))

        return await asyncio.to_thread(done)

    for each in STEPS:
        router.add_api_route(
            "/{case_id}/" + each.path,
            _endpoint(each, desk, gate),
            methods=["POST"],
            operation_id="disclosure_" + each.path.replace("/", "_"),
            openapi_extra=_asked(each.fields, each.required),
            response_class=Response,
            responses=_object("どうなったか / what came of it") | _RESPONSES,
            summary=each.summary,
        )

    for path, summary, read in _views(workspace, service, desk):
        router.add_api_route(
            "/{case_id}" + path,
            _view(read, gate),
            methods=["GET"],
            operation_id="disclosure_get" + path.replace("/", "_"),
            response_class=Response,
            responses=_object(summary) | NOT_FOUND,
            summary=summary,
        )

    @router.get(
        "/{case_id}/papers/{paper_id}",
        response_class=Response,
        responses=_BYTES | NOT_FOUND,
        summary="書類の中身 / A paper's content",
    )
    def paper(request: Request, case_id: str, paper_id: str) -> Response:
        by = gate.admit(request, *DESK_SCOPES)
        data = service.papers.find(case_id, paper_id, by=by)[1]
        # Whatever it holds came from outside: a browser saves it and runs nothing of it.
        headers = {"Content-Disposition": "attachment", "X-Content-Type-Options": "nosniff"}
        return Response(data, media_type="application/octet-stream", headers=headers)

    return router


def _views(
    workspace: Workspace, service: DisclosureService, desk: Desk
) -> tuple[tuple[str, str, Callable[[str, Principal], dict[str, Any]]], ...]:
    """What can be read of one case: address, summary, and how."""
    return (
        ("", "案件 / the case", lambda case, by: overview(service, case, by=by)),
        (
            "/permissions",
            "何をしてよいか / what may be done, with citations",
            lambda case, by: judgement(workspace, service, case, by=by),
        ),
        (
            "/timeline",
            "経過 / every step, from the ledger",
            lambda case, by: {"timeline": [one.document() for one in service.timeline(case, by=by)]},
        ),
        (
            "/deadlines",
            "期限 / its terms",
            lambda case, by: {"deadlines": [deadline_document(one) for one in service.deadlines(case, by=by)]},
        ),
        (
            "/decisions",
            "決定 / what was decided",
            lambda case, by: {"decisions": [one.document() for one in service.deciding.decisions(case, by=by)]},
        ),
        (
            "/results",
            "検索の結果 / what was found",
            lambda case, by: {"results": results_document(service.deciding.results(case, by=by))},
        ),
        (
            "/evidence",
            "検索の問いと結果の記録 / the exact questions, and what came of them",
            lambda case, by: {"evidence": service.deciding.evidence(case, by=by)},
        ),
        (
            "/hold",
            "保全 / its holds",
            lambda case, by: {"holds": [one.document() for one in service.holding.find(case, by=by)]},
        ),
        (
            "/hearing",
            "意見聴取 / the sender's hearing",
            lambda case, by: hearing_document(service.hearings.find(case, by=by), service.hearings.untold(case, by=by)),
        ),
        (
            "/papers",
            "書類の一覧 / its papers",
            lambda case, by: {"papers": [paper_document(one) for one in service.papers.every(case, by=by)]},
        ),
        (
            "/packages",
            "包みと目録 / its packages",
            lambda case, by: {"packages": [one.document() for one in desk.delivery.packages(case, by=by)]},
        ),
        (
            "/corrections",
            "訂正の申出と確認 / corrections that were stated and confirmed",
            lambda case, by: {"corrections": [one.document() for one in service.corrections.every(case, by=by)]},
        ),
        (
            "/secrecy",
            "秘密の終わりの申出と確認 / ends of secrecy that were stated and confirmed",
            lambda case, by: {"ends": [one.document() for one in service.secrecy.every(case, by=by)]},
        ),
        ("/quote", "手数料の見積り / the fee", lambda case, by: _quote(workspace, service, case, by)),
    )


def _quote(workspace: Workspace, service: DisclosureService, case_id: str, by: Principal) -> dict[str, Any]:
    entry = service.find(case_id, by=by)
    prices = DeskSettings(workspace).prices()
    return quote(entry.type, () if entry.case is None else entry.case.items, prices).document()


def _endpoint(step: Step, desk: Desk, gate: Gate) -> Callable[[Request, str], Awaitable[Response]]:
    """The function behind one step's address."""

    async def act(request: Request, case_id: str) -> Response:
        by = gate.admit(request, *DESK_SCOPES)
        written = only(await json_object(request, limit=MAX_STEP), step.fields)
        return _json(await asyncio.to_thread(step.run, desk, case_id, written, by))

    return act


def _view(read: Callable[[str, Principal], dict[str, Any]], gate: Gate) -> Callable[[Request, str], Response]:
    def view(request: Request, case_id: str) -> Response:
        return _json(read(case_id, gate.admit(request, *DESK_SCOPES)))

    return view


async def _body(request: Request, intake: IntakeDesk, by: Principal, *, answer: bool = False) -> bytes:
    try:
        return await body_of(request, limit=MAX_JSON)
    except BodyTooLarge as error:
        await asyncio.to_thread(intake.refused.note, error, _came(None), by=by, answer=answer)
        raise


def _came(body: bytes | None, written: Mapping[str, Any] | None = None) -> Came:
    form = None if written is None else written.get("form", "json")
    return Came.of(Via.HTTP, form if form in _FORMS else "unknown", body)


def _taken_in(intake: IntakeDesk, body: bytes, by: Principal, key: str | None) -> Response:
    with intake.refused.noting(_came(body), by=by):
        written = only(object_of(body), _ENTRY)
        dry = written.get("dry_run", False)
        if not isinstance(dry, bool):
            raise CaseRefused(field="dry_run", problem="true or false")
    came = _came(body, written)
    # What is only looked over isn't an intake, whatever comes of it.
    with nullcontext() if dry else intake.refused.noting(came, by=by):
        draft, received, waived = _draft(written), moment_of(written, "received_at"), _not_known(written)
        again = text(written, "again", "")
    if dry:
        checked = intake.check(draft, by=by, received_at=received, not_known=waived)
        return _json({"case": None, "intake": checked.document(), "letter": None})
    taken = intake.take(
        draft,
        by=by,
        received_at=received,
        # Why it is taken in again isn't part of what came.
        original=orjson.dumps({name: value for name, value in written.items() if name != "again"}),
        idempotency_key=key,
        not_known=waived,
        came=came,
        again=again,
    )
    return _json(_told(taken))


def _told(taken: Taken) -> dict[str, Any]:
    letter = None if taken.letter is None else taken.letter.json()
    return {"case": taken.entry.document(), "intake": taken.checked.document(), "letter": letter}


def _draft(written: Mapping[str, Any]) -> Draft:
    form, request = written.get("form", "json"), written.get("request")
    if form not in _FORMS:
        raise CaseRefused(field="form", problem=", ".join(_FORMS))
    if not isinstance(request, dict):
        raise CaseRefused(field="request", problem="an object")
    if form != "csv" and set(written) & {"csv", "wanted", "sha256"}:
        raise CaseRefused(field="csv", problem="only with form csv")
    if (form == "paper") != ("type" in written):
        raise CaseRefused(field="type", problem="with form paper, and only there")
    if form == "standard":
        return read_standard_form(request)
    if form == "paper":
        return read_paper(choice(written, "type", CaseType), request)
    if form == "json":
        return read_object(request)
    lines = io.BytesIO(_csv(written).encode())
    batch = read_batch(lines, Asked(None, texts(written, "wanted")))
    return batch.draft(read_head(request), stated_sha256=text(written, "sha256", ""))


def _csv(written: Mapping[str, Any]) -> str:
    found = written.get("csv")
    if not isinstance(found, str):
        raise CaseRefused(field="csv", problem="the lines, as text")
    return found


def _not_known(written: Mapping[str, Any]) -> frozenset[Code]:
    return frozenset(choice({"not_known": one}, "not_known", Code) for one in texts(written, "not_known"))


def _json(document: Any) -> Response:
    return Response(orjson.dumps(document), media_type="application/json")

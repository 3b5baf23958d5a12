"""A disclosure desk behind HTTP: its people with tokens, logs in which one line is sure, and the steps they take."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any

from sekisho.access import service as access
from sekisho.access.roles import SCOPES, Role, Scope, StaffKind
from sekisho.api.app import create_app
from tests.api.conftest import Api
from tests.disclosure.made_cases import item
from tests.disclosure.world import STAFF, Desk

CASES = "/v1/disclosure/cases"
CHECKED = ("authenticity.number_confirmed", "authenticity.called_back")
PAPER_FACTS = (
    "document.in_writing",
    "document.original_received",
    "document.addressed_to_us",
    "document.issued_by_judge",
)
VIEWS = (
    "", "/permissions", "/timeline", "/deadlines", "/decisions", "/results", "/evidence", "/hold", "/hearing",
    "/papers", "/packages", "/corrections", "/secrecy", "/quote",
)  # fmt: skip
"""What can be read of one case."""
HOUSE = (
    ("GET", "/v1/disclosure/refused"),
    ("GET", "/v1/disclosure/reports/2026-H2"),
    ("POST", "/v1/disclosure/reports/2026-H2/publish"),
    ("GET", "/v1/disclosure/reports/2026-H2/published"),
    ("GET", "/v1/disclosure/leaks"),
    ("POST", "/v1/disclosure/leaks"),
    ("GET", "/v1/disclosure/leaks/x"),
    ("GET", "/v1/disclosure/leaks/x/form/first"),
    ("POST", "/v1/disclosure/leaks/x/fill"),
    ("POST", "/v1/disclosure/leaks/x/submitted"),
    ("POST", "/v1/disclosure/leaks/x/not-needed"),
    ("GET", "/v1/disclosure/parties"),
    ("POST", "/v1/disclosure/parties"),
    ("POST", "/v1/disclosure/parties/x/end"),
    ("GET", "/v1/disclosure/settings"),
    ("POST", "/v1/disclosure/settings"),
)
"""What the desk has beside its cases."""


@dataclass(frozen=True, slots=True)
class HttpDesk:
    """The interface over a desk's workspace, and everybody's token."""

    desk: Desk
    api: Api
    tokens: dict[str, str]

    def ask(self, who: str, method: str, path: str = "", body: Any = None, key: str | None = None) -> Any:
        """One request; status and document."""
        headers = {} if key is None else {"Idempotency-Key": key}
        more = {} if body is None else {"json": body}
        got = self.api.request(method, CASES + path, token=self.tokens[who], headers=headers, **more)
        return got.status_code, (got.json() if got.content and "json" in got.headers["content-type"] else got.content)

    def post(self, who: str, path: str, body: Any = None, key: str | None = None) -> Any:
        """One step that must succeed."""
        status, said = self.ask(who, "POST", path, {} if body is None else body, key)
        assert status == 200, said
        return said

    def get(self, who: str, path: str = "") -> Any:
        """Something that must be there."""
        status, said = self.ask(who, "GET", path)
        assert status == 200, said
        return said

    def refused(self, who: str, path: str, body: Any = None) -> str:
        """The reason for which a step isn't taken."""
        status, said = self.ask(who, "POST", path, {} if body is None else body)
        assert status >= 400, said
        return str(said["title"])

    def received(self, **changed: Any) -> str:
        """A warrant that the clerk took in; its id."""
        said = self.post("uketsuke", "", {"request": a_request(**changed), "again": "試験のため"})
        assert said["letter"] is None, said["letter"]
        return str(said["case"]["id"])

    def checked(self, case: str) -> None:
        """Found genuine, as the clerk has it."""
        for name in (*CHECKED, *PAPER_FACTS):
            self.fact(case, name)

    def fact(self, case: str, name: str, value: Any = True, who: str = "uketsuke") -> None:
        """A fact that somebody checked."""
        said = {"name": name, "value": value, "note": "代表番号 03-0000-0110 に折り返し"}
        self.post(who, f"/{case}/facts", said)

    def reviewed(self, **changed: Any) -> str:
        """One that a second person reviewed."""
        case = self.received(**changed)
        self.checked(case)
        self.post("kakunin", f"/{case}/review", {"note": "原本を確認"})
        return case

    def found(self, **changed: Any) -> str:
        """One that was searched."""
        case = self.reviewed(**changed)
        self.post("kensaku", f"/{case}/search/request")
        for who in ("kakunin", "hogo"):
            self.post(who, f"/{case}/search/approve")
        self.post("kensaku", f"/{case}/search/run")
        return case

    def decided(self, **changed: Any) -> str:
        """One of which everything was decided to be disclosed."""
        case = self.found(**changed)
        self.post("kaiji", f"/{case}/decisions", decision(1))
        return case

    def state(self, case: str, who: str = "kansa") -> str:
        """Where it stands."""
        return str(self.get(who, f"/{case}")["state"])


def decision(*numbers: int, choice: str = "disclose", note: str = "令状どおり") -> dict[str, Any]:
    """Items decided alike."""
    return {"decisions": [{"items": list(numbers), "choice": choice, "note": note}]}


def a_request(**changed: Any) -> dict[str, Any]:
    """A warrant as somebody sends it: an address at noon of 2026-11-20, received on 2026-11-23."""
    asked = changed.pop("items", [item(wanted=["log"])])
    made: dict[str, Any] = {
        "type": "search_seizure",
        "requester": {
            "kind": "judicial_police_officer",
            "name": "関所県警察本部 サイバー犯罪対策課",
            "office": "関所市霞1-1",
            "contact": "03-0000-0110",
            "officer": "検見川 守",
            "rank": "警部補",
        },
        "document": {
            "number": "令和8年（る）第1号",
            "dated": "令和8年11月21日",
            "title": "捜索差押許可状",
            "valid_until": "令和8年11月28日",
            "legal_provision": "刑事訴訟法218条1項",
        },
        "items": [{**one, "begin": one["begin"], "end": one["end"]} for one in asked],
    }
    return made | changed


def issue_all(desk: Desk) -> dict[str, str]:
    """A token for everybody, with all that their roles allow."""
    clock = desk.clock
    with desk.workspace.database.read() as connection:
        admin = access.stated_principal(connection, "admin", required=Scope.STAFF_ADMIN)
    made = {}
    for name, roles in STAFF.items():
        scopes: set[Scope] = set().union(*(SCOPES[role] for role in roles))
        issued = desk.workspace.change(
            partial(
                access.issue_token,
                actor=admin,
                staff_id=name,
                scopes=sorted(scopes),
                expires_at=clock.now() + timedelta(days=1),
                now=clock.now(),
            )
        )
        made[name] = issued.text
    return made


@contextmanager
def over_http(desk: Desk) -> Iterator[HttpDesk]:
    """The interface of a desk's workspace."""
    tokens = issue_all(desk)
    api = Api(desk.workspace, create_app(desk.workspace), tokens["kansa"])
    yield HttpDesk(desk, api, tokens)


def hired(desk: Desk, name: str, *roles: Role) -> str:
    """Somebody more, and their token."""
    clock = desk.clock
    with desk.workspace.database.read() as connection:
        admin = access.stated_principal(connection, "admin", required=Scope.STAFF_ADMIN)
    hire = partial(access.add_staff, actor=admin, staff_id=name, name=name, kind=StaffKind.PERSON, now=clock.now())
    desk.workspace.change(hire)
    for role in roles:
        desk.workspace.change(partial(access.grant_role, actor=admin, staff_id=name, role=role, now=clock.now()))
    scopes: set[Scope] = set().union(*(SCOPES[role] for role in roles))
    issue = partial(
        access.issue_token,
        actor=admin,
        staff_id=name,
        scopes=sorted(scopes),
        expires_at=clock.now() + timedelta(days=1),
        now=clock.now(),
    )
    return str(desk.workspace.change(issue).text)


def b64(data: bytes) -> str:
    """As a body holds bytes."""
    return base64.b64encode(data).decode()

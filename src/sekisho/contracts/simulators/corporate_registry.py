"""A simulated corporate-number site and registry gateway over real HTTP on loopback.

``start()`` serves both until it is closed::

    with start() as running:
        site = CorporateNumberHttp(Host(running.address), Key("made-up-application-id"))

The companies are made up: their numbers have the registry office 9999, which doesn't exist, so that none of them is
anybody's. Answers are those of the real interfaces in form (see ``web_api.py`` and ``registry_information_http.py``).
"""

from __future__ import annotations

import csv
import io
import json
from dataclasses import dataclass, field
from datetime import date
from http import HTTPStatus
from typing import Final
from urllib.parse import parse_qs, urlsplit
from xml.sax.saxutils import escape

from sekisho.contracts.evidence.registry.company import check_digit
from sekisho.contracts.evidence.registry.web_api import FIELDS
from sekisho.contracts.simulators.loopback import LabelledHandler, Served

DATA_DATE: Final = date(2026, 11, 20)
"""The day the simulated site says its data is of."""


def made_up_number(place: int) -> str:
    """The corporate number of the made-up company ``place`` (1 to 999999)."""
    body = f"999901{place:06d}"
    return f"{check_digit(body)}{body}"


@dataclass(frozen=True, slots=True)
class SimulatedCompany:
    """A made-up company. ``image_name`` says that its name is published as an image only."""

    number: str
    name: str
    prefecture: str
    city: str
    street: str
    officers: tuple[tuple[str, str], ...] = ()
    closed_on: date | None = None
    cause: str = ""
    image_name: bool = False
    excluded: bool = False
    in_liquidation: bool = False

    @property
    def head_office(self) -> str:
        """The whole address."""
        return f"{self.prefecture}{self.city}{self.street}"


MIHON: Final = SimulatedCompany(
    made_up_number(1),
    "見本商事株式会社",
    "東京都",
    "千代田区",
    "架空町一丁目２番３号",
    (("代表取締役", "見本太郎"), ("取締役", "見本花子")),
)
CLOSED: Final = SimulatedCompany(
    made_up_number(2), "閉鎖見本株式会社", "大阪府", "大阪市北区", "架空１丁目１番１号", (), date(2024, 3, 31), "11"
)
IMAGE: Final = SimulatedCompany(
    made_up_number(3), "？見本合同会社", "北海道", "札幌市中央区", "架空条西１丁目", image_name=True
)
WINDING_UP: Final = SimulatedCompany(
    made_up_number(4), "清算見本有限会社", "福岡県", "福岡市博多区", "架空町４番", excluded=True, in_liquidation=True
)
COMPANIES: Final = (MIHON, CLOSED, IMAGE, WINDING_UP)
"""The companies that are there unless ``start`` is told otherwise."""


@dataclass(slots=True)
class Running(Served):
    """A simulator that is being served. ``asked`` are the paths of its questions, without application id or key."""

    companies: dict[str, SimulatedCompany] = field(default_factory=dict)
    source: str = "registry_information_service"
    asked: list[str] = field(default_factory=list)


def start(port: int = 0, *, companies: tuple[SimulatedCompany, ...] = COMPANIES) -> Running:
    """Serve the site and the gateway on loopback."""
    running = Running(companies={one.number: one for one in companies})
    running.serve(port, _Handler)
    return running


class _Handler(LabelledHandler):
    running: Running
    label = "Sekisho simulator of a corporate registry; made-up companies"

    def do_GET(self) -> None:  # noqa: N802  http.server's name
        """Answer as the path asks."""
        parts = urlsplit(self.path)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        number = query.get("number", "")
        self.running.asked.append(f"{parts.path}?number={number}")
        if self.faulty(self.running):
            return
        company = self.running.companies.get(self.running.fault.answer_for or number)
        if parts.path == "/4/num" and query.get("id"):
            kinds = {"12": xml_answer, "02": csv_answer}
            answer = kinds.get(query.get("type", ""))
            if answer is None:
                self.send(HTTPStatus.BAD_REQUEST, b"")
                return
            self.send(HTTPStatus.OK, answer(company))
        elif parts.path == "/registry-information" and self.headers.get("Authorization", "").startswith("Bearer "):
            self.send(HTTPStatus.OK, gateway_answer(company, number, self.running.source))
        else:
            self.send(HTTPStatus.FORBIDDEN, b"")


def _fields(company: SimulatedCompany) -> dict[str, str]:
    said = dict.fromkeys(FIELDS, "")
    said |= {
        "sequenceNumber": "1",
        "corporateNumber": company.number,
        "process": "71" if company.closed_on else "01",
        "correct": "0",
        "updateDate": "2026-04-02",
        "changeDate": "2026-04-01",
        "name": company.name,
        "nameImageId": "00000001" if company.image_name else "",
        "kind": "301",
        "prefectureName": company.prefecture,
        "cityName": company.city,
        "streetNumber": company.street,
        "closeDate": company.closed_on.isoformat() if company.closed_on else "",
        "closeCause": company.cause,
        "assignmentDate": "2015-10-05",
        "latest": "1",
        "hihyoji": "1" if company.excluded else "0",
    }
    return said


def xml_answer(company: SimulatedCompany | None) -> bytes:
    """The site's answer of type 12."""
    count = 0 if company is None else 1
    head = (
        f"<lastUpdateDate>{DATA_DATE}</lastUpdateDate><count>{count}</count>"
        "<divideNumber>1</divideNumber><divideSize>1</divideSize>"
    )
    body = ""
    if company is not None:
        said = "".join(f"<{name}>{escape(value)}</{name}>" for name, value in _fields(company).items())
        body = f"<corporation>{said}</corporation>"
    return f'<?xml version="1.0" encoding="UTF-8"?><corporations>{head}{body}</corporations>'.encode()


def csv_answer(company: SimulatedCompany | None) -> bytes:
    """The site's answer of type 02."""
    written = io.StringIO()
    rows = csv.writer(written, lineterminator="\r\n")
    rows.writerow([DATA_DATE.isoformat(), "0" if company is None else "1", "1", "1"])
    if company is not None:
        rows.writerow(list(_fields(company).values()))
    return written.getvalue().encode("utf-8")


def gateway_answer(company: SimulatedCompany | None, number: str, source: str) -> bytes:
    """The gateway's answer."""
    if company is None:
        return json.dumps({"source": source, "number": number, "found": False}).encode()
    said = {
        "source": source,
        "number": company.number,
        "found": True,
        "name": company.name,
        "head_office": company.head_office,
        "closed_on": company.closed_on.isoformat() if company.closed_on else None,
        "in_liquidation": company.in_liquidation,
        "officers": [{"title": title, "name": name} for title, name in company.officers],
    }
    return json.dumps(said, ensure_ascii=False).encode("utf-8")

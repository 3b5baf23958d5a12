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
import threading
from dataclasses import dataclass, field
from datetime import date
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Final, Self
from urllib.parse import parse_qs, urlsplit
from xml.sax.saxutils import escape

from sekisho.contracts.evidence.registry.company import check_digit
from sekisho.contracts.evidence.registry.web_api import FIELDS

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
class Fault:
    """What the simulator does wrong, until it is taken away: a status, other bytes, or another company's answer."""

    status: HTTPStatus | None = None
    body: bytes | None = None
    answer_for: str | None = None
    wait_seconds: float = 0.0
    redirect_to: str | None = None


@dataclass(slots=True)
class Running:
    """A simulator that is being served. ``asked`` are the paths of its questions, without application id or key."""

    companies: dict[str, SimulatedCompany]
    source: str = "registry_information_service"
    fault: Fault = field(default_factory=Fault)
    asked: list[str] = field(default_factory=list)
    _server: ThreadingHTTPServer | None = None
    _stopped: threading.Event = field(default_factory=threading.Event)

    @property
    def address(self) -> str:
        """Where it is served."""
        if self._server is None:
            raise ValueError("not started")
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def serve(self, port: int) -> None:
        """Begin; ``port`` 0 takes a free one."""
        handler = type("_Bound", (_Handler,), {"running": self})
        self._server = ThreadingHTTPServer(("127.0.0.1", port), handler)
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def close(self) -> None:
        """End; whoever waits for an answer gets none."""
        self._stopped.set()
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()

    def wait(self, seconds: float) -> None:
        """Be slow, but not slower than the end."""
        self._stopped.wait(seconds)

    def __enter__(self) -> Self:
        """Being served already."""
        return self

    def __exit__(self, *_: object) -> None:
        """As :meth:`close`."""
        self.close()


def start(port: int = 0, *, companies: tuple[SimulatedCompany, ...] = COMPANIES) -> Running:
    """Serve the site and the gateway on loopback."""
    running = Running({one.number: one for one in companies})
    running.serve(port)
    return running


class _Handler(BaseHTTPRequestHandler):
    running: Running
    server_version = "simulator"
    sys_version = ""

    def do_GET(self) -> None:
        """Answer as the path asks."""
        parts = urlsplit(self.path)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        number = query.get("number", "")
        self.running.asked.append(f"{parts.path}?number={number}")
        fault = self.running.fault
        self.running.wait(fault.wait_seconds)
        if fault.redirect_to is not None:
            self._send(HTTPStatus.FOUND, b"", location=fault.redirect_to)
            return
        if fault.status is not None:
            self._send(fault.status, b"")
            return
        if fault.body is not None:
            self._send(HTTPStatus.OK, fault.body)
            return
        company = self.running.companies.get(fault.answer_for or number)
        if parts.path == "/4/num" and query.get("id"):
            kinds = {"12": xml_answer, "02": csv_answer}
            answer = kinds.get(query.get("type", ""))
            if answer is None:
                self._send(HTTPStatus.BAD_REQUEST, b"")
                return
            self._send(HTTPStatus.OK, answer(company))
        elif parts.path == "/registry-information" and self.headers.get("Authorization", "").startswith("Bearer "):
            self._send(HTTPStatus.OK, gateway_answer(company, number, self.running.source))
        else:
            self._send(HTTPStatus.FORBIDDEN, b"")

    def _send(self, status: HTTPStatus, body: bytes, *, location: str | None = None) -> None:
        self.send_response(status)
        if location is not None:
            self.send_header("Location", location)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  http.server's name
        """Say nothing: a question holds an application id."""


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

"""The inspection file: everything on record about one case, which an inspector checks without Sekisho.

Made by the desk's auditors alone, who took no part in any case. First it is on record who made it, for whom and why,
and what is in it, by hash; then it is given out. So the file can't be changed without its verifier saying so, and no
file is made that isn't on record.

::

    README.txt                how to check it, and how it must be handled
    case.json …               the record (:mod:`sekisho.disclosure.reports.case_file`)
    proofs.json, checkpoint   the case's leaves with what opens them, and the signed state of the ledger
    public-key.txt, verify.py, verify-certificate.py, SHA256SUMS
"""

from __future__ import annotations

import hashlib
import io
import zipfile
from dataclasses import dataclass
from importlib.resources import files
from typing import Final

import orjson

from sekisho.access.principal import Principal
from sekisho.access.roles import Scope
from sekisho.clock import japan_date
from sekisho.disclosure import rows
from sekisho.disclosure.record import SecrecyState
from sekisho.disclosure.reports import case_file
from sekisho.disclosure.reports.proofs import prove
from sekisho.disclosure.service import DisclosureService
from sekisho.disclosure.stepping import Known
from sekisho.ledger.checkpoint import fingerprint, verifier_key
from sekisho.ledger.export import zip_entry
from sekisho.ledger.standalone.verify import KEY_FILE, PROOFS_FILE, SUMS_FILE
from sekisho.workspace import Workspace

INSPECTED: Final = "inspected"
"""The step by which it is on record."""

_SECRET: Final = {
    SecrecyState.NONE: "",
    SecrecyState.ASKED: (
        "★ 秘密の保持を求められた案件です（刑事訴訟法197条5項）。"
        "この案件があることも、関係者以外に漏らさないでください。\n"
        "★ Secrecy was asked for. Nobody who has no part in it may learn even that there is such a case.\n\n"
    ),
    SecrecyState.ORDERED: (
        "★ 漏らしてはならないと命じられた案件です。この案件があることも、関係者以外に漏らさないでください。\n"
        "★ Secrecy was ordered. Nobody who has no part in it may learn even that there is such a case.\n\n"
    ),
}
_README: Final = """関所 案件 {case} の検査ファイル

{secret}通信の秘密と個人情報を含みます。検査の目的のほかに使わず、終わったら確実に消去してください。
作成: {day}　作成者: {by}
目的: {why}

関所がなくても検証できます。必要なものは Python 3.9 以降と cryptography だけです。

  python verify.py --key 指紋

指紋は、このファイルとは別の方法で事業者から受け取ってください。このファイルに入っている鍵の指紋：
  {fingerprint}

分かること：案件の各段階の葉が、事業者の署名した台帳にあること。case.json などの記録が、作成の時に台帳に記された
とおりであること。
分からないこと：記録の内容が真実であること。この案件にほかの葉がないこと（timeline.json の ledger_index の並びと
台帳全体の書き出しで確かめられます）。検索で見つかった記録そのものは、作業用の写しとともに消去されるため、入って
いません。その要約値は葉にあります。
certificates.json の各証明書は、1件ずつ取り出して python verify-certificate.py で確かめられます。


Sekisho inspection file of the case {case}

It holds what the secrecy of communications covers and personal data. Use it for the inspection alone, then erase it.

Verified without Sekisho: python verify.py --key FINGERPRINT (Python 3.9, "cryptography"). Get the fingerprint from the
operator another way. What it shows: each step's leaf is in the ledger the operator signed, and the records are those
which the ledger names. What it doesn't show: that a record is true, or that the case has no other leaf. What a search
found isn't in it; its hash is in the leaves.
"""


@dataclass(frozen=True, slots=True)
class InspectionFile:
    """The zip, and its hash. ``secret``: it must be marked and handled as such."""

    name: str
    data: bytes
    sha256: str
    secret: bool


class Inspections:
    """Inspection files of one workspace's cases. Thread-safe."""

    def __init__(self, service: DisclosureService) -> None:
        """Reads and writes nothing until asked to."""
        self._service = service
        self._workspace: Workspace = service.steps.workspace

    def make(self, case_id: str, why: str, *, by: Principal) -> InspectionFile:
        """The file of a case; ``why`` says for whom it is and on what ground.

        Raises ``ScopeMissing`` and ``ProofTooWeak`` for all but the desk's auditors, ``UnknownCase``,
        ``CaseDestroyed``, ``CaseRefused`` (no reason), ``CaseMoved``, ``NotPublished``.
        """
        by.require(Scope.DISCLOSURE_AUDIT)
        by.require_proof(INSPECTED)
        known = self._service.steps.known(case_id, by)
        known.case  # noqa: B018  a destroyed case is told before anything else
        reason = rows.note(why, "why")
        self._workspace.settle()
        self._workspace.checkpoint()  # certificates stand under a checkpoint as young as they are
        content = case_file.files_of(self._service, self._workspace, known, by)
        content["README.txt"] = self._readme(known, reason, by)
        said = {
            "why": reason,
            "files": {name: hashlib.sha256(data).hexdigest() for name, data in sorted(content.items())},
        }
        self._service.steps.note(known, INSPECTED, said, by=by)
        mark = self._service.steps.mark(case_id, INSPECTED, said, by)
        content |= self._proof(case_id, mark, case_file.queries_of(content["queries.json"]))
        data = _zip(content)
        return InspectionFile(
            f"inspection-{case_id}.zip", data, hashlib.sha256(data).hexdigest(), known.entry.secret
        )

    def _proof(self, case_id: str, mark: bytes, queries: list[int]) -> dict[str, bytes]:
        with self._workspace.database.read() as connection:
            events = rows.events_of(connection, case_id)
        # The leaf that names this file's content comes last, whatever happened in the case meanwhile.
        mine = [one.id for one in events if one.said == mark][-1]
        proofs = prove(self._workspace, [*queries, *(one.id for one in events if one.id != mine), mine])
        key = self._workspace.ledger_public_key
        return {
            PROOFS_FILE: orjson.dumps(proofs.document(), option=orjson.OPT_SORT_KEYS),
            "checkpoint": proofs.checkpoint,
            KEY_FILE: (verifier_key(self._workspace.origin, key) + "\n").encode(),
            "verify.py": (files("sekisho.ledger.standalone") / "verify.py").read_bytes(),
            "verify-certificate.py": (
                files("sekisho.destruction.standalone") / "verify_certificate.py"
            ).read_bytes(),
        }

    def _readme(self, known: Known, why: str, by: Principal) -> bytes:
        return _README.format(
            case=known.entry.id,
            secret=_SECRET[known.case.secrecy.state] or (_SECRET[SecrecyState.ASKED] if known.entry.secret else ""),
            day=japan_date(self._workspace.clock.now()).isoformat(),
            by=by.staff_id,
            why=why,
            fingerprint=fingerprint(self._workspace.ledger_public_key),
        ).encode()


def _zip(content: dict[str, bytes]) -> bytes:
    """One archive; the same content gives the same bytes."""
    sums = "".join(f"{hashlib.sha256(data).hexdigest()}  {name}\n" for name, data in sorted(content.items()))
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as archive:
        for name, data in (*sorted(content.items()), (SUMS_FILE, sums.encode())):
            archive.writestr(zip_entry(name), data)
    return stream.getvalue()

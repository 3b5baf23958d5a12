"""What the calls desk refuses. No error holds a telephone number: whom somebody calls is secret.

::

    SekishoError
    ├── InputRefused
    │   ├── EntryRefused           an entry of a list can't be accepted
    │   │   ├── EntryProtected     it would hit an emergency number, a public office or the operator's own range
    │   │   └── EntryFreed         the number was freed: listing it again needs a reason
    │   ├── UnknownEntry           there is no such entry
    │   ├── ImporterRefused        an importer's particulars can't be accepted
    │   ├── UnknownImporter        nobody is registered under this id
    │   ├── ListRefused            an imported list can't be read, or lines of it are wrong: nothing was taken in
    │   ├── ListReplayed           an older list than the one held, or another one under its number
    │   ├── AppealRefused          a field of an appeal can't be accepted
    │   ├── UnknownAppeal          there is no such appeal
    │   ├── AppealDecided          the appeal was decided already
    │   ├── ProposalRefused        what was proposed can't be accepted
    │   ├── UnknownProposal        there is no such proposal
    │   ├── ProposalDecided        it isn't in a state in which this can be done
    │   ├── UnknownAgreement       there is no such agreement
    │   ├── LineRefused            settings of a line can't be accepted
    │   ├── UnknownLine            the line has no settings
    │   ├── UnknownBundle          there is no such bundle, or it isn't kept any more
    │   ├── UnknownConnector       nothing is known of such a connector
    │   ├── ConnectorInUse         the proxy still writes evidence
    │   └── ConnectorNotEmpty      its spool has evidence that was neither taken in nor stated as lost
    ├── NotPermitted
    │   └── ListNotSigned          no registered importer signed just this list
    └── Unavailable
        └── NothingPublished       there is no bundle to decide by yet
"""

from __future__ import annotations

from sekisho.calls.words import CallWords
from sekisho.errors import InputRefused, NotPermitted, Unavailable


class EntryRefused(CallWords, InputRefused):
    """An entry of a list can't be accepted. Fields: ``field``, ``problem``."""

    reason = "list_entry_refused"
    http_status = 422
    ja = "リストの登録を受け付けられません（{field}: {problem}）。直してもう一度登録してください。"
    en = "The list's entry can't be accepted ({field}: {problem}). Mend it and enter it again."


class EntryProtected(EntryRefused):
    """It would hit what no list may hit. Fields: ``field``, ``problem``, ``what`` (emergency, public_office,
    own_range)."""

    reason = "list_entry_protected"
    ja = "この登録は守られている番号（{what}）に当たるため、受け付けません。番号の範囲を確かめてください。"
    en = "The entry covers numbers that no list may hit ({what}). Check the range."


class EntryFreed(EntryRefused):
    """The number was freed after an error. Fields: ``field``, ``problem``, ``until``."""

    reason = "list_entry_freed"
    http_status = 409
    ja = "この番号は誤登録として{until}まで解放されています。再登録には理由（relist_reason）が要ります。"
    en = "The number was freed as listed in error, until {until}. To list it again state why (relist_reason)."


class UnknownEntry(InputRefused):
    """There is no such entry. Fields: ``entry``."""

    reason = "unknown_list_entry"
    http_status = 404
    ja = "登録「{entry}」はありません。"
    en = "There is no entry {entry}."


class ImporterRefused(CallWords, InputRefused):
    """An importer's particulars can't be accepted. Fields: ``field``, ``problem``."""

    reason = "list_importer_refused"
    http_status = 422
    ja = "リスト提供元の「{field}」を受け付けられません（{problem}）。"
    en = "The importer's '{field}' can't be accepted ({problem})."


class UnknownImporter(InputRefused):
    """Nobody is registered under this id. Fields: ``importer``."""

    reason = "unknown_list_importer"
    http_status = 404
    ja = "リスト提供元「{importer}」は登録されていません。`sekisho call list importer` で公開鍵を登録してください。"
    en = "No importer {importer} is registered. Register its public key with `sekisho call list importer`."


class ListNotSigned(CallWords, NotPermitted):
    """No registered importer signed just this list. Fields: ``problem``."""

    reason = "list_not_signed"
    ja = "リストの署名を確かめられません（{problem}）。何も取り込んでいません。"
    en = "The list isn't signed as it must be ({problem}). Nothing was taken in."


class ListRefused(CallWords, InputRefused):
    """A signed list is taken in whole or not at all. Fields: ``lines`` (how many are wrong), ``first`` (line and reason
    of the first ones)."""

    reason = "list_refused"
    http_status = 422
    ja = "リストの{lines}行に誤りがあるため、全体を取り込みません（{first}）。提供元に直してもらってください。"
    en = "{lines} lines of the list are wrong, so nothing of it was taken in ({first}). Have its maker mend it."


class ListReplayed(InputRefused):
    """An older list than the one held, or another one under the same number.

    Fields: ``list``, ``version``, ``held``.
    """

    reason = "list_replayed"
    http_status = 409
    ja = "リスト「{list}」の版{version}は、保有している版{held}より新しくないため取り込みません。"
    en = "Version {version} of list {list} isn't newer than version {held}, which is held. Nothing was taken in."


class AppealRefused(CallWords, InputRefused):
    """A field of an appeal can't be accepted. Fields: ``field``, ``problem``."""

    reason = "call_appeal_refused"
    http_status = 422
    ja = "申立ての「{field}」を受け付けられません（{problem}）。"
    en = "The appeal's '{field}' can't be accepted ({problem})."


class UnknownAppeal(InputRefused):
    """There is no such appeal. Fields: ``appeal``."""

    reason = "unknown_call_appeal"
    http_status = 404
    ja = "申立て「{appeal}」はありません。"
    en = "There is no appeal {appeal}."


class AppealDecided(CallWords, InputRefused):
    """The appeal was decided already. Fields: ``appeal``, ``state``."""

    reason = "call_appeal_decided"
    http_status = 409
    ja = "申立て「{appeal}」は決定済みです（{state}）。新しい事情は新しい申立てにしてください。"
    en = "Appeal {appeal} was decided ({state}). Enter new circumstances as a new appeal."


class ProposalRefused(CallWords, InputRefused):
    """What was proposed can't be accepted. Fields: ``field``, ``problem``."""

    reason = "call_proposal_refused"
    http_status = 422
    ja = "登録の「{field}」を受け付けられません（{problem}）。"
    en = "'{field}' can't be accepted ({problem})."


class UnknownProposal(InputRefused):
    """There is no such proposal. Fields: ``proposal``."""

    reason = "unknown_call_proposal"
    http_status = 404
    ja = "登録の申請「{proposal}」はありません。"
    en = "There is no proposal {proposal}."


class ProposalDecided(CallWords, InputRefused):
    """It isn't in a state in which this can be done. Fields: ``proposal``, ``state``."""

    reason = "call_proposal_decided"
    http_status = 409
    ja = "登録の申請「{proposal}」は{state}の状態です。この操作はできません。"
    en = "Proposal {proposal} is {state}: this can't be done."


class UnknownAgreement(InputRefused):
    """There is no such agreement. Fields: ``agreement``."""

    reason = "unknown_trunk_agreement"
    http_status = 404
    ja = "合意「{agreement}」はありません。"
    en = "There is no agreement {agreement}."


class LineRefused(CallWords, InputRefused):
    """Settings of a line can't be accepted. Fields: ``field``, ``problem``."""

    reason = "call_line_refused"
    http_status = 422
    ja = "回線の設定「{field}」を受け付けられません（{problem}）。"
    en = "The line's '{field}' can't be accepted ({problem})."


class UnknownLine(InputRefused):
    """The line has no settings. No fields."""

    reason = "unknown_call_line"
    http_status = 404
    ja = "この回線の設定はありません。"
    en = "The line has no settings."


class UnknownBundle(InputRefused):
    """There is no such bundle, or it isn't kept any more. Fields: ``bundle``."""

    reason = "unknown_call_bundle"
    http_status = 404
    ja = "判定データ{bundle}はないか、すでに消去されています。`sekisho call publish --state` で確かめてください。"
    en = "There is no bundle {bundle}, or it isn't kept any more. See `sekisho call publish --state`."


class UnknownConnector(InputRefused):
    """Nothing is known of such a connector. Fields: ``connector``."""

    reason = "unknown_call_connector"
    http_status = 404
    ja = "接続先「{connector}」はありません。`sekisho call connectors` で確かめてください。"
    en = "There is no connector {connector}. See `sekisho call connectors`."


class ConnectorInUse(InputRefused):
    """The proxy still writes evidence. Fields: ``connector``, ``files`` (that it has open)."""

    reason = "call_connector_in_use"
    http_status = 409
    ja = "接続先「{connector}」は動いています（書込み中のファイル {files} 件）。プロキシを止めてから外してください。"
    en = "Connector {connector} is still at work ({files} files being written). Stop the proxy, then remove it."


class ConnectorNotEmpty(InputRefused):
    """Its spool has evidence that was neither taken in nor stated as lost. Fields: ``connector``, ``files``,
    ``records``, ``unreadable`` (files among them)."""

    reason = "call_connector_not_empty"
    http_status = 409
    ja = (
        "接続先「{connector}」のスプールに、取り込んでいないファイルが {files} 件（記録 {records} 件、読めないファイル "
        "{unreadable} 件）あります。`sekisho call spool ingest` で取り込むか、失われたものとして "
        "`--lost {records}` を付け、理由に書いてください。"
    )
    en = (
        "The spool of connector {connector} has {files} files that weren't taken in ({records} records; {unreadable} "
        "files can't be read). Take them in with `sekisho call spool ingest`, or state them as lost: `--lost "
        "{records}`, and say so in the reason."
    )


class NothingPublished(Unavailable):
    """There is no bundle to decide by yet. No fields."""

    reason = "nothing_published"
    ja = "判定に使うデータがまだ発行されていません。`sekisho call publish` を行ってください。"
    en = "Nothing to decide by was published yet. Run `sekisho call publish`."

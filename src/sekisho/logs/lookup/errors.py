"""Why a lookup or a grant was refused: one class per reason.

::

    SekishoError
    ├── InputRefused
    │   ├── QuestionRefused        an address, port, time or width that can't be asked
    │   ├── BatchRefused           a file of questions that can't be read as one
    │   ├── GrantTermsRefused      what a grant is to allow can't be so
    │   ├── UnknownGrant           no grant has this id (404)
    │   └── GrantDecided           it was made or withdrawn already (409)
    ├── NotPermitted
    │   ├── GrantNotInForce        asked for, and not yet approved by two
    │   ├── GrantExpired           its time is over
    │   ├── GrantRevoked           it was withdrawn
    │   ├── GrantUsedUp            it allows no more questions
    │   ├── GrantOfOthers          whoever asks isn't named in it
    │   ├── KindNotGranted         it doesn't allow this kind of log
    │   ├── AddressNotGranted      the address or port lies outside
    │   ├── TimeNotGranted         the time, with its margins, lies outside
    │   ├── IdentifierNotGranted   the subscriber, number or account isn't named in it
    │   └── GrantUnreadable        its key is gone: what it allowed can't be read any more
    └── Unavailable
        └── AnswerOvertaken        keys were destroyed while the answer was made
"""

from __future__ import annotations

from sekisho.errors import InputRefused, NotPermitted, Unavailable


class QuestionRefused(InputRefused):
    """A value of a question can't be asked. Fields: ``field``, ``problem``."""

    reason = "log_question_refused"
    ja = "照会の「{field}」が正しくありません（{problem}）。"
    en = "The question's '{field}' can't be asked ({problem})."


class BatchRefused(InputRefused):
    """A file of questions can't be read as one. Fields: ``problem``."""

    reason = "log_batch_refused"
    ja = "照会の一覧を読めません（{problem}）。見出しは address,port,time で、ほかに protocol などを付けられます。"
    en = "The file of questions can't be read ({problem}). Its heading is address,port,time; more columns may follow."


class GrantTermsRefused(InputRefused):
    """What a grant is to allow can't be so. Fields: ``field``, ``problem``."""

    reason = "search_grant_terms_refused"
    ja = "照会許可の「{field}」が正しくありません（{problem}）。"
    en = "The grant's '{field}' can't be accepted ({problem})."


class UnknownGrant(InputRefused):
    """No grant has this id. Fields: ``grant``."""

    reason = "unknown_search_grant"
    http_status = 404
    ja = "「{grant}」という照会許可はありません。`sekisho log grant list` で確かめてください。"
    en = "There is no grant {grant}. See `sekisho log grant list`."


class GrantDecided(InputRefused):
    """It was made or withdrawn already. Fields: ``grant``, ``state``."""

    reason = "search_grant_decided"
    http_status = 409
    ja = "照会許可 {grant} は既に「{state}」です。必要なら、新しく申請してください。"
    en = "The grant {grant} is {state} already. Ask for a new one if one is needed."


class GrantNotInForce(NotPermitted):
    """It was asked for, and isn't in force yet. Fields: ``grant``."""

    reason = "search_grant_not_in_force"
    ja = "照会許可 {grant} はまだ有効ではありません。2人が承認した後、`sekisho log grant make` を行ってください。"
    en = "The grant {grant} isn't in force yet. When two people have approved it, run `sekisho log grant make`."


class GrantExpired(NotPermitted):
    """Its time is over. Fields: ``grant``, ``at``."""

    reason = "search_grant_expired"
    ja = "照会許可 {grant} は {at} に期限が切れました。必要なら、新しく申請してください。"
    en = "The grant {grant} expired at {at}. Ask for a new one if one is needed."


class GrantRevoked(NotPermitted):
    """It was withdrawn. Fields: ``grant``, ``at``."""

    reason = "search_grant_revoked"
    ja = "照会許可 {grant} は {at} に取り消されました。"
    en = "The grant {grant} was withdrawn at {at}."


class GrantUsedUp(NotPermitted):
    """It allows no more questions. Fields: ``grant``, ``most``, ``used``, ``asked``."""

    reason = "search_grant_used_up"
    ja = "照会許可 {grant} は {most} 件までで、{used} 件を使いました。あと {asked} 件の照会はできません。"
    en = "The grant {grant} allows {most} questions and {used} were asked; {asked} more are too many."


class GrantOfOthers(NotPermitted):
    """Whoever asks isn't named in it. Fields: ``grant``, ``staff_id``."""

    reason = "search_grant_of_others"
    ja = "照会許可 {grant} に {staff_id} の名前はありません。名前のある人が照会してください。"
    en = "The grant {grant} doesn't name {staff_id}. Somebody whom it names must ask."


class KindNotGranted(NotPermitted):
    """It doesn't allow this kind of log. Fields: ``grant``, ``kind``."""

    reason = "log_kind_not_granted"
    ja = "照会許可 {grant} では {kind} を照会できません。"
    en = "The grant {grant} doesn't allow questions to {kind}."


class AddressNotGranted(NotPermitted):
    """The address or port lies outside. Fields: ``grant``."""

    reason = "log_address_not_granted"
    ja = "このアドレスとポートは、照会許可 {grant} の範囲にありません。"
    en = "This address or port isn't within the grant {grant}."


class TimeNotGranted(NotPermitted):
    """The time, with its margins, lies outside. Fields: ``grant``, ``begin``, ``end``."""

    reason = "log_time_not_granted"
    ja = "照会する時間の幅が、照会許可 {grant} の期間（{begin} から {end}）からはみ出しています。"
    en = "The time asked about, with its margins, isn't within the grant {grant} ({begin} to {end})."


class IdentifierNotGranted(NotPermitted):
    """The subscriber, number or account isn't named in it. Fields: ``grant``, ``kind``."""

    reason = "log_identifier_not_granted"
    ja = "この {kind} は、照会許可 {grant} にありません。"
    en = "This {kind} isn't named in the grant {grant}."


class GrantUnreadable(NotPermitted):
    """Its key is gone. Fields: ``grant``."""

    reason = "search_grant_unreadable"
    ja = "照会許可 {grant} の内容は保存期間が終わって読めません。必要なら、新しく申請してください。"
    en = "What the grant {grant} allowed can't be read any more: its period is over. Ask for a new one if need be."


class AnswerOvertaken(Unavailable):
    """Keys were destroyed while the answer was made, so it isn't given."""

    reason = "log_answer_overtaken"
    ja = "答えを作る間に保存期間の終わりが来て、鍵が破棄されました。もう一度照会してください。"
    en = "While the answer was made, a period ended and keys were destroyed. Ask again."

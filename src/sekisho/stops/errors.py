"""What the stops desk refuses. No error holds a telephone number or a name.

::

    SekishoError
    ├── InputRefused
    │   ├── RequestRefused         a field of a request, notice or other document can't be accepted
    │   │   └── EraDateRefused     a date in an era that doesn't exist
    │   ├── TooManyNumbers         more numbers than one document may have
    │   ├── RequestRepeated        the same force's document number with other contents
    │   ├── UnknownStop            there is no such request, denial, objection … here
    │   ├── WrongStep              it isn't in a state in which this can be done
    │   ├── NotUnderScheme         the rules of the scheme don't let this be done
    │   ├── TreeRefused            an edge of the wholesale tree contradicts the others
    │   └── SettingRefused         a setting can't be accepted
    └── Unavailable
        └── CallCoreUnavailable    the call core didn't confirm
"""

from __future__ import annotations

from sekisho.errors import InputRefused, Lang, Unavailable
from sekisho.stops.steps import NEXT, STATES
from sekisho.stops.words import StopWords


class RequestRefused(StopWords, InputRefused):
    """A field can't be accepted. Fields: ``field``, ``problem``."""

    reason = "stop_request_refused"
    http_status = 422
    ja = "「{field}」を受け付けられません（{problem}）。書面を見て直し、もう一度登録してください。"
    en = "'{field}' can't be accepted ({problem}). Look at the paper, mend it and enter it again."


class EraDateRefused(RequestRefused):
    """A date that can't be read, or an era day that doesn't exist. Fields: ``field``, ``problem``."""

    reason = "stop_date_refused"
    ja = "「{field}」の日付を読めません（{problem}）。2026-11-23 か 令和8年11月23日 の形で入れてください。"
    en = "The date of '{field}' can't be read ({problem}). Write 2026-11-23 or 令和8年11月23日."


class TooManyNumbers(InputRefused):
    """More numbers than one document may have. Fields: ``given``, ``most``."""

    reason = "stop_too_many_numbers"
    http_status = 422
    ja = "番号が {given} 件あります。1件の要請は {most} 件までです。書面ごとに分けて登録してください。"
    en = "There are {given} numbers; a request has at most {most}. Enter each paper by itself."


class RequestRepeated(InputRefused):
    """The same force's document number with other contents. Fields: ``request``."""

    reason = "stop_request_repeated"
    http_status = 409
    ja = "この警察の文書番号は、別の内容の要請 {request} に登録されています。番号と内容を折り返して確かめてください。"
    en = "This force's document number stands for other contents, request {request}. Call back about it."


class UnknownStop(StopWords, InputRefused):
    """There is no such thing here. Fields: ``what``, ``id``."""

    reason = "unknown_stop"
    http_status = 404
    ja = "{what}「{id}」はありません。"
    en = "There is no {what} {id}."


class WrongStep(InputRefused):
    """It isn't in a state in which this can be done. Fields: ``id``, ``state``, ``next``, in English; their Japanese
    words are in :mod:`sekisho.stops.steps`."""

    reason = "stop_wrong_step"
    http_status = 409
    ja = "{id} は「{state}」なので、これはできません。次にすること: {next}"
    en = "{id} is '{state}', so this can't be done. Next: {next}"

    def sentence(self, lang: Lang) -> str:
        """The sentence in ``lang``."""
        if lang == "en":
            return super().sentence(lang)
        state, following = str(self.fields["state"]), str(self.fields["next"])
        return self.ja.format(
            id=self.fields["id"], state=STATES.get(state, state), next=NEXT.get(following, following)
        )


class NotUnderScheme(InputRefused):
    """The rules of the scheme don't let this be done. Fields: ``event``, ``verdict``, ``rules``, ``missing``,
    ``why_ja``, ``why_en``."""

    reason = "not_under_scheme"
    http_status = 422
    ja = "利用停止等スキームによってはできません。{why_ja}"
    en = "It can't be done under the scheme. {why_en}"


class TreeRefused(StopWords, InputRefused):
    """An edge of the wholesale tree contradicts the others. Fields: ``field``, ``problem``."""

    reason = "wholesale_tree_refused"
    http_status = 422
    ja = "卸の系統に加えられません（{field}: {problem}）。番号の範囲と期間を確かめてください。"
    en = "This can't be put in the wholesale tree ({field}: {problem}). Check range and dates."


class SettingRefused(StopWords, InputRefused):
    """A setting can't be accepted. Fields: ``name``, ``problem``."""

    reason = "stop_setting_refused"
    http_status = 422
    ja = "設定「{name}」を受け付けられません（{problem}）。"
    en = "The setting '{name}' can't be accepted ({problem})."


class CallCoreUnavailable(StopWords, Unavailable):
    """The call core didn't confirm. Nothing is said of whether numbers are stopped. Fields: ``act``, ``cause``."""

    reason = "call_core_unavailable"
    ja = "呼処理設備の確認を得られませんでした（{cause}）。記録は変えていません。もう一度行ってください（{act}）。"
    en = "The call core didn't confirm ({cause}). Nothing is recorded as stopped. Do it again ({act})."

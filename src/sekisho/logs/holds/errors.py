"""Why a hold was refused, or couldn't be carried out.

::

    InputRefused
    ├── HoldRefused          what is asked can't be so; names the field and the clause
    ├── ExtensionRefused     it can't be extended so far
    ├── ReleaseRefused       it can't be released for this reason
    ├── UnknownHold          no hold has this id, or none that one may know of
    └── HoldDecided          it is approved, active, releasing or released already
    Unavailable
    ├── CarvingFailed        records couldn't be copied and proven; the hold isn't active yet
    └── HoldRecordsDestroyed the hold was released: its records are gone
"""

from __future__ import annotations

from sekisho.errors import InputRefused, Unavailable


class HoldRefused(InputRefused):
    """What is asked can't be so. Fields: ``field``, ``problem``."""

    reason = "log_hold_refused"
    ja = "保全の「{field}」が正しくありません（{problem}）。"
    en = "The hold's '{field}' can't be accepted ({problem})."


class ExtensionRefused(InputRefused):
    """It can't be extended so far. Fields: ``problem``."""

    reason = "log_hold_extension_refused"
    ja = "この延長はできません（{problem}）。"
    en = "It can't be extended so ({problem})."


class ReleaseRefused(InputRefused):
    """It can't be released for this reason. Fields: ``problem``."""

    reason = "log_hold_release_refused"
    ja = "この保全は解除できません（{problem}）。"
    en = "The hold can't be released so ({problem})."


class UnknownHold(InputRefused):
    """No hold has this id, or none that one may know of. Fields: ``hold``."""

    reason = "unknown_log_hold"
    http_status = 404
    ja = "「{hold}」という保全はありません。`sekisho log hold list` で確かめてください。"
    en = "There is no hold {hold}. See `sekisho log hold list`."


class HoldDecided(InputRefused):
    """It is in another state. Fields: ``hold``, ``state``."""

    reason = "log_hold_decided"
    http_status = 409
    ja = "保全 {hold} は「{state}」です。"
    en = "The hold {hold} is {state}."


class CarvingFailed(Unavailable):
    """Records couldn't be copied and proven; the hold isn't active yet. Fields: ``hold``, ``kind``, ``day``,
    ``problem``."""

    reason = "log_carving_failed"
    ja = (
        "保全 {hold}: {kind} の {day} の記録を写せません（{problem}）。その日は消去されません。"
        "バックアップから戻して `sekisho due` をやり直してください。"
    )
    en = (
        "Hold {hold}: records of {kind} on {day} can't be copied ({problem}). That day is not erased meanwhile: "
        "restore it from a backup and run `sekisho due` again."
    )


class HoldRecordsDestroyed(Unavailable):
    """The hold was released: its records are gone. Fields: ``hold``."""

    reason = "log_hold_records_destroyed"
    http_status = 410
    ja = "保全 {hold} は解除され、写しは消去されました。"
    en = "The hold {hold} was released and its copies destroyed."

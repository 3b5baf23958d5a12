"""Why a key was not made, used, destroyed or restored: one class per reason.

::

    KeysError
    ├── InputRefused
    │   ├── KeyNameNotValid       a name outside [a-z0-9./-], or too long
    │   ├── KeyNameUsed           the name exists or was destroyed; it is never made again
    │   ├── WrongKindOfKey        a signing key where a data key is needed, or the reverse
    │   ├── ReservedInfo          derivation info or length the keyring keeps for itself
    │   ├── KeyFileRefused        the key file can be read by others, or isn't a key file
    │   ├── PassphraseTooShort    shorter than the least length
    │   ├── KeyringExists         there is a keyring already
    │   ├── BackupPlaceRefused    beside the data, or something is there already
    │   ├── BackupTermsRefused    number used, or a life that isn't allowed
    │   └── KeysStayInTheDevice   the keys of a security module can't be written out
    ├── CheckFailed
    │   ├── CouldNotDecrypt       wrong key, wrong context, or changed bytes
    │   ├── CouldNotUnlock        wrong passphrase or key file
    │   ├── KeyringDamaged        what is on disk contradicts itself
    │   ├── KeyNotProtected       the token would let the key out
    │   └── BackupConflicts       the keyring holds a different key under a name in the backup
    ├── NotPermitted
    │   ├── KeyDestroyed          the key's life has ended
    │   └── BackupExpired         the backup's life has ended
    └── Unavailable
        ├── KeyNotFound           no key was ever made under this name
        ├── KeyringNotFound       no keyring here
        ├── KeyringClosed         closed, or opened by another process
        ├── BackupNotFound        the catalogue knows no such backup
        └── KeyringUnavailable    disk or token did not answer
"""

from __future__ import annotations

from typing import ClassVar

from sekisho.errors import CheckFailed, InputRefused, NotPermitted, SekishoError, Unavailable


class KeysError(SekishoError):
    """Any failure of this package. Never carries key material, passphrases or PINs."""


class KeyNameNotValid(KeysError, InputRefused):
    """The name is not one a key may have. Fields: ``name`` (shortened)."""

    reason: ClassVar[str] = "key_name_not_valid"
    ja = "鍵の名前「{name}」は使えません。英小文字・数字・「.」「-」と区切りの「/」で、200文字以内にしてください。"
    en = "A key can't be named {name!r}. Use a-z, 0-9, '.', '-' and '/' between parts, at most 200 characters."


class KeyNameUsed(KeysError, InputRefused):
    """The name exists or existed. Fields: ``name``, ``state`` (``live`` or ``destroyed``)."""

    reason: ClassVar[str] = "key_name_used"
    http_status = 409
    ja = "鍵「{name}」は既に作られています（状態: {state}）。破棄された名前も使えません。別の名前で作ってください。"
    en = "The key {name} was already made (state: {state}). A destroyed name is never made again; choose another name."


class WrongKindOfKey(KeysError, InputRefused):
    """The key is of the other kind. Fields: ``name``, ``kind``, ``needed``."""

    reason: ClassVar[str] = "wrong_kind_of_key"
    ja = "鍵「{name}」は {kind} 用で、{needed} 用ではありません。用途に合う鍵の名前を指定してください。"
    en = "The key {name} is a {kind} key, not a {needed} key. Name a key made for this purpose."


class ReservedInfo(KeysError, InputRefused):
    """Derivation info or length that is not allowed. Fields: ``why``."""

    reason: ClassVar[str] = "reserved_info"
    ja = "この派生は受け付けられません（{why}）。別の用途ラベルか長さを指定してください。"
    en = "This derivation is not allowed ({why}). Use another purpose label or length."


class KeyFileRefused(KeysError, InputRefused):
    """The key file is not safe to use or not a key file. Fields: ``path``, ``why``."""

    reason: ClassVar[str] = "key_file_refused"
    ja = "鍵ファイル {path} は使えません（{why}）。所有者だけが読める（chmod 600）32バイトのファイルにしてください。"
    en = "The key file {path} can't be used ({why}). Make it a 32-byte file only its owner can read (chmod 600)."


class PassphraseTooShort(KeysError, InputRefused):
    """The passphrase is too short to protect something new. Fields: ``least``."""

    reason: ClassVar[str] = "passphrase_too_short"
    ja = "パスフレーズが短すぎます。{least}文字以上にしてください（単語をいくつか並べると覚えやすくなります）。"
    en = "The passphrase is too short. Use at least {least} characters (several words in a row are easier to remember)."


class KeyringExists(KeysError, InputRefused):
    """A keyring is already there. Fields: ``path``."""

    reason: ClassVar[str] = "keyring_exists"
    http_status = 409
    ja = "{path} には既に鍵束があります。それを開くか、別の場所を指定してください。"
    en = "There is already a keyring in {path}. Open it, or choose another place."


class BackupPlaceRefused(KeysError, InputRefused):
    """A backup can't be written there. Fields: ``path``, ``why``."""

    reason: ClassVar[str] = "backup_place_refused"
    ja = "鍵のバックアップを {path} には置けません（{why}）。データやそのバックアップとは別の媒体を指定してください。"
    en = "A key backup can't go to {path} ({why}). Choose a medium apart from the data and its backups."


class BackupTermsRefused(KeysError, InputRefused):
    """Number or life of the backup are not allowed. Fields: ``why``."""

    reason: ClassVar[str] = "backup_terms_refused"
    ja = "バックアップの条件を受け付けられません（{why}）。次の番号と、許される期限内の有効期限を指定してください。"
    en = "These backup terms are not allowed ({why}). Use the next number and an expiry within the limit."


class KeysStayInTheDevice(KeysError, InputRefused):
    """The keys never leave the security module, so Sekisho can't back them up. Fields: ``token``."""

    reason: ClassVar[str] = "keys_stay_in_the_device"
    ja = "HSM「{token}」の鍵は外に出せません。HSM自身のバックアップ機能を使い、その番号と期限を台帳に登録してください。"
    en = "Keys of the token {token!r} never leave it. Use the device's own backup and register its number and expiry."


class CouldNotDecrypt(KeysError, CheckFailed):
    """The bytes don't open under this key and context.

    Fields: ``name``. Says nothing about which of the two is wrong.
    """

    reason: ClassVar[str] = "could_not_decrypt"
    ja = "鍵「{name}」では復号できません。データが変わっているか、鍵・文脈が違います。元のデータを確かめてください。"
    en = "This does not open under the key {name}: changed bytes, or another key or context. Check where it came from."


class CouldNotUnlock(KeysError, CheckFailed):
    """The passphrase or key file is not the one. Fields: ``path``, ``means``."""

    reason: ClassVar[str] = "could_not_unlock"
    http_status = 503
    ja = "{path} を開けません。{means} が違うか、ファイルが変わっています。正しいものを指定してください。"
    en = "{path} does not open: wrong {means}, or the file was changed. Give the right one."


class KeyringDamaged(KeysError, CheckFailed):
    """What is on disk contradicts itself; nothing is answered from it. Fields: ``path``, ``why``."""

    reason: ClassVar[str] = "keyring_damaged"
    http_status = 503
    ja = "鍵束の {path} が壊れているか、書き換えられています（{why}）。止めて、鍵のバックアップから復元してください。"
    en = "{path} of the keyring is damaged or was altered ({why}). Stop, and restore from a key backup."


class KeyNotProtected(KeysError, CheckFailed):
    """The token holds the key in a way that lets it out. Fields: ``name``."""

    reason: ClassVar[str] = "key_not_protected"
    http_status = 503
    ja = "HSM内の鍵「{name}」は取り出し可能になっています。使わずに、HSMの管理者に確認してください。"
    en = "The key {name} on the token can be extracted. It is not used; ask whoever administers the token."


class BackupConflicts(KeysError, CheckFailed):
    """Another key is already there under a name in the backup; nothing was restored. Fields: ``name``."""

    reason: ClassVar[str] = "backup_conflicts"
    ja = "鍵「{name}」は既に別の値で存在します。何も復元していません。空の鍵束に復元してください。"
    en = "The keyring holds a different key {name}. Nothing was restored; restore into an empty keyring."


class KeyDestroyed(KeysError, NotPermitted):
    """The key's life has ended; what it protected can't be read again. Fields: ``name``, ``epoch``, ``at``."""

    reason: ClassVar[str] = "key_destroyed"
    http_status = 410
    ja = "鍵「{name}」は {at} に破棄されました（第{epoch}世代）。この鍵で守られた内容はもう読めません。"
    en = "The key {name} was destroyed at {at} (epoch {epoch}). What it protected can no longer be read."


class BackupExpired(KeysError, NotPermitted):
    """The backup may no longer be used. Fields: ``number``, ``expires_at``."""

    reason: ClassVar[str] = "backup_expired"
    http_status = 410
    ja = "鍵のバックアップ第{number}号は {expires_at} に期限が切れました。廃棄し、新しい番号のものを使ってください。"
    en = "Key backup {number} expired at {expires_at}. Dispose of it and use one with a newer number."


class KeyNotFound(KeysError, Unavailable):
    """No key was ever made under this name. Fields: ``name``."""

    reason: ClassVar[str] = "key_not_found"
    http_status = 404
    ja = "鍵「{name}」はありません。名前を確かめるか、先に作ってください。"
    en = "There is no key {name}. Check the name, or create it first."


class KeyringNotFound(KeysError, Unavailable):
    """No keyring in this place. Fields: ``path``."""

    reason: ClassVar[str] = "keyring_not_found"
    ja = "{path} に鍵束がありません。場所を確かめるか、先に作ってください。"
    en = "There is no keyring in {path}. Check the place, or make one first."


class KeyringClosed(KeysError, Unavailable):
    """The keyring was closed, or was opened by another process. Fields: ``why``."""

    reason: ClassVar[str] = "keyring_closed"
    ja = "鍵束は開いていません（{why}）。このプロセスで開き直してください。"
    en = "The keyring isn't open ({why}). Open it again in this process."


class BackupNotFound(KeysError, Unavailable):
    """The catalogue knows no such backup. Fields: ``number``."""

    reason: ClassVar[str] = "backup_not_found"
    http_status = 404
    ja = "鍵のバックアップ第{number}号は記録にありません。番号を確かめてください。"
    en = "The catalogue knows no key backup {number}. Check the number."


class KeyringUnavailable(KeysError, Unavailable):
    """Disk or token did not do what was asked; whether it took effect is found out on the next use. Fields: ``why``."""

    reason: ClassVar[str] = "keyring_unavailable"
    ja = "鍵束が応答しません（{why}）。ディスクまたはHSMの状態を確かめ、もう一度実行してください。"
    en = "The keyring did not answer ({why}). Check the disk or token, then try again."

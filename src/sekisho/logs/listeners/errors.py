"""What can go wrong with a listener.

::

    SekishoError
    ├── InputRefused
    │   ├── ListenRefused      what was declared of a listener can't be so
    │   └── SecretsRefused     the file of shared secrets can't be used
    └── Unavailable
        └── PortUnavailable    the address and port can't be listened at
"""

from __future__ import annotations

from sekisho.errors import InputRefused, Unavailable


class ListenRefused(InputRefused):
    """What was declared of a listener can't be so. Fields: ``field``, ``problem``."""

    reason = "listen_refused"
    ja = "待受けの「{field}」が正しくありません（{problem}）。"
    en = "The listener's '{field}' can't be accepted ({problem})."


class SecretsRefused(InputRefused):
    """The file of shared secrets can't be used. Fields: ``path``, ``problem``."""

    reason = "radius_secrets_refused"
    ja = "RADIUS の共有鍵のファイル {path} を使えません（{problem}）。直してから、もう一度始めてください。"
    en = "The file of RADIUS secrets {path} can't be used ({problem}). Correct it and start again."


class PortUnavailable(Unavailable):
    """The address and port can't be listened at. Fields: ``endpoint``, ``why``."""

    reason = "listen_port_unavailable"
    ja = "{endpoint} で待ち受けられません（{why}）。使っているものを止めるか、別の番号にしてください。"
    en = "Can't listen at {endpoint} ({why}). Stop what uses it, or choose another port."

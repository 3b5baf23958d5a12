"""What can go wrong with a destruction and its certificate.

::

    CheckFailed
    └── CertificateRefused   a destruction certificate doesn't hold; names the step
    Unavailable
    ├── ProbeFailed          the other process could not be asked, or found what it shouldn't
    └── NotPublished         the ledger's published checkpoint doesn't hold a leaf yet
"""

from __future__ import annotations

from sekisho.errors import CheckFailed, Unavailable


class CertificateRefused(CheckFailed):
    """A destruction certificate doesn't hold. Fields: ``step`` (its number), ``problem``."""

    reason = "certificate_refused"
    ja = (
        "破棄の証明書は成り立ちません（手順{step}: {problem}）。"
        "発行した事業者に、台帳の書き出しと併せて確かめてください。"
    )
    en = "The certificate doesn't hold (step {step}: {problem}). Ask the operator; compare with the ledger's export."


class ProbeFailed(Unavailable):
    """The other process could not be asked. Says nothing about the key. Fields: ``why``."""

    reason = "probe_failed"
    ja = (
        "別のプロセスで鍵を確かめられませんでした（{why}）。破棄は途中です。"
        "原因を除いて `sekisho due` をやり直してください。"
    )
    en = (
        "Another process could not check the key ({why}). The destruction is half-way: repair that and run "
        "`sekisho due` again."
    )


class NotPublished(Unavailable):
    """The published ledger doesn't hold a leaf of the certificate yet. Fields: ``leaf``."""

    reason = "not_published"
    ja = "台帳の公開がまだ葉 {leaf} に届いていません。少し後でもう一度出してください。"
    en = "The published ledger doesn't hold leaf {leaf} yet. Ask again in a moment."

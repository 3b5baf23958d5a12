"""Errors of live sign-ins, beyond those of :mod:`sekisho.contracts.evidence.oidc.errors`.

::

    InputRefused
    ├── UnknownProvider         no provider of this issuer (and client) is configured in the workspace
    ├── RedirectNotRegistered   the redirect address isn't one of the provider's configuration
    └── CredentialMissing       the workspace has no key or secret for this provider
"""

from __future__ import annotations

from sekisho.errors import InputRefused


class UnknownProvider(InputRefused):
    """No provider of this issuer (and client) is configured in the workspace, or several clients and none named."""

    reason = "unknown_provider"
    http_status = 404
    ja = "提供元「{issuer}」は設定されていません。`sekisho contract trust add oidc_provider FILE` で登録してください。"
    en = "The provider '{issuer}' isn't configured. Register it by `sekisho contract trust add oidc_provider FILE`."


class RedirectNotRegistered(InputRefused):
    """The redirect address isn't one of those configured: a code sent anywhere else would be somebody else's."""

    reason = "redirect_not_registered"
    http_status = 422
    ja = "戻り先「{redirect_uri}」は提供元の設定（redirect_uris）にありません。登録済みの戻り先を使ってください。"
    en = "The redirect address '{redirect_uri}' isn't among the provider's redirect_uris. Use a configured one."


class CredentialMissing(InputRefused):
    """The workspace has no key or secret for this provider."""

    reason = "provider_credential_missing"
    http_status = 422
    ja = (
        "提供元「{issuer}」に示す鍵（または secret）がありません。"
        "`sekisho contract sign-in-credential` で登録してください。"
    )
    en = "There is no key or secret for '{issuer}'. Add it by `sekisho contract sign-in-credential`."

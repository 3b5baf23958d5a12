"""``sekisho contract sign-in-credential``: the key or secret by which this workspace proves itself to a provider."""

from __future__ import annotations

import click

from sekisho.access.roles import Scope
from sekisho.access.service import stated_principal
from sekisho.cli.contract_verify import read_at_most
from sekisho.cli.session import Session, output_options, pass_session
from sekisho.contracts.adapters.oidc_http import OidcHttp
from sekisho.contracts.evidence.oidc.client import MAX_CREDENTIAL, SigningKey
from sekisho.contracts.service import ContractService
from sekisho.contracts.sign_in.credentials import keep_credential
from sekisho.contracts.sign_in.service import SignInService


@click.command("sign-in-credential")
@click.argument("issuer")
@click.argument("file", metavar="FILE")
@click.option("--client-id", help="同じ提供元に複数あるとき / Where the provider knows several clients.")
@output_options
@pass_session
def credential(session: Session, issuer: str, file: str, client_id: str | None) -> None:
    """提供元 ISSUER に示す秘密鍵（PEM）か secret を FILE から暗号化して保存する / Keep the private key or secret."""
    content = read_at_most(file, MAX_CREDENTIAL)
    with session.open() as workspace:
        with workspace.database.read() as connection:
            principal = stated_principal(connection, session.require_staff(), required=Scope.TRUST_MANAGE)
        desk = ContractService(workspace)
        provider = SignInService(workspace, desk.trust, desk.evidence, OidcHttp()).provider(issuer, client_id)
        kept = keep_credential(workspace, provider, content, by=f"stated:{principal.staff_id}")
    # The public half is what the provider is given; a secret is never shown.
    public = dict(kept.public_jwk()) if isinstance(kept, SigningKey) else None
    if session.json:
        session.answer({"issuer": issuer, "client_id": provider.client_id, "public_jwk": public})
        return
    session.say_in(f"保存しました: {issuer}（{provider.client_id}）", f"Kept: {issuer} ({provider.client_id})")

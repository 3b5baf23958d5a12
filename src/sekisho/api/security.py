"""Who calls: a bearer token on every address, checked for one scope.

There is no way in without; only the description of the interface itself (``/v1/openapi.json``) is for anybody.
"""

from __future__ import annotations

from contextlib import suppress

from fastapi import Request

from sekisho.access.cache import PrincipalCache
from sekisho.access.errors import ScopeMissing
from sekisho.access.principal import Principal
from sekisho.access.roles import Scope
from sekisho.access.service import authenticate_cached
from sekisho.api.errors import TokenMissing
from sekisho.contracts.service import Caller
from sekisho.workspace import Workspace


class Gate:
    """Authenticates requests of one workspace. A revocation acts with the next request."""

    def __init__(self, workspace: Workspace) -> None:
        """Keeps principals for seconds, and asks the database for changes each time."""
        self._workspace = workspace
        self._cache = PrincipalCache()

    def admit(self, request: Request, scope: Scope, *others: Scope) -> Principal:
        """The principal behind the request's token, which has ``scope`` or one of the others; the errors of
        :mod:`sekisho.access.errors` or ``TokenMissing``."""
        for each in others:
            with suppress(ScopeMissing):
                return self._admit(request, each)
        return self._admit(request, scope)

    def _admit(self, request: Request, scope: Scope) -> Principal:
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not token.strip():
            raise TokenMissing
        with self._workspace.database.read() as connection:
            return authenticate_cached(
                connection, self._cache, token.strip(), required=scope, now=self._workspace.clock.now()
            )


def caller(principal: Principal) -> Caller:
    """The principal as the contract desk sees it: evidence counts as attested only with the scope ``attest``."""
    return Caller(f"token:{principal.token_id}", may_attest=Scope.ATTEST in principal.scopes)

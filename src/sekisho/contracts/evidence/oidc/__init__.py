"""OpenID Connect, the relying party's side: pure and strict, shared by the kinds that rest on somebody's sign-in.

::

    profile.py        limits, algorithms, providers     messages.py         strict JSON of bounded size and depth
    provider.py       an operator's trust file          jwks.py             the provider's keys
    authorization.py  the request and its answer        compact.py          signed JWTs
    client.py         how we prove ourselves            id_token.py         claims of an ID token
    discovery.py      the provider's metadata           userinfo.py         claims about the person
    exchange.py       the token endpoint's messages     verified_claims.py  OpenID Connect for Identity Assurance
    document.py       one sign-in in one document       verify.py           steps 0 to 10 of every such kind
    ports.py          what was begun; transport         errors.py           one class per reason

Does no networking: :mod:`sekisho.contracts.adapters.oidc_http` sends what :mod:`.exchange` makes. Knows no access
token's meaning, no refresh token, no implicit or hybrid flow.
"""

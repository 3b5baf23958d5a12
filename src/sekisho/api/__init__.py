"""The HTTP interface: ``/v1/…``, OpenAPI 3.1, problem+json (RFC 9457), bearer tokens with scopes (RFC 6750)."""

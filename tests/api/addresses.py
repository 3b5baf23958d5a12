"""Addresses of the desks for apps, calls and stops, for what every address must do."""

from __future__ import annotations

from typing import Final

CALLS: Final = (
    ("POST", "/v1/calls/decisions"),
    ("GET", "/v1/calls/lists"),
    ("POST", "/v1/calls/lists/entries"),
    ("POST", "/v1/calls/lists/entries/x/remove"),
    ("POST", "/v1/calls/lists/free"),
    ("POST", "/v1/calls/lists/imports"),
    ("GET", "/v1/calls/appeals"),
    ("POST", "/v1/calls/appeals"),
    ("POST", "/v1/calls/appeals/x/uphold"),
    ("POST", "/v1/calls/appeals/x/reject"),
    ("GET", "/v1/calls/agreements"),
    ("POST", "/v1/calls/agreements"),
    ("POST", "/v1/calls/agreements/x/end"),
    ("POST", "/v1/calls/defaults"),
    ("POST", "/v1/calls/proposals/x/approve"),
    ("POST", "/v1/calls/proposals/x/make"),
    ("POST", "/v1/calls/proposals/x/withdraw"),
    ("POST", "/v1/calls/lines"),
    ("POST", "/v1/calls/lines/find"),
    ("POST", "/v1/calls/lines/end"),
    ("POST", "/v1/calls/rule-sets"),
    ("POST", "/v1/calls/rule-sets/end-shadow"),
    ("GET", "/v1/calls/bundles"),
    ("POST", "/v1/calls/bundles"),
    ("POST", "/v1/calls/bundles/00000001/roll-back"),
    ("GET", "/v1/calls/designations"),
    ("POST", "/v1/calls/designations"),
    ("GET", "/v1/calls/connectors"),
    ("POST", "/v1/calls/connectors/x"),
)
APPS: Final = (
    ("GET", "/v1/apps/scans"),
    ("POST", "/v1/apps/scans"),
    ("GET", "/v1/apps/scans/x"),
    ("GET", "/v1/apps/questions"),
    ("POST", "/v1/apps/answers"),
)
STOPS: Final = (
    ("GET", "/v1/stops/requests"),
    ("POST", "/v1/stops/requests"),
    ("GET", "/v1/stops/requests/x"),
    ("POST", "/v1/stops/requests/x/call-back"),
    ("POST", "/v1/stops/requests/x/contractor-report"),
    ("GET", "/v1/stops/figures/x"),
    ("POST", "/v1/stops/proposals"),
    ("GET", "/v1/stops/proposals/x"),
    ("POST", "/v1/stops/proposals/x/approve"),
    ("POST", "/v1/stops/proposals/x/order"),
    ("POST", "/v1/stops/proposals/x/withdraw"),
    ("POST", "/v1/stops/proposals/x/confirm"),
    ("GET", "/v1/stops/denials"),
    ("POST", "/v1/stops/denials"),
    ("GET", "/v1/stops/contractors/x/count"),
    ("POST", "/v1/stops/objections"),
    ("POST", "/v1/stops/objections/x/decide"),
)

"""What third parties' hosts answer, and the markup by which a page sends to them. Made from the declaration alone."""

from __future__ import annotations

import json
from typing import Final
from urllib.parse import parse_qs, urlencode
from zlib import crc32

from bench.apps_town.declared import Operator, Party, Send, operators, parties
from sekisho.apps.evidence import Consent

GIF: Final = bytes.fromhex("47494638396101000100800000000000ffffff21f90401000000002c00000000010001000002024401003b")
"""The smallest image there is, 1 by 1."""

_BANNER: Final = (
    '<!doctype html><html lang="ja"><title>Cookie</title><p>Cookieの利用に同意しますか。</p>'
    "<button onclick=\"parent.postMessage({choice: 'accepted'}, '*')\">すべて許可</button>"
    "<button onclick=\"parent.postMessage({choice: 'rejected'}, '*')\">必要なもののみ</button>"
)

Answer = tuple[int, list[tuple[str, str]], bytes]
"""Status, headers, body."""


def markup(operator: Operator, send: Send, state: Consent, kind: str) -> str:
    """The HTML by which a page, or another party's tag, makes the browser send to this party."""
    party = parties()[send.party]
    base = f"{operator.scheme}://{party.host}"
    query = urlencode({"o": operator.host, "s": state.value, "p": kind})
    page = "encodeURIComponent(location.href)"
    match party.by:
        case "script":
            return f'<script src="{base}/tag.js?{query}"></script>'
        case "image":
            return f'<img alt="" width="1" height="1" src="{base}/p.gif?{query}">'
        case "redirect":
            return f'<img alt="" width="1" height="1" src="{base}/hop?{query}">'
        case "css":
            return f'<link rel="stylesheet" href="{base}/s.css?{query}">'
        case "iframe":
            return f'<iframe src="{base}/frame.html?{query}" width="1" height="1" title="tag"></iframe>'
        case "fetch":
            return (f'<script>fetch("{base}/v1/events?{query}", {{method: "POST", mode: "no-cors", '
                    ' credentials: "include",'
                    f" body: JSON.stringify({{page: location.href, agent: navigator.userAgent}})}})"
                    ".catch(() => 0);</script>")
        case "beacon":
            return (f'<script>navigator.sendBeacon("{base}/b?{query}",'
                    f' new Blob([JSON.stringify({{page: location.href}})]));'
                    f"</script>{_form_script(base, party)}")
        case "websocket":
            scheme = "wss" if operator.scheme == "https" else "ws"
            return (f'<script>{{ const s = new WebSocket("{scheme}://{party.host}/ws?{query}"); '
                    f"s.onopen = () => s.send(JSON.stringify({{page: location.href}})); }}</script>")
        case "banner_frame":
            return (f'<div id="cc" style="padding:0;border:0"><iframe src="{base}/banner.html?{query}" title="Cookie" '
                    'style="width:100%;height:180px;border:0"></iframe></div><script>'
                    "addEventListener('message', (e) => { if (e.data.choice) choose(e.data.choice); });</script>")
        case "worker":
            return f'<script>new Worker("/worker.js?" + {page} + "&to={party.host}&{query}");</script>'
        case _:
            raise ValueError(party.by)


def answer(host: str, path: str, query: str) -> Answer:
    """What a party's host answers."""
    party = parties()[host]
    given = {key: values[0] for key, values in parse_qs(query).items()}
    operator = operators().get(given.get("o", ""))
    headers = [("Access-Control-Allow-Origin", "*"), ("Cache-Control", "max-age=3600")]
    if "cookie" in party.takes and (operator is None or operator.scheme == "https"):
        headers.append(("Set-Cookie", f"uid=t{crc32(host.encode()):010d}x7f3; Secure; SameSite=None; Max-Age=31536000"))
    if path == "/tag.js" and operator is not None:
        script = _script(operator, party, Consent(given["s"]), given["p"])
        return 200, [*headers, ("Content-Type", "text/javascript; charset=utf-8")], script.encode()
    if path == "/hop" and operator is not None:
        after = [each for each in operator.sent(Consent(given["s"]), given["p"]) if each.via == host]
        if after:
            return 302, [*headers, ("Location", f"https://{after[0].party}/sync?{query}&partner=t123x")], b""
    if path == "/frame.html":
        body = f'<!doctype html><title>tag</title><img alt="" src="https://{host}/p.gif?in=frame">'
        return 200, [*headers, ("Content-Type", "text/html; charset=utf-8")], body.encode()
    if path == "/banner.html":
        return 200, [*headers, ("Content-Type", "text/html; charset=utf-8")], _BANNER.encode()
    if path == "/s.css":
        return 200, [*headers, ("Content-Type", "text/css")], b".town { color: inherit }"
    return 200, [*headers, ("Content-Type", "image/gif")], GIF


def _script(operator: Operator, party: Party, state: Consent, kind: str) -> str:
    base = f"{operator.scheme}://{party.host}"
    lines = ["(() => {"]
    if "script_cookie" in party.takes:
        lines.append('document.cookie = "_town=GA1.1.1234567890.1699999999; max-age=63072000; path=/";')
    if "storage" in party.takes:
        lines.append('localStorage.setItem("town_uid", "u-5f2d9c31");')
    canvas = '""'
    if "canvas" in party.takes:
        lines.append(
            'const c = document.createElement("canvas"); c.width = 220; c.height = 40; const x = c.getContext("2d");'
            'x.fillStyle = "#f60"; x.fillText("Cwm fjordbank 関所", 2, 15); x.fillStyle = "#069";'
            'x.fillText("glyphs vext quiz", 4, 25); const drawn = c.toDataURL().length;'
        )  # fmt: skip
        canvas = "drawn"
    if "page" in party.takes:
        lines.append(f'new Image().src = "{base}/c?u=" + encodeURIComponent(location.href) + "&f=" + {canvas};')
    children = [markup(operator, each, state, kind) for each in operator.sent(state, kind) if each.via == party.host]
    if children:
        lines.append(f"document.body.append(document.createRange().createContextualFragment({json.dumps(''.join(children))}));")
    lines.append("})();")
    return "\n".join(lines) + _form_code(base, party)


def _form_script(base: str, party: Party) -> str:
    code = _form_code(base, party)
    return f"<script>{code}</script>" if code else ""


def _form_code(base: str, party: Party) -> str:
    """Takes what is typed when a field is left, without the form being sent."""
    if "form" in party.takes:
        return (
            f'document.addEventListener("focusout", (e) => {{ if (e.target.value) navigator.sendBeacon("{base}/f",'
            "JSON.stringify({[e.target.name]: e.target.value})); });"
        )
    if "form_hashed" in party.takes:
        return (
            'document.addEventListener("focusout", async (e) => { if (e.target.type !== "email") return;'
            "const typed = new TextEncoder().encode(e.target.value.trim().toLowerCase());"
            "const d = await crypto.subtle.digest('SHA-256', typed);"
            "const h = [...new Uint8Array(d)].map((b) => b.toString(16).padStart(2, '0')).join('');"
            f'new Image().src = "{base}/tr?ud[em]=" + h; }});'
        )
    return ""

"""The hostile quarter: pages that never end, ask, open, crash or hide. Each host is one trick, nobody's code."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Final

QUARTER: Final = ".hostile.example"
GIGABYTE: Final = 1024 * 1024 * 1024

_BANNER: Final = (
    "<div style='position:fixed;bottom:0' role=dialog>Cookieを利用し、情報を外部送信します。"
    "<button>同意する</button><button>拒否する</button></div>"
)

_PAGES: Final = {
    # Frames in frames, each with another address so that the browser's own limit doesn't count.
    "nest": "<script>for (let i = 0; i < 3; i++) { const f = document.createElement('iframe');"
            "f.src = '/?n=' + Math.random(); document.body.append(f); }</script>",
    "restless": "<script>setInterval(() => fetch('/beat?' + Math.random()), 40)</script>",
    "flood": "<script>for (let i = 0; i < 20000; i++) fetch('/f?' + i)</script>",
    "alerts": "<script>for (;;) alert('もう一度')</script>",
    "confirms": "<script>while (!confirm('よろしいですか')) ;</script>",
    "staying": "<script>onbeforeunload = (e) => { e.preventDefault(); return 'まだ'; };"
               "document.addEventListener('click', () => 0)</script>",
    "reload": "<script>location.href = '/?' + Math.random()</script>",
    "endless": "<script>addEventListener('scroll', () => { for (let i = 0; i < 50; i++) document.body.append("
               "Object.assign(document.createElement('p'), {textContent: 'もっと'}));"
               "fetch('/more?' + Math.random()) }); document.body.style.height = '5000px'</script>",
    "windows": "<script>for (let i = 0; i < 300; i++) open('/w?' + i)</script>",
    "heap": "<script>const a = []; for (;;) a.push(new Array(1e6).fill(Math.random()))</script>",
    "hog": "<script>const a = [];"
           "setInterval(() => { const b = new Uint8Array(2 ** 27).fill(1); a.push(b) }, 5)</script>",
    "spin": "<script>addEventListener('load', () => setTimeout(() => { for (;;) ; }, 100))</script>",
    "chatter": "<script>setInterval(() => { "
               "for (let i = 0; i < 20000; i++) console.log('x'.repeat(1000)) }, 1)</script>",
    "evals": "<script>setInterval(() => { for (let i = 0; i < 5000; i++) new Function('return ' + i)() }, 1)</script>",
    "replaced": "<script>HTMLCanvasElement.prototype.toDataURL = () => 'nothing to see';</script>",
    "locked": "<p>読むだけ</p><iframe sandbox srcdoc='<p>閉じた枠</p>'></iframe>",
    "worker": "<script>new Worker('/worker.js')</script>",
    "trap": "<form action='/sent' method=post><label>メールアドレス <input type=email name=email "
            "onchange='this.form.submit()'></label>"
            "<label>お名前 <input name=name onblur='this.form.requestSubmit()'></label>"
            "</form>",
    "lying": "<script>document.createTreeWalker = Array.prototype.map = JSON.stringify = () => { throw 1 };"
             "Object.defineProperty(document, 'body', {get() { throw 2 }})</script>",
    "deaf": _BANNER,
    "two": _BANNER + "<div style='position:fixed;top:0' role=dialog>クッキーの利用<button>許可する</button></div>",
    "bulk": "<script>fetch('/gigabyte').then((r) => r.arrayBuffer())</script>",
    "links": "<script>for (let i = 0; i < 30000; i++) document.body.append(Object.assign(document.createElement('a'),"
             "{href: '/k' + i + '/x', textContent: 'L' + i}))</script>",
}  # fmt: skip

NAMES: Final = (*_PAGES, "download", "bounce", "giant", "slow", "csp", "badcert", "down", "broken")
"""Every trick; ``badcert`` has another certificate, ``down`` no server at all."""


def host(name: str) -> str:
    """The host of a trick."""
    return f"{name}{QUARTER}"


def answer(name: str, path: str) -> tuple[int, list[tuple[str, str]], bytes | Iterator[bytes] | None]:
    """Status, headers and body: bytes, pieces that go on, or ``None`` for an answer that never comes."""
    html = [("Content-Type", "text/html; charset=utf-8")]
    page = "<!doctype html><html lang=ja><title>" + name + "</title><body><h1>" + name + "</h1>"
    if name == "download":
        kept = ("Content-Disposition", "attachment; filename=x.bin")
        return 200, [kept, ("Content-Type", "application/x-y")], b"x" * 99
    if name == "bounce":
        return 302, [("Location", path)], b""
    if name == "giant":
        return 200, [*html, ("Content-Length", str(GIGABYTE))], _giant(page.encode())
    if path == "/gigabyte":
        return 200, [("Content-Type", "application/octet-stream"), ("Content-Length", str(GIGABYTE))], _giant(b"")
    if name == "slow":
        return 200, html, None
    if name == "broken":
        return 200, [*html, ("Content-Length", "100")], b"\x00\xff<html"
    if name == "csp":
        policy = "default-src 'none'; script-src 'none'; sandbox; require-trusted-types-for 'script'"
        return 200, [*html, ("Content-Security-Policy", policy)], f"{page}<p>何も動きません".encode()
    if path.startswith("/worker.js"):
        return 200, [("Content-Type", "text/javascript")], b"fetch('https://www.clarity.ms/from-worker?x=1',{mode:'no-cors'})"
    if path == "/" or path.startswith("/?"):
        return 200, html, (page + _PAGES[name]).encode()
    return 200, html, json.dumps(path).encode()


def _giant(head: bytes) -> Iterator[bytes]:
    yield head
    left, piece = GIGABYTE - len(head), b"<p>x</p>" * 8192
    while left > 0:
        yield piece[:left]
        left -= len(piece)

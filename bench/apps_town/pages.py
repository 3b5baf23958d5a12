"""The operators' own pages: five kinds and what belongs to them, made from the declaration."""

from __future__ import annotations

import json
from typing import Final

from bench.apps_town.declared import KINDS, Operator
from bench.apps_town.tags import Answer, markup
from sekisho.apps.evidence import Consent

_STYLE: Final = """
body { font: 16px/1.7 sans-serif; color: #222; background: #fff; margin: 0 auto; max-width: 60rem; padding: 1rem }
footer { margin-top: 40rem } footer a { margin-right: 1rem }
#cc { position: fixed; left: 0; right: 0; bottom: 0; z-index: 9; padding: 1rem }
#cc { background: #fff; border-top: 2px solid #444 }
#cc button { font-size: 16px; padding: .6rem 1.6rem; border: 1px solid #333; background: #fff; color: #222 }
#cc .big { font-size: 22px; padding: 1rem 5rem; background: #06c; color: #fff }
#cc .faint { font-size: 10px; border: 0; background: #fff; color: #bbb; padding: 0 }
.tiny, .tiny p, .tiny td, .tiny th, .tiny h1 { font-size: 10px }
"""

_NOTICE: Final = """
<h1>利用者に関する情報の外部送信について</h1>
<p>当社のサービスでは、利用者の端末から、次の送信先へ情報を送信しています。</p>
<table><caption>外部送信の一覧</caption>
<tr><th>送信先</th><th>送信される情報</th><th>利用目的</th></tr>
<tr><td>Google LLC</td><td>閲覧したページのURL、Cookieの識別子</td><td>利用状況の分析</td></tr>
<tr><td>株式会社プレイド</td><td>閲覧したページのURL</td><td>サービスの改善</td></tr></table>
<p>これらの情報は、送信先において上の目的のために利用されます。くわしくは各送信先の説明をご覧ください。</p>
"""

_FORM: Final = """
<h1>お問い合わせ</h1><form action="/sent" method="post">
<p><label>お名前 <input name="name"></label></p><p><label>フリガナ <input name="kana"></label></p>
<p><label>メールアドレス <input type="email" name="email"></label></p>
<p>電話番号 <input name="tel1" maxlength="4" aria-label="電話番号1">
<input name="tel2" maxlength="4" aria-label="電話番号2">
<input name="tel3" maxlength="4" aria-label="電話番号3"></p>
<p><label>郵便番号 <input name="zip" maxlength="8"></label></p>
<p><label>生年月日 <input type="date" name="birth"></label></p>
<p><label>会員区分 <input name="rank"></label></p><p><button>送信する</button></p></form>
"""

_BODIES: Final = {
    "top": "<h1>{name}へようこそ</h1><p>この店は検査のために作られた架空の店です。</p>",
    "article": "<h1>お知らせ</h1><p>架空の記事です。新しい品が入りました。</p>",
    "form": _FORM,
    "shop": "<h1>架空の湯のみ</h1><p>1,200円（税込）</p><p><button type=button>かごに入れる</button></p>",
    "notice": _NOTICE,
    "privacy": "<h1>プライバシーポリシー</h1><p>当社は個人情報を適切に取り扱います。</p>",
    "optout": "<h1>情報の送信の停止</h1><p>下のボタンを押すと、以後の送信を止めます。</p>"
              "<p><button type=button onclick=\"document.cookie='optout=1; path=/; max-age=9999';"
              "this.textContent='停止しました'\">送信を停止する</button></p>",
}  # fmt: skip

_FAIR: Final = """<div id="cc" role="dialog" aria-label="Cookieの利用">
<p>当サイトではアクセス解析と広告のためにCookieを利用し、
情報を外部送信します。</p><button onclick="choose('accepted')">同意する</button>
<button onclick="choose('rejected')">拒否する</button> <a href="/external">外部送信について</a></div>"""

_DARK: Final = """<div id="cc" role="dialog"><div id="one"><p>より良い体験のためCookieを利用します。</p>
<button class="big" onclick="choose('accepted')">すべて同意して続ける</button>
<button class="faint" onclick="one.hidden=true;two.hidden=false">設定</button></div>
<div id="two" hidden><p>Cookieの設定</p><label><input type="checkbox" checked disabled> 必須</label>
<label><input type="checkbox" id="ads" checked> 広告配信</label>
<label><input type="checkbox" id="stats" checked> アクセス解析</label>
<button class="faint"
onclick="choose(ads.checked || stats.checked ? 'accepted' : 'rejected')">設定を保存</button></div></div>"""

_ONLY_OK: Final = """<div id="cc"><p>当サイトではCookieを利用しています。</p>
<button onclick="this.parentNode.remove()">OK</button></div>"""


_SHADOW: Final = """<town-consent id="cc" style="padding:0;border:0"></town-consent><script>
cc.attachShadow({mode: "open"}).innerHTML = `<div style="padding:1rem"><p>当サイトはクッキーを利用します。</p>
<button onclick="choose('accepted')">許可する</button><button onclick="choose('rejected')">許可しない</button></div>`;
</script>"""


def state_of(cookies: str) -> Consent:
    """The state that a visitor's cookies say."""
    if "optout=1" in cookies:
        return Consent.OPTED_OUT
    chosen = (state for state in (Consent.ACCEPTED, Consent.REJECTED) if f"consent={state}" in cookies)
    return next(chosen, Consent.BEFORE)


def answer(operator: Operator, path: str, query: str, cookies: str) -> Answer:
    """What an operator's own host answers."""
    html = [("Content-Type", "text/html; charset=utf-8")]
    if path == "/worker.js":
        to = next((each[3:] for each in query.split("&") if each.startswith("to=")), "")
        script = f'fetch("https://{to}/w?" + location.search.slice(1), {{mode: "no-cors"}}).catch(() => 0);'
        return 200, [("Content-Type", "text/javascript")], script.encode()
    kind = next((each for each in operator.kinds() if KINDS[each] == path), None)
    if kind is None:
        return 404, html, "<!doctype html><title>ありません</title><h1>ページがありません</h1>".encode()
    return 200, html, _page(operator, kind, state_of(cookies)).encode()


def _page(operator: Operator, kind: str, state: Consent) -> str:
    now = operator.sent(state, kind)
    tags = "".join(markup(operator, each, state, kind) for each in now if not each.via)
    later = {
        other.value: "".join(
            markup(operator, each, other, kind) for each in operator.sent(other, kind)
            if not each.via and each not in now
        )
        for other in (Consent.ACCEPTED, Consent.REJECTED)
    }  # fmt: skip
    # A tag that runs already loads at once what goes through it and became allowed.
    for other in (Consent.ACCEPTED, Consent.REJECTED):
        later[other.value] += "".join(
            markup(operator, each, other, kind) for each in operator.sent(other, kind)
            if each.via and each not in now and any(up.party == each.via and up in now for up in operator.sends)
        )  # fmt: skip
    banner = {"fair": _FAIR, "dark": _DARK, "only_ok": _ONLY_OK, "shadow": _SHADOW, "none": ""}[operator.banner]
    body = _BODIES[kind].format(name=operator.name) if kind == "top" else _BODIES[kind]
    tiny = ' class="tiny"' if operator.notice == "small" and kind == "notice" else ""
    if kind == "privacy" and operator.notice == "two_clicks":
        body += '<p><a href="/external">利用者に関する情報の外部送信</a></p>'
    return (
        f'<!doctype html><html lang="ja"><head><meta charset="utf-8"><title>{operator.name}</title>'
        f"<style>{_STYLE}</style>"
        f'<link rel="icon" href="data:,"></head>'
        f"<body><nav>{_links(operator, ('top', 'article', 'form', 'shop'))}</nav><main{tiny}>{body}</main>"
        f"<footer>{_footer(operator)}</footer>{banner if state is Consent.BEFORE else ''}{tags}"
        f"<script>const later = {json.dumps(later).replace('</', '<' + chr(92) + '/')};"
        "function choose(state) { document.cookie = `consent=${state}; path=/; max-age=9999`;"
        "document.getElementById('cc').remove();"
        "document.body.append(document.createRange().createContextualFragment(later[state])); }</script></body></html>"
    )


_NAMES: Final = {"top": "トップ", "article": "お知らせ", "form": "お問い合わせ", "shop": "商品"}


def _links(operator: Operator, kinds: tuple[str, ...]) -> str:
    return " ".join(f'<a href="{KINDS[each]}">{_NAMES[each]}</a>' for each in kinds if each in operator.kinds())


def _footer(operator: Operator) -> str:
    small = ' style="font-size:10px"' if operator.notice == "small" else ""
    links = []
    if operator.notice in {"one_click", "small"}:
        links.append(f'<a{small} href="/external">外部送信について</a>')
    links.append('<a href="/privacy">プライバシーポリシー</a>')
    if operator.opt_out:
        links.append('<a href="/optout">オプトアウト</a>')
    return " ".join(links)

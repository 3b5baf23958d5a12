"""デジタル認証アプリ, the authentication API: a sign-in with card and four-digit PIN, and what the card says.

Yields an ``authentication``. Not the method of Ordinance art. 3(1)(i)(g), which needs an electronic signature.
"""

"""The stops desk: numbers used for fraud are stopped on a police request, and who held them is refused new ones.

The scheme (特殊詐欺に利用された固定電話番号等の利用停止等スキーム) covers fixed and 050 numbers, and stock numbers. It
is an arrangement of the industry with the police: its threshold and its periods aren't public, so both are settings,
and nothing is denied by itself. A mobile number goes another way (契約者確認, the contract desk).
"""

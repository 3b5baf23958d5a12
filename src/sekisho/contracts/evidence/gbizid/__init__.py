"""gBizID: what its ``verified_claims`` with authority say of a person's standing in a corporation.

Yields an ``authority_proof``: プライム represents the corporation, メンバー belongs to it, エントリー is nothing.
"""

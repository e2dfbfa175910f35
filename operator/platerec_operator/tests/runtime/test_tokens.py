import base64
from datetime import UTC, datetime

import pytest

from platerec_operator.render.desired import Token
from platerec_operator.runtime.tokens import is_old, read_token

NOW = datetime(2026, 11, 23, tzinfo=UTC)


def secret(token: bytes, since: str | None = None) -> dict[str, object]:
    annotations = {} if since is None else {"platerec.dev/token-since": since}
    return {"metadata": {"annotations": annotations}, "data": {"token": base64.b64encode(token).decode()}}


def test_a_token_is_read_with_its_age() -> None:
    assert read_token(secret(b"abc", "2026-11-01T00:00:00Z")) == Token("abc", "2026-11-01T00:00:00Z")


@pytest.mark.parametrize("body", [{}, secret(b""), {"data": {"token": "not base64"}}, secret(b"\xff\xfe")])
def test_what_is_no_token_is_none(body: dict[str, object]) -> None:
    assert read_token(body) is None


@pytest.mark.parametrize(
    ("since", "old"),
    [
        ("2026-11-22T00:00:00Z", False),
        ("2026-10-25T00:00:00Z", False),
        ("2026-10-23T00:00:00Z", True),
        ("2026-11-22", True),
        ("", True),
    ],
)
def test_a_token_is_old_after_a_month(since: str, old: bool) -> None:
    assert is_old(Token("abc", since), NOW) == old

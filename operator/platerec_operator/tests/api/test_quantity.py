from decimal import Decimal

import pytest

from platerec_operator.api.quantity import format_bytes, parse_quantity


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("512Mi", 512 * 2**20),
        ("1.5Gi", 1536 * 2**20),
        ("200m", Decimal("0.2")),
        ("2", 2),
        (3, 3),
        ("1e3", 1000),
        ("1E", 10**18),
    ],
)
def test_quantities_are_read_as_kubernetes_reads_them(text: str | int, number: Decimal) -> None:
    assert parse_quantity(text) == number


@pytest.mark.parametrize("text", ["", "much", "1 Gi", "1gi", "Mi"])
def test_other_texts_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="no quantity"):
        parse_quantity(text)


@pytest.mark.parametrize(("count", "text"), [(2**30, "1Gi"), (1536 * 2**20, "1536Mi"), (1000, "1000"), (0, "0")])
def test_bytes_are_written_as_the_api_server_writes_them(count: int, text: str) -> None:
    assert format_bytes(count) == text

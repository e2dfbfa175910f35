"""Texts of plates as people type them, as the reader writes them. Pure."""

LATIN = str.maketrans("АВЕКМНОРСТУХ", "ABEKMHOPCTYX")  # noqa: RUF001 - the Cyrillic letters that look like Latin ones


def as_read(text: str) -> str:
    """Capitals, Latin look-alikes in place of Cyrillic letters, no spaces."""
    return "".join(text.split()).upper().translate(LATIN)

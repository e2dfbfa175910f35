"""Texts of plates as people type them, as the reader writes them. Pure."""

from platerec_pipeline.decode import BLANK, CLASSES

LATIN = str.maketrans("АВЕКМНОРСТУХ", "ABEKMHOPCTYX")  # noqa: RUF001 - the Cyrillic letters that look like Latin ones


def as_read(text: str) -> str:
    """Capitals, Latin look-alikes in place of Cyrillic letters, no spaces."""
    return "".join(text.split()).upper().translate(LATIN)


def parse_text(text: str) -> str:
    """A text that the reader could write. Raises ValueError, whose message is a sentence without its full stop."""
    known = as_read(text)
    if not known:
        raise ValueError("there is no text; a plate that nobody can read has none at all")
    strange = [symbol for symbol in known if symbol not in CLASSES[:BLANK]]
    if strange:
        raise ValueError(f"the reader knows no {strange[0]!r}, which {text!r} has; it knows {CLASSES[:BLANK]}")
    return known

"""The one error of the converter; its text is a sentence for a person."""


class ConversionError(Exception):
    """What cannot be converted and what to do about it, in one sentence."""

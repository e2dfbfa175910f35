"""What a publisher does wrong."""


class PublishError(Exception):
    """A release that cannot be built, published or promoted; the message is one sentence for a person."""

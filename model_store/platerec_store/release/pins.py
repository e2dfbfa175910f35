"""`.pins/<model>-<version>.json`: what that version of the pipeline reads at the start of each request.

Renaming it into place is the commit of a swap.
"""

from platerec_store.release.decision import PipelineSettings
from platerec_store.release.document import Document
from platerec_store.release.manifest import ReleaseName


class Pins(Document):
    """The release that answers, the names to call (model -> loaded name), and the pipeline's settings."""

    release: ReleaseName
    models: dict[str, str]
    pipeline: PipelineSettings = PipelineSettings()

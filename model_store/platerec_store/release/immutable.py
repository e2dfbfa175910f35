"""A version of a model is immutable: the same name and version have the same bytes in every release."""

from platerec_store.release.manifest import Manifest, Model


def find_version_conflict(manifest: Manifest, published: Manifest) -> Model | None:
    """The first model that has, at the same version and for the same profile, other bytes than a published one."""
    known = {(model.name, model.version): model for model in published.models}
    for model in manifest.models:
        other = known.get((model.name, model.version))
        if other is not None and _differ(model, other):
            return model
    return None


def _differ(one: Model, other: Model) -> bool:
    shared = one.profiles.keys() & other.profiles.keys()
    return any(_bytes(one, profile) != _bytes(other, profile) for profile in shared)


def _bytes(model: Model, profile: str) -> dict[str, str]:
    return {file.path: file.sha256 for file in model.profiles[profile].files}

"""A decision worked out: every file and model of a release, as a pod needs them."""

import json
from typing import Self

from platerec_store.release.decision import Decision, PipelineSettings
from platerec_store.release.document import Document, Part
from platerec_store.release.faults import FaultError
from platerec_store.release.layout import blob_key, find_grammars, pins_path, repository_path
from platerec_store.release.manifest import PIPELINE, Digest, ExpectedPlate, GoldenSample, Manifest, Model, digest_of
from platerec_store.release.pins import Pins
from platerec_store.release.reasons import Reason
from platerec_store.release.repository import Repository

TRIAL = "_candidate"
"""What the name of a model on trial ends in."""


class WantedFile(Part):
    """A file of a model: where it lies in the store and, relative to its model's folder, in the pod.

    A published file is known by its digest, one of a plain repository by its ETag.
    """

    key: str
    path: str
    size: int
    sha256: Digest | None = None
    etag: str | None = None

    @property
    def is_folder(self) -> bool:
        """An empty version folder, as ensembles have; there is nothing to fetch."""
        return self.path.endswith("/")

    @property
    def cached(self) -> str:
        """Where its content lies in the cache: the same name, the same bytes."""
        if self.sha256 is not None:
            return blob_key(self.sha256)
        return f"listed/{digest_of(f'{self.key} {self.size} {self.etag}'.encode()).partition(':')[2]}"


class WantedModel(Part):
    """A model under the name that Triton loads; the name of its folder, too."""

    name: str
    files: tuple[WantedFile, ...]

    def contents(self) -> dict[str, WantedFile]:
        """The distinct contents, by their place in the cache."""
        return {file.cached: file for file in self.files if not file.is_folder}

    def as_trial(self) -> Self:
        """The same files under a name that nobody calls, so that loading them touches nothing that serves."""
        return self.model_copy(update={"name": f"{self.name}{TRIAL}"})

    @property
    def version(self) -> int:
        """The newest version in the folder, the one that Triton serves."""
        folders = {file.path.partition("/")[0] for file in self.files}
        return max((int(folder) for folder in folders if folder.isdecimal()), default=1)

    @property
    def fingerprint(self) -> str:
        """What tells two contents of the folder apart."""
        content = sorted((file.path, file.cached) for file in self.files)
        return digest_of(json.dumps(content).encode())


class WantedSample(Part):
    """A golden sample: its picture, the plates that it must give, and how well their boxes must overlap."""

    name: str
    picture: WantedFile
    plates: tuple[ExpectedPlate, ...]
    iou: float


class Wanted(Document):
    """All that a pod shall serve. `models` are in the order of loading, the one that clients call last.

    `calls` is what the pipeline calls: the name of a model -> the name that it is loaded under. `in_place`: its models
    keep their names from release to release, so loading one already lets it serve (`layout: repository`).
    """

    release: str
    manifest: str
    profile: str
    models: tuple[WantedModel, ...]
    calls: dict[str, str]
    pipeline: PipelineSettings = PipelineSettings()
    samples: tuple[WantedSample, ...] = ()
    in_place: bool = False

    @property
    def names(self) -> frozenset[str]:
        """The names that Triton shall have loaded."""
        return frozenset(model.name for model in self.models)

    @property
    def pins(self) -> Pins:
        """What the pipeline shall read."""
        return Pins(release=self.release, models=self.calls, pipeline=self.pipeline)

    @property
    def beneath(self) -> frozenset[str]:
        """The names of the models that the pipeline calls."""
        return frozenset(model.name for model in self.models[:-1])

    @property
    def entry(self) -> WantedModel:
        """The model that clients call."""
        return self.models[-1]

    @property
    def trial(self) -> WantedModel:
        """The pipeline under a name that takes no traffic."""
        return self.entry.as_trial()

    @property
    def trial_pins(self) -> Pins:
        """What the pipeline reads on trial: the settings that golden samples are made with."""
        return Pins(release=self.release, models=self.calls)

    @property
    def pins_path(self) -> str:
        """Where the pipeline looks for its pins, relative to the repository's root."""
        return pins_path(self.entry.name, self.entry.version)

    @property
    def trial_pins_path(self) -> str:
        """Where the pipeline on trial looks for its pins."""
        return pins_path(self.trial.name, self.trial.version)

    def contents(self) -> dict[str, WantedFile]:
        """The distinct contents of all models."""
        return {name: file for model in self.models for name, file in model.contents().items()}

    def pictures(self) -> dict[str, WantedFile]:
        """The distinct pictures of its golden samples."""
        return {sample.picture.cached: sample.picture for sample in self.samples}

    def answers(self, decision: Decision) -> bool:
        """Whether it is what the decision names, settings of the pipeline aside."""
        named = (decision.release, decision.manifest, decision.profile)
        return named == (self.release, self.manifest, self.profile)

    def with_settings(self, settings: PipelineSettings) -> Self:
        """The same models under other settings of the pipeline.

        A grammar that they do not carry comes with the next release, and until then they keep theirs.
        """
        if not _knows(self.entry, settings.grammar):
            settings = settings.model_copy(update={"grammar": self.pipeline.grammar})
        return self.model_copy(update={"pipeline": settings})


def build_wanted(decision: Decision, manifest: Manifest) -> Wanted:
    """What a published release asks of a pod; FaultError (ProfileMissing, GrammarMissing) when it is not for it."""
    missing = [model.name for model in manifest.models if decision.profile not in model.profiles]
    if missing:
        message = f"Release {manifest.release!r} has no build for profile {decision.profile!r} of {', '.join(missing)}."
        raise FaultError(Reason.PROFILE_MISSING, message)
    models = [_of_manifest(model, decision.profile) for model in manifest.models]
    models.sort(key=lambda model: (model.name == decision.model, model.name))
    if not _knows(models[-1], decision.pipeline.grammar):
        message = f"The pipeline of release {manifest.release!r} has no grammar {decision.pipeline.grammar!r}."
        raise FaultError(Reason.GRAMMAR_MISSING, message)
    return Wanted(
        release=decision.release,
        manifest=decision.manifest,
        profile=decision.profile,
        models=tuple(models),
        calls=manifest.pins(),
        pipeline=decision.pipeline,
        samples=tuple(_sample_of(sample) for sample in manifest.golden),
    )


def build_wanted_repository(decision: Decision, repository: Repository) -> Wanted:
    """What a plain Triton repository asks of a pod: all its models, under their own names."""
    models = [_of_repository(name, repository) for name in repository.models]
    return Wanted(
        release=decision.release,
        manifest=decision.manifest,
        profile=decision.profile,
        models=tuple(sorted(models, key=lambda model: (model.name == decision.model, model.name))),
        calls={name: name for name in repository.models if name != PIPELINE},
        pipeline=decision.pipeline,
        in_place=True,
    )


def _knows(pipeline: WantedModel, grammar: str) -> bool:
    """Whether a pipeline can decode by a grammar; of one that carries none, somebody's own, nothing is known."""
    known = find_grammars(file.path for file in pipeline.files)
    return not known or grammar in known


def _sample_of(sample: GoldenSample) -> WantedSample:
    digest = sample.picture
    picture = WantedFile(key=blob_key(digest), path=blob_key(digest), size=sample.size, sha256=digest)
    return WantedSample(name=sample.name or digest, picture=picture, plates=sample.plates, iou=sample.iou)


def _of_manifest(model: Model, profile: str) -> WantedModel:
    files = tuple(
        WantedFile(
            key=blob_key(file.sha256),
            path=repository_path(model, file).partition("/")[2],
            size=file.size,
            sha256=file.sha256,
        )
        for file in model.profiles[profile].files
    )
    return WantedModel(name=model.loaded_name, files=files)


def _of_repository(name: str, repository: Repository) -> WantedModel:
    files = tuple(
        WantedFile(key=file.path, path=file.path.partition("/")[2], size=file.size, etag=file.etag)
        for file in repository.files_of(name)
    )
    return WantedModel(name=name, files=files)

"""A folder of built models -> a release in a local store."""

from datetime import datetime

from pydantic import ValidationError

from platerec_store.publish.errors import PublishError
from platerec_store.publish.folder import BuiltFolder, BuiltModel
from platerec_store.publish.local import LocalStore, digest_of_file
from platerec_store.release.manifest import Build, File, GoldenSample, Manifest, Model, Parity


def build_release(folder: BuiltFolder, name: str, created: datetime, into: LocalStore) -> Manifest:
    """Copy every file among the blobs and write the manifest last."""
    try:
        manifest = Manifest(
            release=name,
            created=created,
            models=tuple(_keep_model(model, builds, into) for model, builds in folder.models.items()),
            golden=_keep_golden(folder, into),
            provenance=folder.provenance.weights,
            parity=_checked_parity(folder),
        )
    except ValidationError as error:
        raise PublishError(f"{folder.root} makes no release: {_sentence(error)}") from error
    if not manifest.profiles():
        raise PublishError(f"{folder.root} makes no release: no profile has a build of every model.")
    into.write(manifest)
    return manifest


def _sentence(error: ValidationError) -> str:
    """The first thing that is wrong, with what was given where that is one word."""
    first = error.errors()[0]
    field = ".".join(str(part) for part in first["loc"]) or "the release"
    given = f" {first['input']!r}" if isinstance(first["input"], str | int) else ""
    return f"{field}{given}: {first['msg'].removeprefix('Value error, ')}."


def _keep_model(name: str, builds: tuple[BuiltModel, ...], into: LocalStore) -> Model:
    profiles = {build.profile: _keep_build(build, into) for build in builds}
    return Model(name=name, version=builds[0].version, profiles=profiles)


def _keep_build(build: BuiltModel, into: LocalStore) -> Build:
    files = tuple(_keep_files(build, into))
    if build.plan is None:
        return Build(files=files)
    return Build(files=files, compute_capability=build.plan.compute_capability, trt_version=build.plan.trt_version)


def _keep_files(build: BuiltModel, into: LocalStore) -> list[File]:
    return [
        File(
            path=path.as_posix(),
            size=(build.folder / path).stat().st_size,
            sha256=into.keep(build.folder / path),
        )
        for path in build.files
    ]


def _keep_golden(folder: BuiltFolder, into: LocalStore) -> tuple[GoldenSample, ...]:
    samples = []
    for sample in folder.golden.samples:
        path = folder.root / "golden" / sample.picture
        if not path.is_file():
            raise PublishError(f"The golden picture {path} does not exist.")
        size = path.stat().st_size
        samples.append(
            GoldenSample(picture=into.keep(path), name=sample.picture, size=size, plates=sample.plates, iou=sample.iou)
        )
    return tuple(samples)


def _checked_parity(folder: BuiltFolder) -> tuple[Parity, ...]:
    """The comparisons of what lies in the folder; PublishError when one failed, or was of another file."""
    builds = {(build.name, build.profile): build for builds in folder.models.values() for build in builds}
    checks = tuple(check for check in folder.parity.checks if (check.model, check.profile) in builds)
    for check in checks:
        if check.failure:
            raise PublishError(f"Model {check.model!r} for {check.profile} {check.failure}: convert it again.")
        file = builds[check.model, check.profile].folder / check.file
        if not file.is_file() or digest_of_file(file) != check.sha256:
            raise PublishError(f"{file} is not the file that was compared with its network: convert it again.")
    return checks

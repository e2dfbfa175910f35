"""Reading a folder of built models: `<profile>/<model>/config.pbtxt` and `<profile>/<model>/<version>/...`."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from platerec_store.publish.errors import PublishError
from platerec_store.release.document import Document, DocumentError
from platerec_store.release.folder import PLAN, PLAN_TARGET, GoldenList, ParityList, PlanTarget, ProvenanceList
from platerec_store.release.manifest import PROFILES

Description = TypeVar("Description", bound=Document)


@dataclass(frozen=True)
class BuiltModel:
    """One model for one profile; `files` are relative to `folder`. `plan`: what its TensorRT plan was built for."""

    name: str
    profile: str
    version: int
    folder: Path
    files: tuple[Path, ...]
    plan: PlanTarget | None = None


@dataclass(frozen=True)
class BuiltFolder:
    """All that a release is made of."""

    root: Path
    models: dict[str, tuple[BuiltModel, ...]]
    golden: GoldenList
    provenance: ProvenanceList
    parity: ParityList


def read_folder(root: Path) -> BuiltFolder:
    """What lies in a folder of built models; PublishError says what is missing or ambiguous."""
    if not root.is_dir():
        raise PublishError(f"{root} is not a folder.")
    models: dict[str, list[BuiltModel]] = defaultdict(list)
    for profile in PROFILES:
        for folder in _subfolders(root / profile):
            models[folder.name].append(_read_model(folder, profile))
    if not models:
        raise PublishError(f"{root} holds no built models: none of {', '.join(PROFILES)} is a folder in it.")
    for name, builds in models.items():
        _check_one_version(name, builds)
    return BuiltFolder(
        root=root,
        models={name: tuple(builds) for name, builds in sorted(models.items())},
        golden=_read(root / "golden" / "golden.json", GoldenList),
        provenance=_read(root / "provenance.json", ProvenanceList),
        parity=_read(root / "parity.json", ParityList),
    )


def _read_model(folder: Path, profile: str) -> BuiltModel:
    versions = [each for each in _subfolders(folder) if each.name.isdecimal()]
    if len(versions) != 1:
        found = ", ".join(each.name for each in versions) or "none"
        raise PublishError(f"{folder} must hold one version folder, such as 1/; it holds {found}.")
    if not (folder / "config.pbtxt").is_file():
        raise PublishError(f"{folder} has no config.pbtxt.")
    if not any(_files(versions[0])):
        raise PublishError(f"{versions[0]} holds no file.")
    described = versions[0] / PLAN_TARGET
    plan = _read_plan_target(described) if (versions[0] / PLAN).is_file() else None
    files = tuple(sorted(path.relative_to(folder) for path in _files(folder) if path != described))
    return BuiltModel(folder.name, profile, int(versions[0].name), folder, files, plan)


def _read_plan_target(path: Path) -> PlanTarget:
    if not path.is_file():
        raise PublishError(f"{path} is missing, which says for which GPU and TensorRT the plan is: convert it again.")
    try:
        return PlanTarget.parse(path.read_bytes(), str(path))
    except DocumentError as error:
        raise PublishError(str(error)) from error


def _check_one_version(name: str, builds: list[BuiltModel]) -> None:
    if len({build.version for build in builds}) > 1:
        found = ", ".join(f"{build.version} for {build.profile}" for build in builds)
        raise PublishError(f"Model {name!r} has different versions: {found}; give all profiles the same one.")


def _files(folder: Path) -> Iterator[Path]:
    """Everything but what tools leave behind: hidden files, compiled Python."""
    for path in folder.rglob("*"):
        parts = path.relative_to(folder).parts
        if path.is_file() and "__pycache__" not in parts and not any(part.startswith(".") for part in parts):
            yield path


def _subfolders(folder: Path) -> list[Path]:
    if not folder.is_dir():
        return []
    return sorted(each for each in folder.iterdir() if each.is_dir() and not each.name.startswith("."))


def _read(path: Path, kind: type[Description]) -> Description:
    """A description beside the models; an empty one where there is none."""
    try:
        return kind.parse(path.read_bytes(), str(path)) if path.exists() else kind()
    except DocumentError as error:
        raise PublishError(str(error)) from error

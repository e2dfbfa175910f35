"""Releases as tables for people and as JSON for scripts."""

import json
from collections.abc import Sequence
from typing import Any

from rich.table import Table

from platerec_store.publish.catalogue import Entry
from platerec_store.release.blobs import blobs_of
from platerec_store.release.manifest import Manifest, Model


def build_list_table(entries: Sequence[Entry]) -> Table:
    """A row for each release."""
    table = Table("RELEASE", "CREATED", "PROFILES", "SIZE", "CHANNELS")
    for entry in entries:
        table.add_row(entry.release, *_summary(entry), ", ".join(_channels(entry)))
    return table


def build_list_json(entries: Sequence[Entry]) -> str:
    """A list with an object for each release."""
    return json.dumps([_listed(entry) for entry in entries], indent=2)


def build_show_tables(manifest: Manifest, digest: str) -> tuple[Table, ...]:
    """The models of a release, and where their weights come from."""
    models = Table("MODEL", "VERSION", "PROFILES", "FILES", "SIZE", title=f"{manifest.release}  {digest}")
    for model in manifest.models:
        models.add_row(model.name, str(model.version), ", ".join(sorted(model.profiles)), *_extent(model))
    weights = Table("WEIGHTS OF", "LICENCE", "SOURCE")
    for origin in manifest.provenance:
        weights.add_row(origin.model, origin.licence, origin.source)
    return (models, weights) if manifest.provenance else (models,)


def build_show_json(manifest: Manifest) -> str:
    """The manifest, indented."""
    return json.dumps(json.loads(manifest.to_json()), indent=2)


def _summary(entry: Entry) -> tuple[str, str, str]:
    if entry.manifest is None:
        return "", entry.fault or "", ""
    created = f"{entry.manifest.created:%Y-%m-%d %H:%M}"
    return created, ", ".join(sorted(entry.manifest.profiles())), _megabytes(sum(blobs_of(entry.manifest).values()))


def _channels(entry: Entry) -> list[str]:
    return [f"{name} (pinned)" if channel.pinned else name for name, channel in entry.channels.items()]


def _listed(entry: Entry) -> dict[str, Any]:
    pinned = [name for name, channel in entry.channels.items() if channel.pinned]
    listed: dict[str, Any] = {"release": entry.release, "channels": list(entry.channels), "pinned": pinned}
    if entry.manifest is None:
        return listed | {"fault": entry.fault}
    return listed | {
        "created": entry.manifest.created.isoformat(),
        "profiles": sorted(entry.manifest.profiles()),
        "size": sum(blobs_of(entry.manifest).values()),
        "models": {model.name: model.version for model in entry.manifest.models},
    }


def _extent(model: Model) -> tuple[str, str]:
    files = [file for build in model.profiles.values() for file in build.files]
    return str(len(files)), _megabytes(sum(file.size for file in files))


def _megabytes(size: int) -> str:
    return f"{size / 1e6:.1f} MB"

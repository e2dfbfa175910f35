"""The `release` commands: options, messages, exit codes."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from platerec_cli.release.places import open_named_store, resolve_built
from platerec_cli.release.progress import upload_progress
from platerec_cli.release.tables import build_list_json, build_list_table, build_show_json, build_show_tables
from platerec_store.objects.port import StoreError
from platerec_store.objects.reading import read_manifest
from platerec_store.publish.build import build_release
from platerec_store.publish.catalogue import read_catalogue
from platerec_store.publish.errors import PublishError
from platerec_store.publish.folder import read_folder
from platerec_store.publish.gc import delete_garbage, find_garbage
from platerec_store.publish.local import LocalStore
from platerec_store.publish.pin import pin_channel
from platerec_store.publish.promote import promote_release
from platerec_store.publish.rollback import roll_back
from platerec_store.publish.upload import publish_release
from platerec_store.release.blobs import blobs_of
from platerec_store.release.reasons import Reason
from platerec_store.release.retention import Retention

STORE_TROUBLE = 1
MISTAKE = 2

HELP = """Build, publish, list, show and promote releases, go back, clean up.

Exit code 1: the store does not answer. Exit code 2: something else is wrong; the sentence says what.
"""

app = typer.Typer(help=HELP, no_args_is_help=True)

Store = Annotated[str, typer.Option(envvar="PLATEREC_STORE", metavar="S3URL", help="The store: s3://bucket/prefix.")]
Endpoint = Annotated[str | None, typer.Option(envvar="AWS_ENDPOINT_URL", help="The store's address, if it is not AWS.")]
Authority = Annotated[Path | None, typer.Option(envvar="AWS_CA_BUNDLE", help="Certificates to trust, a file of PEM.")]
Region = Annotated[
    str, typer.Option(envvar=["AWS_REGION", "AWS_DEFAULT_REGION"], help="The region that requests are signed for.")
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")]
Release = Annotated[str, typer.Argument(metavar="RELEASE", help="The name of a published release.")]
Channel = Annotated[str, typer.Argument(metavar="CHANNEL", help="The channel, such as stable.")]


@app.command()
def build(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="A folder of built models.")],
    name: Annotated[str, typer.Option(help="The release's name, such as 2026.11.3.")],
    out: Annotated[Path, typer.Option(help="Where built releases are kept.")] = Path("build/releases"),
) -> None:
    """Make a release from a folder of built models, on this machine."""
    with _one_sentence():
        manifest = build_release(read_folder(folder), name, datetime.now(UTC).replace(microsecond=0), LocalStore(out))
    size = sum(blobs_of(manifest).values())
    profiles = ", ".join(sorted(manifest.profiles()))
    typer.echo(f"Built release {name}: {len(manifest.models)} models for {profiles}, {size / 1e6:.1f} MB, in {out}.")


@app.command()
def publish(
    built: Annotated[str, typer.Argument(metavar="DIR|NAME", help="A built release: its name, or its folder.")],
    store: Store,
    endpoint_url: Endpoint = None,
    ca: Authority = None,
    region: Region = "us-east-1",
    source: Annotated[Path, typer.Option("--from", help="Where built releases are kept.")] = Path("build/releases"),
) -> None:
    """Bring a built release into the store: the files first, the manifest last."""
    with _one_sentence():
        local, name = resolve_built(built, source)
        manifest = local.read(name)
        target = open_named_store(store, endpoint_url, ca, region)
        with upload_progress(name, sum(blobs_of(manifest).values())) as sent:
            done = publish_release(target, local, manifest, sent)
    if done.new:
        typer.echo(f"Published release {name} to {target.url()}: {done.uploaded} files, {done.skipped} were there.")
    else:
        typer.echo(f"Release {name} is already published in {target.url()}.")


@app.command("list")
def list_releases(
    store: Store,
    endpoint_url: Endpoint = None,
    ca: Authority = None,
    region: Region = "us-east-1",
    as_json: Json = False,
) -> None:
    """Show the releases of the store, and which channels point to them."""
    with _one_sentence():
        entries = read_catalogue(open_named_store(store, endpoint_url, ca, region))
    if as_json:
        typer.echo(build_list_json(entries))
    else:
        Console().print(build_list_table(entries))


@app.command()
def show(
    release: Release,
    store: Store,
    endpoint_url: Endpoint = None,
    ca: Authority = None,
    region: Region = "us-east-1",
    as_json: Json = False,
) -> None:
    """Show what a release is made of."""
    with _one_sentence():
        manifest, digest = read_manifest(open_named_store(store, endpoint_url, ca, region), release)
    if as_json:
        typer.echo(build_show_json(manifest))
    else:
        Console().print(*build_show_tables(manifest, digest))


@app.command()
def promote(
    release: Release,
    channel: Channel,
    store: Store,
    endpoint_url: Endpoint = None,
    ca: Authority = None,
    region: Region = "us-east-1",
) -> None:
    """Point a channel to a release: recognizers that follow it will serve it."""
    with _one_sentence():
        target = open_named_store(store, endpoint_url, ca, region)
        promoted = promote_release(target, release, channel)
    typer.echo(f"Channel {channel} of {target.url()} points to release {release} (revision {promoted.revision}).")


@app.command()
def rollback(
    channel: Channel,
    store: Store,
    endpoint_url: Endpoint = None,
    ca: Authority = None,
    region: Region = "us-east-1",
    to: Annotated[
        str | None,
        typer.Option(metavar="RELEASE", help="An earlier release of the channel, instead of the one before."),
    ] = None,
) -> None:
    """Point a channel back to the release that it named before; again, to the one before that."""
    with _one_sentence():
        target = open_named_store(store, endpoint_url, ca, region)
        before, after = roll_back(target, channel, to)
    typer.echo(
        f"Channel {channel} of {target.url()} points to release {after.release} again, "
        f"no longer to {before.release} (revision {after.revision})."
    )


@app.command()
def pin(
    channel: Channel,
    store: Store,
    endpoint_url: Endpoint = None,
    ca: Authority = None,
    region: Region = "us-east-1",
    off: Annotated[bool, typer.Option("--off", help="Take the pin off.")] = False,
) -> None:
    """Hold a channel at its release: promote and rollback are refused until the pin is taken off."""
    with _one_sentence():
        target = open_named_store(store, endpoint_url, ca, region)
        held = pin_channel(target, channel, pinned=not off)
    state = "is no longer pinned and points to" if off else "is pinned to"
    typer.echo(f"Channel {channel} of {target.url()} {state} release {held.release} (revision {held.revision}).")


@app.command()
def gc(  # noqa: PLR0913, PLR0917 - the options of a command line
    store: Store,
    endpoint_url: Endpoint = None,
    ca: Authority = None,
    region: Region = "us-east-1",
    keep: Annotated[int, typer.Option(min=0, metavar="N", help="Keep the N newest releases.")] = 5,
    older_than: Annotated[
        int, typer.Option(min=0, metavar="DAYS", help="Keep what was published in the last so many days.")
    ] = 30,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be deleted.")] = False,
) -> None:
    """Delete releases that no channel names or remembers, and files of no release.

    A recognizer that names its release itself is not known here: point a channel to that release.
    """
    with _one_sentence():
        target = open_named_store(store, endpoint_url, ca, region)
        garbage = find_garbage(target, Retention(keep, timedelta(days=older_than)), datetime.now(UTC))
        if not dry_run:
            delete_garbage(target, garbage)
    names = f"releases {', '.join(garbage.releases)}" if garbage.releases else "no release"
    size = f"{len(garbage.blobs)} files, {garbage.size / 1e6:.1f} MB"
    typer.echo(f"{'Would delete' if dry_run else 'Deleted'} {names} and {size}, of {target.url()}.")


@contextmanager
def _one_sentence() -> Iterator[None]:
    """A mistake, or a file of ours in the way, is one sentence and exit code 2; a store that does not answer is 1."""
    try:
        yield
    except PublishError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(MISTAKE) from error
    except StoreError as error:
        typer.echo(error.message, err=True)
        code = STORE_TROUBLE if error.reason == Reason.STORE_UNREACHABLE else MISTAKE
        raise typer.Exit(code) from error
    except OSError as error:
        typer.echo(f"{error.filename or 'A file'}: {error.strerror}.", err=True)
        raise typer.Exit(MISTAKE) from error

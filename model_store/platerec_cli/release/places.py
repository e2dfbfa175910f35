"""From what a person types to a store and a built release."""

from pathlib import Path
from urllib.parse import urlsplit

from pydantic import ValidationError

from platerec_store.objects.port import ObjectStore
from platerec_store.objects.s3 import open_store
from platerec_store.publish.errors import PublishError
from platerec_store.publish.local import LocalStore
from platerec_store.release.source import S3


def open_named_store(url: str, endpoint: str | None, ca: Path | None, region: str) -> ObjectStore:
    """The store of `s3://bucket/prefix`; the keys come from where the AWS tools look for them."""
    parts = urlsplit(url)
    if parts.scheme != "s3" or not parts.netloc:
        raise PublishError(f"{url!r} is no store: write s3://bucket or s3://bucket/prefix.")
    if ca is not None and not ca.is_file():
        raise PublishError(f"The certificate file {ca} does not exist.")
    try:
        s3 = S3(
            bucket=parts.netloc,
            prefix=parts.path.strip("/"),
            endpoint=endpoint or None,
            region=region,
            path_style=bool(endpoint),
        )
    except ValidationError as error:
        raise PublishError(f"{url!r} is no store: a bucket's name has 3 to 63 characters.") from error
    return open_store(s3, ca_file=ca)


def resolve_built(built: str, source: Path) -> tuple[LocalStore, str]:
    """A built release by its name in `source`, by the folder it was built into, or by its manifest's folder."""
    path = Path(built)
    if (path / "manifest.json").is_file() and path.parent.name == "releases":
        return LocalStore(path.parent.parent), path.name
    if (path / "releases").is_dir():
        local = LocalStore(path)
        names = local.releases()
        if len(names) != 1:
            found = ", ".join(names) or "none"
            raise PublishError(f"{path} holds {len(names)} releases ({found}): say which one, with --from {path}.")
        return local, names[0]
    return LocalStore(source), built

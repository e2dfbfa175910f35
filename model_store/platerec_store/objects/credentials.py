"""Where the keys of a store come from: given values, or a mounted Secret that may be rotated at any time."""

from dataclasses import dataclass
from pathlib import Path
from typing import Self

from platerec_store.objects.port import StoreError
from platerec_store.release.reasons import Reason


@dataclass(frozen=True)
class Keys:
    """An access key; the secret never shows in a representation."""

    access_key: str
    secret_key: str
    session_token: str | None = None

    def __repr__(self) -> str:
        return f"Keys({self.access_key!r})"

    def read(self) -> Self:
        """The keys themselves."""
        return self


@dataclass(frozen=True)
class KeyFolder:
    """A folder with a file for each key, as a mounted Secret is: read at each use, so that rotation works."""

    folder: Path

    def read(self) -> Keys:
        """The keys as they are now; StoreError (CredentialsMissing) when a file is missing or empty."""
        token = self.folder / "AWS_SESSION_TOKEN"
        return Keys(
            access_key=self._value("AWS_ACCESS_KEY_ID"),
            secret_key=self._value("AWS_SECRET_ACCESS_KEY"),
            session_token=self._value(token.name) if token.exists() else None,
        )

    def _value(self, name: str) -> str:
        try:
            value = (self.folder / name).read_text().strip()
        except OSError:
            value = ""
        if not value:
            message = f"The credentials of the store have no {name}: add it to their Secret."
            raise StoreError(Reason.CREDENTIALS_MISSING, message)
        return value


Credentials = Keys | KeyFolder

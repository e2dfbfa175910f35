"""The base of every JSON document: frozen, tolerant of unknown fields, strict about its schema number."""

import json
from typing import Self

from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic.alias_generators import to_camel


class DocumentError(ValueError):
    """A document that cannot be used; the message is one sentence for a person."""


class DocumentTooNewError(DocumentError):
    """A document of a schema that this version does not know."""


class Part(BaseModel):
    """A piece of a document: camelCase in JSON, frozen; fields that a later writer added are ignored."""

    model_config = ConfigDict(frozen=True, alias_generator=to_camel, populate_by_name=True, extra="ignore")


class Document(Part):
    """A JSON document with a schema number of its own.

    The number changes only when an old reader would misunderstand; added fields leave it alone.
    """

    schema_number: int = 1

    @classmethod
    def known_schema(cls) -> int:
        """The newest schema that this code can read."""
        return 1

    @classmethod
    def parse(cls, text: bytes | str, where: str) -> Self:
        """Read the document; `where` names the object in the error's sentence.

        Raises DocumentTooNewError for a newer schema and DocumentError for anything else that is wrong.
        """
        try:
            data = json.loads(text)
        except (ValueError, RecursionError) as error:
            raise DocumentError(f"{where} is not JSON: {error}.") from error
        if not isinstance(data, dict):
            raise DocumentError(f"{where} is not a JSON object.")
        number = data.get("schemaNumber", 1)
        if isinstance(number, int) and number > cls.known_schema():
            raise DocumentTooNewError(
                f"{where} has schema {number}, this version of Platerec knows up to {cls.known_schema()}: "
                "upgrade the operator and the agents first."
            )
        try:
            return cls.model_validate(data)
        except ValidationError as error:
            first = error.errors()[0]
            field = ".".join(str(part) for part in first["loc"]) or "document"
            raise DocumentError(f"{where}: {field}: {first['msg']}.") from error

    def to_json(self) -> bytes:
        """Canonical JSON: sorted keys, no spaces to spare, so that equal documents are equal bytes."""
        data = self.model_dump(mode="json", by_alias=True, exclude_none=True)
        return json.dumps(data, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()

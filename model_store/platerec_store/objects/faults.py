"""What botocore raises -> what the project says: a reason and one sentence that names the object."""

from collections.abc import Iterator
from contextlib import contextmanager

from botocore import exceptions as aws

from platerec_store.objects.port import ConflictError, ObjectMissingError, StoreError
from platerec_store.release.reasons import Reason
from platerec_store.release.source import S3

_NO_BUCKET = {"NoSuchBucket", "InvalidBucketName"}
_NO_OBJECT = {"NoSuchKey", "404", "NotFound"}
_CONFLICT = {"PreconditionFailed", "412", "ConditionalRequestConflict", "409"}
_NO_KEYS = (aws.NoCredentialsError, aws.PartialCredentialsError, aws.CredentialRetrievalError)


@contextmanager
def translated(s3: S3, key: str) -> Iterator[None]:
    """Turn whatever the SDK raises while it works on `key` into a StoreError that names the object."""
    try:
        yield
    except aws.ClientError as error:
        raise _refusal(error, s3, key) from error
    except _NO_KEYS as error:
        message = f"No credentials for {s3.url(key)}: {_sentence(error)}"
        raise StoreError(Reason.CREDENTIALS_MISSING, message) from error
    except aws.ParamValidationError as error:
        message = f"{s3.url(key)} is not an S3 address: {_sentence(error)}"
        raise StoreError(Reason.BUCKET_NOT_FOUND, message) from error
    except (aws.BotoCoreError, ValueError, OSError) as error:
        message = f"{_endpoint(s3)} does not answer for {s3.url(key)}: {_sentence(error)}"
        raise StoreError(Reason.STORE_UNREACHABLE, message) from error


def _refusal(error: aws.ClientError, s3: S3, key: str) -> StoreError:
    """What an answer of the store means."""
    code = str(error.response.get("Error", {}).get("Code", ""))
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    if code in _NO_BUCKET:
        return StoreError(Reason.BUCKET_NOT_FOUND, f"{_endpoint(s3)} has no bucket {s3.bucket!r}.")
    if code in _NO_OBJECT:
        return ObjectMissingError(s3.url(key))
    if code in _CONFLICT or status in {409, 412}:
        return ConflictError(s3.url(key))
    if status == 416:
        return StoreError(Reason.BLOB_CORRUPT, f"{s3.url(key)} is shorter than the release says.")
    if status in {400, 401, 403}:
        # Wrong keys are a 403, an expired or malformed token is a 400.
        return StoreError(Reason.ACCESS_DENIED, f"{_endpoint(s3)} refuses access to {s3.url(key)}: {code}.")
    return StoreError(Reason.STORE_UNREACHABLE, f"{_endpoint(s3)} fails on {s3.url(key)}: {code or status}.")


def _endpoint(s3: S3) -> str:
    return f"The store {s3.endpoint}" if s3.endpoint else "AWS S3"


def _sentence(error: Exception) -> str:
    text = " ".join(str(error).split())
    return text if text.endswith(".") else f"{text}."

"""What a person gets who asks for what cannot be: a sentence at once, or a condition that names the object."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from harness.kubectl import Namespace, Object, condition, eventually
from harness.recognizers import PROFILE, recognizer, wait_for_condition
from harness.store import BUCKET, Store, secret_text

ROOT = Path(__file__).parents[2]

REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "an unknown profile": ({"profile": "tpu"}, "profile"),
    "no plates at all": ({"pipeline": {"maxPlates": 0}}, "maxPlates"),
    "more plates than the models take": ({"pipeline": {"maxPlates": 129}}, "maxPlates"),
    "negative replicas": ({"replicas": -1}, "replicas"),
    "a misspelt field": ({"replicsa": 2}, "replicsa"),
    "a threshold above one": ({"pipeline": {"detectionThreshold": 1.5}}, "detectionThreshold"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_the_api_server_refuses(namespace: Namespace, case: str) -> None:
    spec, field = REFUSED[case]
    sentence = namespace.refused(recognizer("refused", "any", **spec))
    assert field in sentence
    assert namespace.find("plr") == []


def test_a_channel_and_a_name_at_once_are_refused(namespace: Namespace) -> None:
    both = recognizer("refused", "any")
    both["spec"]["models"]["release"] = {"channel": "stable", "name": "one"}
    assert "exactly one of" in namespace.refused(both)


def s3_of(spec: Object, **changes: Any) -> Object:
    spec["spec"]["models"]["source"]["s3"].update(changes)
    return spec


def broken(store: Store) -> dict[str, tuple[Object, str, str]]:
    """case -> (recognizer, reason, a piece of the message)."""
    wrong_keys = recognizer("wrong-keys", "bad")
    s3_of(wrong_keys, credentials={"secretName": "wrong-keys"})
    named = recognizer("no-release", "bad")
    named["spec"]["models"]["release"] = {"name": "never-published"}
    cases = {
        # Keys that may see no other bucket than theirs are told that access is denied, so this asks with the writer's.
        "no-bucket": (
            s3_of(recognizer("no-bucket", "bad"), bucket="nowhere", credentials={"secretName": "writer-keys"}),
            "BucketNotFound",
            "nowhere",
        ),
        "wrong-keys": (wrong_keys, "AccessDenied", f"s3://{BUCKET}/bad"),
        "no-secret": (
            s3_of(recognizer("no-secret", "bad"), credentials={"secretName": "absent"}),
            "CredentialsMissing",
            "absent",
        ),
        "no-endpoint": (
            s3_of(recognizer("no-endpoint", "bad"), endpoint="http://nobody.invalid:8333"),
            "StoreUnreachable",
            "nobody.invalid",
        ),
        "no-channel": (recognizer("no-channel", "bad"), "ChannelNotFound", "stable"),
        "no-release": (named, "ReleaseNotFound", "never-published"),
    }
    for name, body, reason in (
        ("not-json", b"<xml/>", "ManifestInvalid"),
        ("too-new", json.dumps({"schemaNumber": 99}).encode(), "ManifestTooNew"),
    ):
        store.s3.put_object(Bucket=BUCKET, Key=f"bad/releases/{name}/manifest.json", Body=body)
        spec = recognizer(name, "bad")
        spec["spec"]["models"]["release"] = {"name": name}
        cases[name] = (spec, reason, f"bad/releases/{name}/manifest.json")
    return cases


def test_each_fault_of_the_store_has_its_own_reason(store: Store, namespace: Namespace) -> None:
    writer = secret_text(Namespace("platerec-store").get("secret", "store-writer"))
    secret = {"apiVersion": "v1", "kind": "Secret"}
    namespace.apply(
        {**secret, "metadata": {"name": "writer-keys"}, "stringData": writer},
        {
            **secret,
            "metadata": {"name": "wrong-keys"},
            "stringData": {**writer, "AWS_SECRET_ACCESS_KEY": "wrong"},
        },
    )
    cases = broken(store)
    namespace.apply(*(spec for spec, _, _ in cases.values()))
    for name, (_, reason, piece) in cases.items():
        found = wait_for_condition(namespace, name, "Synced", "False", reason)
        assert piece in found["message"], f"{name}: {found['message']}"
        assert "Traceback" not in found["message"]
        assert namespace.get("plr", name)["status"]["state"] in ("Waiting", "Degraded")
        namespace.delete("plr", name)


def test_a_child_that_is_not_ours_is_left_alone(namespace: Namespace) -> None:
    theirs = {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": "taken"},
        "spec": {"ports": [{"port": 80}], "selector": {"app": "theirs"}},
    }
    namespace.apply(theirs)
    namespace.apply(recognizer("taken", "bad"))
    found = wait_for_condition(namespace, "taken", "Degraded", "True", "NameConflict")
    assert "taken" in found["message"]
    assert namespace.get("service", "taken")["spec"]["selector"] == {"app": "theirs"}

    namespace.delete("service", "taken")

    def mended() -> bool:
        return condition(namespace.get("plr", "taken"), "Degraded").get("reason") != "NameConflict"

    eventually("the conflict is over", mended)
    namespace.delete("plr", "taken")


def test_a_corrupt_blob_is_named_and_heals(store: Store, namespace: Namespace, tmp_path: Any) -> None:
    """A blob whose bytes are wrong is never loaded; once it is mended, the pod gets on by itself."""
    store.publish("corrupt", "corrupt", tmp_path)
    store.promote("corrupt", "corrupt")
    manifest = json.loads((tmp_path / "releases/corrupt/manifest.json").read_bytes())
    reader = next(model for model in manifest["models"] if model["name"] == "plate_reader")
    file = max(reader["profiles"][PROFILE]["files"], key=lambda file: file["size"])
    key = f"corrupt/blobs/{file['sha256'].replace(':', '/')}"
    good = store.s3.get_object(Bucket=BUCKET, Key=key)["Body"].read()
    store.s3.put_object(Bucket=BUCKET, Key=key, Body=bytes(len(good)))

    namespace.apply(recognizer("corrupt", "corrupt"))
    found = wait_for_condition(namespace, "corrupt", "Degraded", "True", "BlobCorrupt")
    assert file["sha256"].removeprefix("sha256:")[:12] in found["message"]

    store.s3.put_object(Bucket=BUCKET, Key=key, Body=good)
    wait_for_condition(namespace, "corrupt", "Ready", "True")
    namespace.delete("plr", "corrupt")


def test_a_model_that_triton_refuses_leaves_the_last_release_served(
    store: Store, namespace: Namespace, tmp_path: Path
) -> None:
    """The bad release is named with Triton's reason; the good one goes on."""
    shutil.copytree(ROOT / "build/models", tmp_path / "refused")
    (tmp_path / "refused/parity.json").unlink()  # with it, the broken file would not even become a release
    for version in (tmp_path / "refused").glob("*/plate_reader/1"):
        for model in version.glob("model.*"):
            model.write_bytes(b"no network")
        version.rename(version.with_name("2"))
    for name, models in (("good", ROOT / "build/models"), ("refused", tmp_path / "refused")):
        store.publish("refused", name, tmp_path / "releases", models)
    store.promote("refused", "good")
    namespace.apply(recognizer("refused", "refused"))
    wait_for_condition(namespace, "refused", "Ready", "True")

    store.promote("refused", "refused")
    found = wait_for_condition(namespace, "refused", "Degraded", "True", "ModelRefused")
    assert "plate_reader_v2" in found["message"]
    status = namespace.get("plr", "refused")["status"]
    assert status["release"]["active"] == "good"
    assert condition(namespace.get("plr", "refused"), "Ready")["status"] == "True"
    namespace.delete("plr", "refused")

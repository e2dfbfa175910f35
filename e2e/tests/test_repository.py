"""A plain Triton repository, as people have today, served as it is: TorchScript models and their `config.pbtxt`."""

from pathlib import Path

import numpy as np
import tritonclient.grpc

from harness.kubectl import Namespace
from harness.recognizers import recognizer, wait_for_condition
from harness.store import BUCKET, Store

ROOT = Path(__file__).parents[2]
PREFIX = "plain/people"


def test_a_plain_repository_is_served_unchanged(store: Store, namespace: Namespace) -> None:
    models = ROOT / "build/models/gpu-torchscript"
    for name in ("plate_reader", "plate_detector"):
        for file in sorted(path for path in (models / name).rglob("*") if path.is_file()):
            store.s3.upload_file(str(file), BUCKET, f"{PREFIX}/{file.relative_to(models)}")

    plain = recognizer("plain", PREFIX, pipeline={"model": "plate_reader"})
    del plain["spec"]["models"]["release"]
    plain["spec"]["models"]["source"]["layout"] = "repository"
    namespace.apply(plain)
    wait_for_condition(namespace, "plain", "Ready", "True")

    crops = np.random.default_rng(0).random((3, 3, 24, 94), dtype=np.float32)
    tensor = tritonclient.grpc.InferInput("input__0", list(crops.shape), "FP32")
    tensor.set_data_from_numpy(crops)
    with (
        namespace.forward("service/plain", 8001) as (grpc,),
        tritonclient.grpc.InferenceServerClient(grpc) as client,
    ):
        assert client.is_model_ready("plate_detector")
        logits = client.infer("plate_reader", [tensor]).as_numpy("output__0")
    assert logits.shape == (3, 23, 18)
    assert np.isfinite(logits).all()

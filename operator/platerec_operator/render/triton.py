"""How Triton is started."""

from platerec_operator.api.recognizer import RecognizerSpec

REPOSITORY = "/var/lib/platerec/repository"
KEY_FILE = "/run/platerec/triton-key"

RESTRICTED = "model-repository,shared-memory,trace,logging"
"""Only the agent, which knows the key, may use these; inference, health, metadata and statistics stay open."""

CONNECTION_AGE = 5
"""Seconds after which Triton moves a gRPC client to a new connection, and perhaps to another pod."""

PRE_STOP = 10
"""Seconds between a pod's leaving the Service and Triton's SIGTERM. It must be longer than CONNECTION_AGE and its
jitter of a tenth: a dying Triton answers NOT_FOUND on connections that are still pinned to it."""

EXIT_TIMEOUT = 20
"""Seconds that Triton gives to requests in flight."""

GRACE_PERIOD = 60
"""Seconds until the kubelet kills: longer than PRE_STOP and EXIT_TIMEOUT together."""

START = f"""\
key="$(cat {KEY_FILE})"
exec tritonserver \\
  --grpc-restricted-protocol="{RESTRICTED}:platerec-key=$key" \\
  --http-restricted-api="{RESTRICTED}:platerec-key=$key" \\
  "$@"
"""
"""A shell script, because the agent makes the key when the pod starts."""

_ARGUMENTS = (
    f"--model-repository={REPOSITORY}",
    "--model-control-mode=explicit",
    # A version that loads beside the serving one, or one that failed, must not take the pod out of the Service.
    "--strict-readiness=false",
    "--exit-on-error=false",
    f"--exit-timeout-secs={EXIT_TIMEOUT}",
    f"--grpc-max-connection-age={CONNECTION_AGE * 1000}",
    "--grpc-max-connection-age-grace=30000",
    "--http-thread-count=8",
    # The default is 32 threads for each instance of a Python model, which exceeds a container's limit of tasks.
    "--backend-config=python,thread-pool-size=4",
    "--metrics-config=summary_latencies=true",
)
_WITHOUT_GPU = ("--allow-gpu-metrics=false", "--pinned-memory-pool-byte-size=0")


def build_arguments(spec: RecognizerSpec) -> list[str]:
    """The arguments after the restricted APIs; the user's come last, so that they win."""
    return [*_ARGUMENTS, *(() if spec.wants_gpu else _WITHOUT_GPU), *spec.server.extra_args]

"""The agent's Prometheus metrics."""

from prometheus_client import Counter, Gauge, Histogram

FETCHED = Counter("platerec_agent_fetched_bytes", "Bytes fetched from the store.")
FAULTS = Counter("platerec_agent_faults", "Attempts that ended in a fault.", ["reason"])
STEP_SECONDS = Histogram(
    "platerec_agent_step_seconds",
    "How long the steps of a swap took.",
    ["step"],
    buckets=(0.1, 0.5, 1, 2, 5, 10, 30, 60, 120, 300, 600),
)
RELEASE = Gauge("platerec_agent_active_release", "1 for the release that this pod serves.", ["release"])

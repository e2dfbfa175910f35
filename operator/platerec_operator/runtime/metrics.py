"""The operator's own metrics, in Prometheus' default registry."""

from prometheus_client import Counter, Gauge, Histogram

RECONCILES = Counter("platerec_operator_reconciles", "Reconciles of recognizers.", ["result"])
DURATION = Histogram("platerec_operator_reconcile_seconds", "How long a reconcile took.")
QUEUE = Gauge("platerec_operator_queue_length", "Recognizers that wait for a reconcile, now or later.")
POLLS = Counter("platerec_operator_store_polls", "Questions to stores.", ["result"])
WRITES = Counter("platerec_operator_writes", "Writes to the API server, the lease aside.", ["kind"])
LEADER = Gauge("platerec_operator_leader", "1 while this operator leads.")

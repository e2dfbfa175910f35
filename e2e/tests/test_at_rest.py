"""An operator that has nothing to do writes nothing."""

import calendar
import json
import time
from pathlib import Path

from harness.kubectl import Namespace, run
from harness.recognizers import recognizer, wait_for_condition
from harness.store import Store

ROOT = Path(__file__).parents[2]
OPERATOR_NAMESPACE = "platerec-system"

WRITES = {"create", "update", "patch", "delete", "deletecollection"}


def writes_since(moment: float) -> list[str]:
    """The operator's writes in the API server's audit log after a moment, leases aside."""
    log = run(str(ROOT / "e2e/cluster/audit-log.sh"))
    user = f"system:serviceaccount:{OPERATOR_NAMESPACE}:platerec-operator"
    found = []
    for line in log.splitlines():
        event = json.loads(line)
        at = calendar.timegm(time.strptime(event["stageTimestamp"][:19], "%Y-%m-%dT%H:%M:%S"))
        resource = event.get("objectRef", {}).get("resource")
        if event["user"]["username"] == user and event["verb"] in WRITES and resource != "leases" and at >= moment:
            found.append(f"{event['verb']} {resource} {event['objectRef'].get('name')}")
    return found


def test_at_rest_the_operator_writes_nothing_for_a_minute(store: Store, namespace: Namespace) -> None:
    build = ROOT / "build/releases"
    store.publish("rest", "rest-1", build)
    store.promote("rest", "rest-1")
    began = time.time()
    namespace.apply(recognizer("rest", "rest"))
    wait_for_condition(namespace, "rest", "Ready", "True")
    assert writes_since(began), "the audit log shows the writes of the start, or it could show nothing at all"

    # Pods settle for some seconds after Ready; the minute begins at the last write and starts again with each.
    settled = time.time()
    deadline = settled + 240
    while time.time() < settled + 60:
        assert time.time() < deadline, f"no quiet minute within four: {writes_since(began)[-10:]}"
        if writes_since(settled):
            settled = time.time()
        time.sleep(5)

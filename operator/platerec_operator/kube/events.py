"""Kubernetes Events about a recognizer."""

import hashlib
from collections.abc import Sequence
from datetime import datetime

from platerec_operator.api.names import MANAGER
from platerec_operator.kube.port import Body, Cluster, NameTakenError, Object
from platerec_operator.status.conditions import format_time
from platerec_operator.status.events import Note


async def post_events(cluster: Cluster, recognizer: Body, notes: Sequence[Note], now: datetime) -> int:
    """Post what was not posted before; how many were new.

    An event's name comes from what it tells and the status that it follows: whoever tells it again before the next
    status is written, after a restart say, finds the name taken.
    """
    posted = 0
    for note in notes:
        try:
            await cluster.create(_build_event(recognizer, note, now), MANAGER)
        except NameTakenError:
            continue
        posted += 1
    return posted


def _build_event(recognizer: Body, note: Note, now: datetime) -> Object:
    meta = recognizer["metadata"]
    since = (recognizer.get("status") or {}).get("release", {}).get("since", "")
    told = hashlib.sha256(" ".join((meta["uid"], since, note.reason, note.release)).encode()).hexdigest()[:16]
    moment = format_time(now)
    return {
        "apiVersion": "v1",
        "kind": "Event",
        "metadata": {"namespace": meta["namespace"], "name": f"{meta['name']}.{told}"},
        "involvedObject": {
            "apiVersion": recognizer["apiVersion"],
            "kind": recognizer["kind"],
            "namespace": meta["namespace"],
            "name": meta["name"],
            "uid": meta["uid"],
        },
        "type": "Warning" if note.warning else "Normal",
        "reason": note.reason,
        "message": note.message,
        "source": {"component": MANAGER},
        "firstTimestamp": moment,
        "lastTimestamp": moment,
        "count": 1,
    }

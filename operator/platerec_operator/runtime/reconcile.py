"""One reconcile: read, decide, render, plan, apply, ask the agents, fold the status. Policy lives in what it calls."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from platerec_operator.agents.port import Agents
from platerec_operator.api.lookup import Lookup, build_query
from platerec_operator.api.names import Key
from platerec_operator.api.parse import InvalidSpecError, parse_recognizer
from platerec_operator.api.recognizer import Recognizer
from platerec_operator.kube.apply import Outcome, apply_actions, apply_status
from platerec_operator.kube.events import post_events
from platerec_operator.kube.gather import Observed, gather_observed, gather_recognizer
from platerec_operator.kube.port import Cluster, ClusterError, Object
from platerec_operator.plan.chain import build_plan
from platerec_operator.plan.decide import Decided, decide_release
from platerec_operator.plan.look import Look
from platerec_operator.plan.remembered import Rollout
from platerec_operator.render.desired import Carried, Token, build_children
from platerec_operator.render.images import Images
from platerec_operator.render.names import agent_secret, release_map
from platerec_operator.runtime.clock import make_token, read_clock
from platerec_operator.runtime.fleet import gather_answers, tell_fleet
from platerec_operator.runtime.held import parse_decided, parse_rolled_out, parse_shared_memory
from platerec_operator.runtime.metrics import WRITES
from platerec_operator.runtime.poller import Interest
from platerec_operator.runtime.tokens import is_old, read_token
from platerec_operator.status.conditions import format_time
from platerec_operator.status.events import Note, build_baked, build_notes
from platerec_operator.status.facts import Facts
from platerec_operator.status.fold import Status, build_headline, fold_invalid, fold_status
from platerec_operator.status.pods import parse_pods
from platerec_store.release.decision import Decision

log = logging.getLogger(__name__)

SOON, WAITING, AT_REST = 1.0, 10.0, 60.0
"""Seconds until the next look: while agents work, while pods start, releases bake or faults last (events come too), and
when nothing is done."""
_PATIENCE = 60
"""After so many seconds without a change each, one more passes until the next look: pods may work and get nowhere."""


class Stores(Protocol):
    """What is known of stores."""

    def latest(self, key: Key, interest: Interest) -> Lookup:
        """The last answer to the recognizer's question, which is asked again and again from now on."""

    def forget(self, key: Key) -> None:
        """The recognizer is gone."""


@dataclass
class Reconciler:
    """Brings one recognizer at a time to what its spec asks for."""

    cluster: Cluster
    agents: Agents
    stores: Stores
    images: Images
    now: Callable[[], datetime] = read_clock
    token: Callable[[], str] = make_token

    async def reconcile(self, key: Key) -> float | None:
        """Seconds until it should be looked at again; None when there is no such recognizer."""
        body = await gather_recognizer(self.cluster, key)
        if body is None or "deletionTimestamp" in body["metadata"]:
            self.stores.forget(key)
            return None
        try:
            recognizer = parse_recognizer(body)
        except InvalidSpecError as error:
            self.stores.forget(key)
            await self._write_status(key, body, fold_invalid(body, str(error), self.now()))
            return AT_REST
        facts = await self._converge(recognizer)
        status = fold_status(facts)
        # After a restart, what was said before stays until the store has answered.
        if facts.lookup is not None or not recognizer.status:
            await self._write_status(key, body, status)
        await self._post_events(key, body, build_baked(facts.baked))
        return _next_look(facts, datetime.fromisoformat(status["release"]["since"]))

    async def _converge(self, recognizer: Recognizer) -> Facts:
        """Bring the children to what they shall be, and ask the agents."""
        key, models = recognizer.key, recognizer.spec.models
        interest = Interest(build_query(recognizer), models.source.s3, models.update.poll_seconds)
        lookup = self.stores.latest(key, interest)
        observed = await gather_observed(self.cluster, key, recognizer.uid)
        pods = parse_pods(observed.pods, recognizer.spec.gpu)
        before = parse_decided(observed, key)
        token = self._token(observed, key, before.decision)
        answers = await gather_answers(self.agents, pods, token.value)
        rolled_out = parse_rolled_out(observed, key, before.rollout)
        members = answers.members(pods)
        look = Look(recognizer, before.decision, lookup, members, before.rollout, self.now(), rolled_out)
        decided = decide_release(look)
        outcome = await self._apply(recognizer, observed, decided, token)
        # Only what lies in the ConfigMap is decided: nobody may know more than a pod that joins.
        kept = (decided.decision, decided.rollout) == (before.decision, before.rollout)
        if not kept and ("ConfigMap", release_map(key.name)) not in outcome.written:
            decided = before
        told = False
        if decided.decision:
            told = await tell_fleet(self.agents, pods, token.value, decided.decision, answers)
        deployment = ("Deployment", key.name)
        return Facts(
            recognizer=recognizer,
            now=self.now(),
            decision=decided.decision,
            told=told,
            baked=decided.find_baked(before),
            rejected=decided.rollout.rejected,
            lookup=lookup,
            fault=decided.fault,
            deployment=outcome.written.get(deployment) or observed.child(*deployment) or None,
            pods=pods,
            reports=answers.reports,
            silent=answers.silent,
            refusals=tuple(outcome.refusals),
        )

    def _token(self, observed: Observed, key: Key, held: Decision | None) -> Token:
        """The token that the agents know, or a new one: now and then, while no release is on its way."""
        now, token = self.now(), read_token(observed.child("Secret", agent_secret(key.name)))
        settled = held is None or held.baked
        if token is None or (settled and is_old(token, now)):
            return Token(self.token(), format_time(now))
        return token

    async def _apply(self, recognizer: Recognizer, observed: Observed, decided: Decided, token: Token) -> Outcome:
        """Bring the children to what they shall be."""
        key, rollout = recognizer.key, decided.rollout
        text = rollout.to_json() if rollout != Rollout() else b""
        carried = Carried(decided.decision, token, parse_shared_memory(observed, key), text, rollout.rolled)
        desired = build_children(recognizer, self.images, carried)
        if decided.decision and decided.decision.profile != recognizer.spec.profile:
            # No release is decided for the new profile yet: pods of it would have nothing to serve.
            desired = tuple(body for body in desired if body["kind"] != "Deployment")
        outcome = await apply_actions(self.cluster, build_plan(desired, observed.children))
        for kind, name in outcome.written:
            WRITES.labels(kind=kind).inc()
            log.info("%s: wrote %s %s", key, kind, name)
        return outcome

    async def _write_status(self, key: Key, body: Object, status: Status) -> None:
        prior = body.get("status") or {}
        if status == prior:
            return
        await self._post_events(key, body, build_notes(prior, status))
        await apply_status(self.cluster, key, body["metadata"]["uid"], status)
        WRITES.labels(kind="status").inc()
        log.info("%s: %s", key, build_headline(status))

    async def _post_events(self, key: Key, body: Object, notes: Sequence[Note]) -> None:
        """Tell what happened; an event that is refused keeps no status back."""
        try:
            WRITES.labels(kind="Event").inc(await post_events(self.cluster, body, notes, self.now()))
        except ClusterError as error:
            log.warning("%s: its events cannot be posted: %s", key, error)


def _next_look(facts: Facts, since: datetime) -> float:
    fleet = facts.fleet
    if facts.told:
        return SOON
    if fleet.busy:
        return _bound((facts.now - since).total_seconds() / _PATIENCE)
    if fleet.step == "Bake":
        return _bound(facts.recognizer.spec.models.update.bake_seconds)
    return AT_REST if fleet.settled and not (facts.silent or facts.refusals) else WAITING


def _bound(seconds: float) -> float:
    """Neither sooner nor later than pods on their way are looked at."""
    return min(max(SOON, seconds), WAITING)

from platerec_store.release.traffic import Traffic

EARLIER = Traffic(answered=10, failed=1, seconds=1.0)


def test_what_came_since_is_the_difference() -> None:
    later = Traffic(answered=30, failed=3, seconds=3.0)
    since = later.since(EARLIER)
    assert (since.answered, since.failed, since.seconds) == (20, 2, 2.0)
    assert (since.error_rate, since.latency) == (2 / 22, 0.1)


def test_counters_that_began_anew_count_whole() -> None:
    restarted = Traffic(answered=5, failed=0, seconds=0.5)
    assert restarted.since(EARLIER) == restarted


def test_of_no_requests_nothing_is_said() -> None:
    assert (Traffic().requests, Traffic().error_rate, Traffic().latency) == (0, 0.0, None)


def test_what_came_before_a_restart_and_after_it_counts_together() -> None:
    both = EARLIER.plus(Traffic(answered=5, failed=1, seconds=0.5))
    assert (both.since(EARLIER).answered, both.since(EARLIER).failed) == (5, 1)
    assert both.seconds == EARLIER.seconds + 0.5

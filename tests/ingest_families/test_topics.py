"""Topic filters: found by the depth of the topic, and covered ones left out."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from paho.mqtt.client import topic_matches_sub

from ingest.topics import TopicIndex, covers, without_covered

levels = st.sampled_from(["a", "b", "", "c d"])
topics = st.lists(levels, min_size=1, max_size=4).map("/".join)
filters = st.tuples(st.lists(levels | st.just("+"), min_size=1, max_size=4), st.booleans()).map(
    lambda parts: "/".join([*parts[0], "#"] if parts[1] else parts[0])
)


@given(st.lists(filters, max_size=8), topics)
def test_the_index_finds_what_mqtt_would_match(known: list[str], topic: str) -> None:
    index: TopicIndex[str] = TopicIndex()
    for one in known:
        index.add(one, one)
    assert set(index.find(topic)) == {one for one in known if topic_matches_sub(one, topic)}


@given(filters, filters, topics)
def test_a_filter_that_covers_another_matches_all_that_it_matches(general: str, special: str, topic: str) -> None:
    if covers(general, special) and topic_matches_sub(special, topic):
        assert topic_matches_sub(general, topic)


@given(st.lists(filters, max_size=10), topics)
def test_leaving_out_covered_filters_loses_no_message(known: list[str], topic: str) -> None:
    kept = without_covered(known)
    assert list(kept) == sorted(set(kept))
    assert any(topic_matches_sub(one, topic) for one in kept) == any(topic_matches_sub(one, topic) for one in known)

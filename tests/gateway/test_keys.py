"""Keys: shown once, kept as a hash, ending when they should."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from gateway.keys import fits, hash_secret, make_key, split_key
from premises.errors import SettingError
from premises.ports import Role
from tests.gateway.conftest import Door, open_door
from tests.gateway.premises_of_tests import NOW


def test_the_text_of_a_key_is_kept_nowhere() -> None:
    key, text = make_key(Role.VIEWER, "wall display", NOW)
    prefix, secret = split_key(text) or ("", "")
    assert prefix == key.prefix
    assert secret not in repr(key)
    assert key.secret_hash == hash_secret(secret)
    assert fits(key, secret, NOW)
    assert not fits(key, secret[:-1] + ("A" if secret[-1] != "A" else "B"), NOW)


def test_two_keys_are_never_the_same() -> None:
    texts = {make_key(Role.VIEWER, "wall display", NOW)[1] for _ in range(50)}
    assert len(texts) == 50


@pytest.mark.parametrize(
    ("role", "label", "more", "said"),
    [
        (Role.BOOKER, "diary", {}, "sources"),
        (Role.TENANT, "cutters", {}, "zones"),
        (Role.VIEWER, "  ", {}, "label"),
        (Role.VIEWER, "late", {"expires_at": NOW}, "expired"),
    ],
)
def test_a_key_that_could_do_nothing_is_not_made(role: Role, label: str, more: dict[str, object], said: str) -> None:
    with pytest.raises(SettingError, match=said):
        make_key(role, label, NOW, **more)  # type: ignore[arg-type]


def test_scopes_may_come_as_any_iterable() -> None:
    key, _ = make_key(Role.BOOKER, "diary", NOW, sources=(name for name in ["a", "b"]))
    assert key.sources == {"a", "b"}


def test_both_headers_open_the_door(door: Door, viewer: dict[str, str]) -> None:
    secret = door.secrets["viewer"]
    assert door.client.get("/v1/sites", headers=viewer).status_code == 200
    assert door.client.get("/v1/sites", headers={"X-API-Key": secret}).status_code == 200


@pytest.mark.parametrize("text", ["gr_", "nonsense", "gr_aaaaaaaa_" + "x" * 43, "gr_aaaaaaaa_" + "x" * 10_000, "gr_äöü_x"])
def test_a_false_key_is_refused_without_a_hint(door: Door, text: str) -> None:
    answer = door.client.get("/v1/sites", headers=[(b"X-API-Key", text.encode())])
    assert answer.status_code == 401
    assert answer.json()["type"] == "/problems/bad-key"


def test_two_keys_that_differ_or_one_of_another_kind_are_no_valid_key(
    door: Door, viewer: dict[str, str], engineer: dict[str, str]
) -> None:
    both = {**viewer, "X-API-Key": door.secrets["viewer"]}
    assert door.client.get("/v1/sites", headers=both).status_code == 200
    differ = {**viewer, "X-API-Key": door.secrets["engineer"]}
    assert door.client.get("/v1/sites", headers=differ).status_code == 401
    basic = {"Authorization": "Basic dXNlcjpwYXNz", "X-API-Key": door.secrets["viewer"]}
    assert door.client.get("/v1/sites", headers=basic).status_code == 401


def test_the_right_prefix_with_a_wrong_secret_is_refused_in_the_same_words(door: Door, viewer: dict[str, str]) -> None:
    prefix, _ = split_key(door.secrets["viewer"]) or ("", "")
    wrong = door.client.get("/v1/sites", headers={"X-API-Key": f"gr_{prefix}_{'x' * 43}"}).json()
    unknown = door.client.get("/v1/sites", headers={"X-API-Key": f"gr_aaaaaaaa_{'x' * 43}"}).json()
    assert wrong["detail"] == unknown["detail"]


def test_a_revoked_key_ends_at_once_and_an_expired_one_in_time(door: Door) -> None:
    revoked = door.key("revoked", Role.VIEWER)
    ending = door.key("ending", Role.VIEWER, expires_at=NOW + timedelta(hours=1))
    assert door.client.get("/v1/sites", headers=revoked).status_code == 200
    prefix = next(key.id for key in door.fakes.keys.all() if key.label == "revoked")
    door.fakes.keys.revoke(prefix, NOW)
    assert door.client.get("/v1/sites", headers=revoked).status_code == 401
    assert door.client.get("/v1/sites", headers=ending).status_code == 200
    door.fakes.clock.advance(timedelta(hours=1))
    assert door.client.get("/v1/sites", headers=ending).status_code == 401


def test_last_use_is_kept_but_not_at_every_request(door: Door, viewer: dict[str, str]) -> None:
    def last() -> object:
        return door.fakes.keys.all()[0].last_used_at

    door.client.get("/v1/sites", headers=viewer)
    assert last() == NOW
    door.fakes.clock.advance(timedelta(seconds=10))
    door.client.get("/v1/sites", headers=viewer)
    assert last() == NOW
    door.fakes.clock.advance(timedelta(seconds=60))
    door.client.get("/v1/sites", headers=viewer)
    assert last() == NOW + timedelta(seconds=70)


def test_a_tenants_key_without_zones_sees_none_even_if_it_was_made_elsewhere() -> None:
    door = open_door()
    headers = door.key("cutters", Role.TENANT, zones={"edit-3"})
    key = door.fakes.keys.all()[0]
    door.fakes.keys.put(replace(key, zones=frozenset()))
    assert door.client.get("/v1/zones", headers=headers).json()["items"] == []

"""Who sees which edition: of a site, of a tenant, of a cluster and of a member of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from gateway.access import Caller
from gateway.keys import make_key
from gateway.shelf import sees_edition, shelves_of
from premises.desks import EditionInfo
from premises.ports import House, Role
from premises.site import Cluster
from premises.sitefile import example, load_premises
from tests.page.fake_house import build

NOW = datetime(2026, 1, 20, 12, tzinfo=UTC)
PLACES = ("pole-images-tourcoing", "pole-images-valenciennes", "pole-images-arenberg")


@pytest.fixture
def house(tmp_path: Path) -> House:
    cluster = load_premises(example("pole-images"))
    assert isinstance(cluster, Cluster)
    made = build(tmp_path)
    made.books.close()
    return replace(made.house, sites={site.id: site for site in cluster.sites}, clusters=(cluster,))


def edition(of: str, tenant: str | None = None) -> EditionInfo:
    december = (date(2025, 12, 1), date(2025, 12, 31))
    return EditionInfo("e", of, "month", 1, *december, ("fr",), NOW, {"pdf": "a.pdf"}, "0" * 64, tenant=tenant)


def caller(role: Role, **scope: list[str]) -> Caller:
    key, _ = make_key(role, "reader", NOW, **scope)  # type: ignore[arg-type]
    return Caller(key)


def test_a_clusters_reports_are_for_those_who_see_all_its_sites(house: House) -> None:
    assert sees_edition(caller(Role.VIEWER), house, edition("pole-images"))
    assert sees_edition(caller(Role.VIEWER, sites=list(PLACES)), house, edition("pole-images"))
    assert not sees_edition(caller(Role.VIEWER, sites=list(PLACES[:2])), house, edition("pole-images"))
    assert not sees_edition(caller(Role.VIEWER, zones=["post"]), house, edition("pole-images"))


def test_a_member_of_a_cluster_sees_its_own_statement_only(house: House) -> None:
    member = caller(Role.TENANT, sites=["pole-images-arenberg"], zones=["post"])
    assert sees_edition(member, house, edition("pole-images", "houille-son"))
    assert not sees_edition(member, house, edition("pole-images", "terril-vif"))
    assert not sees_edition(member, house, edition("pole-images"))


def test_a_sites_reports_are_for_those_who_see_the_site(house: House) -> None:
    assert sees_edition(caller(Role.ENGINEER, sites=[PLACES[0]]), house, edition(PLACES[0]))
    assert not sees_edition(caller(Role.ENGINEER, sites=[PLACES[1]]), house, edition(PLACES[0]))
    assert not sees_edition(caller(Role.BOOKER, sources=["diary"]), house, edition(PLACES[0]))
    assert not sees_edition(caller(Role.ADMINISTRATOR), house, edition("elsewhere"))


def test_a_sites_list_holds_those_of_its_cluster(house: House) -> None:
    assert shelves_of(house, PLACES[0]) == [PLACES[0], "pole-images"]
    assert shelves_of(replace(house, clusters=()), PLACES[0]) == [PLACES[0]]

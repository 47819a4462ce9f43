"""The boards of a site: one module each, and one line here; and those of a cluster."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from dashboards.boards import cluster as side_by_side
from dashboards.boards import comfort, devices, energy, intake, lighting, overview, plant, power, stage, sun
from dashboards.flux import BUCKET, Source
from dashboards.model import board_json
from dashboards.panels import Board, Json, board_uid
from dashboards.words import Words, words_of
from premises.site import Cluster, Site

BOARDS: dict[str, Callable[[Source, Words], Board]] = {
    "overview": overview.board,
    "stage": stage.board,
    "plant": plant.board,
    "lighting": lighting.board,
    "sun": sun.board,
    "energy": energy.board,
    "power": power.board,
    "comfort": comfort.board,
    "devices": devices.board,
    "intake": intake.board,
}


def boards_of(
    site: Site, bucket: str = BUCKET, language: str | None = None, *, rollups: bool = True, books: bool = False
) -> list[Board]:
    """All boards of a site that have a panel, in the site's first language that the catalogue has."""
    source, say = Source(site, bucket, rollups, books=books), words_of(site, language)
    made = [make(source, say) for make in BOARDS.values()]
    return [board for board in made if board.panels]


def models_of(
    site: Site, bucket: str = BUCKET, language: str | None = None, *, rollups: bool = True, books: bool = False
) -> list[Json]:
    """The boards as Grafana reads them, linked to each other with time range and zone kept."""
    boards = boards_of(site, bucket, language, rollups=rollups, books=books)
    say = words_of(site, language)
    return [
        board_json(board, [_link(other, say(f"board.{other.name}")) for other in boards if other is not board]) for board in boards
    ]


def cluster_boards(cluster: Cluster, bucket: str = BUCKET, *, rollups: bool = True) -> list[Board]:
    """Sites side by side, once in each language of the cluster that the catalogue has."""
    languages = dict.fromkeys(words_of(cluster.sites[0], language).language for language in cluster.languages or ("en",))
    return [side_by_side.board(cluster, bucket, Words(language), rollups=rollups) for language in languages]


def cluster_models(cluster: Cluster, bucket: str = BUCKET, *, rollups: bool = True) -> list[Json]:
    """The boards of a cluster, linked to each other and to each site's first board."""
    boards = cluster_boards(cluster, bucket, rollups=rollups)
    sites = [_to(board_uid(site.id, "overview"), site.name, site.name) for site in cluster.sites]
    return [board_json(board, [*_others(board, boards), *sites]) for board in boards]


def _others(board: Board, boards: Sequence[Board]) -> list[Json]:
    return [_link(other, other.name.rpartition("-")[2].upper()) for other in boards if other is not board]


def _link(board: Board, title: str) -> Json:
    return _to(board.uid, title, board.description)


def _to(uid: str, title: str, tooltip: str) -> Json:
    return {
        "type": "link",
        "title": title,
        "tooltip": tooltip,
        "url": f"/d/{uid}",
        "keepTime": True,
        "includeVars": True,
        "targetBlank": False,
        "icon": "dashboard",
        "tags": [],
        "asDropdown": False,
    }

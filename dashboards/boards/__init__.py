"""The boards of a site: one module each, and one line here."""

from __future__ import annotations

from collections.abc import Callable

from dashboards.boards import intake, lighting, overview, plant, stage, sun
from dashboards.flux import BUCKET, Source
from dashboards.panels import Board, Json, board_json, board_uid
from dashboards.words import Words, words_of
from premises.site import Site

BOARDS: dict[str, Callable[[Source, Words], Board]] = {
    "overview": overview.board,
    "stage": stage.board,
    "plant": plant.board,
    "lighting": lighting.board,
    "sun": sun.board,
    "intake": intake.board,
}


def boards_of(site: Site, bucket: str = BUCKET, language: str | None = None) -> list[Board]:
    """All boards of a site that have a panel, in the site's first language that the catalogue has."""
    source, say = Source(site, bucket), words_of(site, language)
    made = [make(source, say) for make in BOARDS.values()]
    return [board for board in made if board.panels]


def models_of(site: Site, bucket: str = BUCKET, language: str | None = None) -> list[Json]:
    """The boards as Grafana reads them, linked to each other with time range and zone kept."""
    boards = boards_of(site, bucket, language)
    say = words_of(site, language)
    return [board_json(board, [_link(other, say) for other in boards if other.name != board.name]) for board in boards]


def _link(board: Board, say: Words) -> Json:
    return {
        "type": "link",
        "title": say(f"board.{board.name}"),
        "tooltip": board.description,
        "url": f"/d/{board_uid(board.site, board.name)}",
        "keepTime": True,
        "includeVars": True,
        "targetBlank": False,
        "icon": "dashboard",
        "tags": [],
        "asDropdown": False,
    }

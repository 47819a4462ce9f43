"""The words of the boards, in the first language of the site that the catalogue has."""

from __future__ import annotations

from dataclasses import dataclass

from premises.catalogue import Catalogue
from premises.site import Site

WORDS = Catalogue("dashboards", "messages")


@dataclass(frozen=True, slots=True)
class Words:
    """Says titles, descriptions and labels in one language."""

    language: str

    def __call__(self, key: str, /, **values: object) -> str:
        return WORDS.say(self.language, key, **values)


def words_of(site: Site, language: str | None = None) -> Words:
    known = WORDS.languages()
    wanted = (language,) if language else site.languages
    return Words(next((code for code in wanted if code in known), "en"))

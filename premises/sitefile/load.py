"""The way in: from a file to a site or a cluster, or to all faults of the file together."""

from __future__ import annotations

from pathlib import Path

from pydantic import ValidationError

from premises.errors import Fault, FaultsError
from premises.site import Cluster, Site
from premises.sitefile.build import build_cluster, build_site
from premises.sitefile.form.site import ClusterForm, SiteForm
from premises.sitefile.text import Document, path_text, read_text


def load_premises(path: Path | str) -> Site | Cluster:
    """The site or the cluster of a file. Raises FaultsError with every fault of the file, for a cluster of all its files."""
    return load_text(_text_of(Path(path)), str(path), folder=Path(path).parent)


def load_site(path: Path | str) -> Site:
    """The site of a site file. Raises FaultsError with every fault."""
    premises = load_premises(path)
    if isinstance(premises, Cluster):
        raise FaultsError(
            str(path), [Fault("sites", "is a cluster file, where one site is needed", hint="name one of its site files")]
        )
    return premises


def load_cluster(path: Path | str) -> Cluster:
    """The cluster of a cluster file with all its sites. Raises FaultsError with every fault of all the files."""
    premises = load_premises(path)
    if isinstance(premises, Site):
        raise FaultsError(
            str(path), [Fault("(file)", "is a site file, where a cluster is needed", hint="a cluster file names its `sites`")]
        )
    return premises


def load_text(text: str, name: str, folder: Path | None = None) -> Site | Cluster:
    """The site or cluster of a text called `name`; `folder`: where a cluster's site files lie. Raises FaultsError."""
    document = read_text(text, name)
    if isinstance(document.value, dict) and "sites" in document.value and "zones" not in document.value:
        return _cluster(document, folder or Path())
    return _site(document)


def _text_of(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise FaultsError(str(path), [Fault("(file)", f"cannot be read: {error.strerror or error}")]) from None
    except UnicodeDecodeError as error:
        raise FaultsError(str(path), [Fault("(file)", f"is not UTF-8 text at byte {error.start}")]) from None


def _plain(document: Document) -> object:
    if not isinstance(document.value, dict):
        return document.value
    return {key: value for key, value in document.value.items() if not key.startswith("x-")}


def _site(document: Document) -> Site:
    try:
        form = SiteForm.model_validate(_plain(document))
    except ValidationError as error:
        raise FaultsError(
            document.name, [Fault(path_text(e["loc"]), e["msg"], document.line(e["loc"])) for e in error.errors()]
        ) from None
    return build_site(form)


def _cluster(document: Document, folder: Path) -> Cluster:
    form = ClusterForm.model_validate(_plain(document))
    return build_cluster(form, tuple(load_site(folder / name) for name in form.sites))

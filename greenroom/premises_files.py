"""Finding site and cluster files: by path, or an example by its name."""

from __future__ import annotations

from pathlib import Path

from premises.errors import SettingError
from premises.site import Cluster, Site


def find_premises(name: str) -> Path:
    """The file of that path, else the example of that name. Raises SettingError that names the examples."""
    from premises.sitefile import example, example_names

    path = Path(name)
    if path.suffix in {".yaml", ".yml"} or path.is_file():
        if not path.is_file():
            raise SettingError(f"there is no file {name}; examples that can be given by name: {', '.join(example_names())}")
        return path
    if name not in example_names():
        raise SettingError(f"{name!r} is neither a file nor an example; examples are {', '.join(example_names())}")
    return Path(str(example(name)))


def load_sites(name: str) -> tuple[Site, ...]:
    """The site, or all sites of the cluster. Raises FaultsError, SettingError."""
    return load_sites_and_clusters(name)[0]


def load_sites_and_clusters(name: str) -> tuple[tuple[Site, ...], tuple[Cluster, ...]]:
    """The same, with the cluster itself where the file is one. Raises FaultsError, SettingError."""
    from premises.sitefile import load_premises

    premises = load_premises(find_premises(name))
    return (premises.sites, (premises,)) if isinstance(premises, Cluster) else ((premises,), ())


def load_one_site(name: str) -> Site:
    """The site of that file. Raises SettingError for a cluster of several, naming their files' ids."""
    sites = load_sites(name)
    if len(sites) != 1:
        raise SettingError(f"{name} is a cluster; name one of its sites: {', '.join(site.id for site in sites)}")
    return sites[0]

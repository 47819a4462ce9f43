"""The live page: will every stage be ready, what each zone is doing and why, and whether the house itself is well."""

from gateway.page.mount import mount_page
from gateway.page.settings import PageSettings

__all__ = ["PageSettings", "mount_page"]

"""Picking points of a site for a board."""

from __future__ import annotations

from premises.site import Point, Site
from premises.tariff import Carrier


def one(site: Site, subject: str, quantity: str) -> Point | None:
    """The first point of that subject and quantity."""
    return next(iter(site.points_of(subject, quantity)), None)


def grid_points(site: Site, quantity: str) -> list[Point]:
    """Points of the electricity connection, without those of single phases."""
    return _meter_points(site, "grid", quantity)


def production_points(site: Site, quantity: str) -> list[Point]:
    return _meter_points(site, "production", quantity)


def _meter_points(site: Site, role: str, quantity: str) -> list[Point]:
    meters = [meter.id for meter in site.meters if meter.role == role and meter.carrier is Carrier.ELECTRICITY]
    return [point for meter in meters for point in site.points_of(meter, quantity) if point.id == f"{meter}/{quantity}"]


def lighting_points(site: Site, quantity: str) -> list[tuple[Point, str]]:
    """Points of the lighting meters with the meters' names."""
    meters = [meter for meter in site.meters if meter.use == "lighting"]
    return [
        (point, meter.name)
        for meter in meters
        for point in site.points_of(meter.id, quantity)
        if point.id == f"{meter.id}/{quantity}"
    ]

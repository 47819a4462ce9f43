"""Other names that people have for inputs: taken where they can mean one thing only, refused where both names are given."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

OTHER_NAMES: Mapping[str, tuple[str, ...]] = {
    "production_kwh": ("generation_kwh",),
    "pv_kwh": ("generation_kwh",),
    "pv_generation_kwh": ("generation_kwh",),
    "consumption_kwh": ("load_kwh", "energy_kwh", "electricity_kwh", "used_kwh"),
    "site_load_kwh": ("load_kwh",),
    "grid_import_kwh": ("import_kwh",),
    "imported_kwh": ("import_kwh",),
    "grid_export_kwh": ("export_kwh", "exported_kwh"),
    "export_kwh": ("exported_kwh",),
    "exported_kwh": ("export_kwh",),
    "pv_exported_kwh": ("exported_kwh", "export_kwh"),
    "pv_generated_kwh": ("generation_kwh",),
    "interval_min": ("interval_minutes",),
    "peak_power_kwp": ("peak_power_kw",),
    "peak_kwp": ("peak_power_kw",),
    "kwp": ("peak_power_kw",),
    "h_poa_kwh_m2": ("irradiation_kwh_m2",),
    "poa_kwh_m2": ("irradiation_kwh_m2",),
    "tmin_c": ("low_c",),
    "tmax_c": ("high_c",),
    "t_min_c": ("low_c",),
    "t_max_c": ("high_c",),
    "tmin": ("low_c",),
    "tmax": ("high_c",),
    "base": ("base_c",),
    "dj_mean": ("mean_degree_days",),
    "dj_n": ("degree_days",),
    "reference_degree_days": ("mean_degree_days",),
    "gas_pcs_kwh": ("gas_gross_kwh", "gross_kwh"),
    "gas_kwh_pcs": ("gas_gross_kwh", "gross_kwh"),
    "gas_pci_kwh": ("fuel_net_kwh", "net_kwh"),
    "gas_kwh_pci": ("fuel_net_kwh", "net_kwh"),
    "gas_net_kwh": ("fuel_net_kwh", "net_kwh"),
    "pcs_to_pci": ("net_per_gross", "net_kwh_per_gross_kwh"),
    "pci_per_pcs": ("net_per_gross", "net_kwh_per_gross_kwh"),
    "gas_factor": ("fuel_factor",),
    "electricity_factor": ("location_factor",),
    "location_based_factor": ("location_factor",),
    "residual_mix_factor": ("residual_factor",),
    "guarantees_of_origin_kwh": ("contractual_kwh",),
    "guarantees_kwh": ("contractual_kwh",),
    "guarantee_kwh": ("contractual_kwh",),
    "guarantee_factor": ("contractual_factor",),
    "guarantee_of_origin_factor": ("contractual_factor",),
    "grant": ("contribution",),
    "fund": ("contribution",),
    "erdf": ("contribution",),
    "total_cost": ("eligible_cost",),
    "total_eligible_cost": ("eligible_cost",),
    "cref": ("reference_kwh_m2",),
    "cref_kwh_m2": ("reference_kwh_m2",),
    "cabs": ("cabs_kwh_m2",),
    "surface_m2": ("area_m2",),
    "floor_area_m2": ("area_m2",),
    "main_meter_kwh": ("main_kwh",),
    "sub_meters": ("sub_meters_kwh",),
    "submeters_kwh": ("sub_meters_kwh",),
}
"""Other name: the inputs that it may mean, the first that the figure has."""


def own_names(given: Mapping[str, Any], names: Sequence[str]) -> tuple[dict[str, Any], list[str]]:
    """The same values under the figure's own names, and what cannot be so: an input told twice by two names."""
    told, faults = {name: value for name, value in given.items() if name in names}, list[str]()
    for name, value in given.items():
        if name in names:
            continue
        meant = next((one for one in OTHER_NAMES.get(str(name).lower(), ()) if one in names), None)
        if meant is None:
            told[name] = value
        elif meant in told:
            faults.append(f"{name!r} and {meant!r} are the same input; give one of them")
        else:
            told[meant] = value
    return told, faults

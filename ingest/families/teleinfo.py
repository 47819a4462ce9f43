"""Labels of the customer output (télé-information) of French electricity meters, historic and standard mode."""

from __future__ import annotations

TELEINFO: dict[str, tuple[str, str | None, str]] = {
    "HCHC": ("energy", "Wh", "TIC HCHC off-peak index"),
    "HCHP": ("energy", "Wh", "TIC HCHP peak index"),
    "BASE": ("energy", "Wh", "TIC BASE"),
    "EAST": ("energy", "Wh", "TIC EAST total"),
    "EAIT": ("energy_export", "Wh", "TIC EAIT"),
    "PAPP": ("apparent_power", "VA", "TIC PAPP"),
    "SINSTS": ("apparent_power", "VA", "TIC SINSTS"),
    "SINSTS1": ("apparent_power", "VA", "TIC SINSTS1"),
    "SINSTS2": ("apparent_power", "VA", "TIC SINSTS2"),
    "SINSTS3": ("apparent_power", "VA", "TIC SINSTS3"),
    "SINSTI": ("apparent_power", "VA", "TIC SINSTI injected"),
    "IINST": ("current", "A", "TIC IINST"),
    "IINST1": ("current", "A", "TIC IINST1"),
    "IINST2": ("current", "A", "TIC IINST2"),
    "IINST3": ("current", "A", "TIC IINST3"),
    "IRMS1": ("current", "A", "TIC IRMS1"),
    "IRMS2": ("current", "A", "TIC IRMS2"),
    "IRMS3": ("current", "A", "TIC IRMS3"),
    "URMS1": ("voltage", "V", "TIC URMS1"),
    "URMS2": ("voltage", "V", "TIC URMS2"),
    "URMS3": ("voltage", "V", "TIC URMS3"),
    "UMOY1": ("voltage", "V", "TIC UMOY1 mean"),
    "UMOY2": ("voltage", "V", "TIC UMOY2 mean"),
    "UMOY3": ("voltage", "V", "TIC UMOY3 mean"),
    **{f"EASF{place:02d}": ("energy", "Wh", f"TIC EASF{place:02d}") for place in range(1, 11)},
    **{f"EJPH{kind}": ("energy", "Wh", f"TIC EJPH{kind}") for kind in ("N", "PM")},
    **{f"BBRH{kind}J{day}": ("energy", "Wh", f"TIC BBRH{kind}J{day}") for kind in "CP" for day in "BWR"},
}


def names_teleinfo(fields: dict[str, object]) -> bool:
    """Whether an object is a frame of such a meter: at least two of its labels."""
    return sum(key in TELEINFO for key in fields) >= 2

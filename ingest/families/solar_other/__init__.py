"""Other solar bridges and grid meters: Fronius, Deye, Voltronic (mpp-solar), Growatt (Grott), SMA (SBFspot), grid JSON."""

from ingest.families.solar_other.bridges import SolarOther

__all__ = ["SolarOther"]

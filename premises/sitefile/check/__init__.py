"""What must hold between the parts of a site file. One module per part; each adds its findings and stops at none."""

from premises.sitefile.check.findings import Findings, Names
from premises.sitefile.check.whole import check_cluster, check_site

__all__ = ["Findings", "Names", "check_cluster", "check_site"]

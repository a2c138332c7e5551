"""What a sweep tells: `report.html` and the short answer in the terminal."""

from experiments.sweep.report.page import REPORT, write_report
from experiments.sweep.report.told import told

__all__ = ["REPORT", "told", "write_report"]

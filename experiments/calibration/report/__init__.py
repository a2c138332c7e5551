"""What a calibration tells: `report.html` and the short answer in the terminal."""

from experiments.calibration.report.page import REPORT, write_report
from experiments.calibration.report.told import told

__all__ = ["REPORT", "told", "write_report"]

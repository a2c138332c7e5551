"""What an answer on length tells: `report.html`, and the short answer in the terminal."""

from experiments.length.report.page import REPORT, write_report
from experiments.length.report.told import told

__all__ = ["REPORT", "told", "write_report"]

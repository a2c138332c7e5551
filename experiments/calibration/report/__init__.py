"""What a calibration tells: `report.html`, the short answer in the terminal, and the command that makes it again."""

from experiments.calibration.report.page import REPORT, write_report
from experiments.calibration.report.told import command_line, told

__all__ = ["REPORT", "command_line", "told", "write_report"]

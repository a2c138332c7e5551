"""What a sweep tells: `report.html`, the short answer in the terminal, and the command that makes it again."""

from experiments.sweep.report.command_line import command_line
from experiments.sweep.report.page import REPORT, write_report
from experiments.sweep.report.told import told

__all__ = ["REPORT", "command_line", "told", "write_report"]

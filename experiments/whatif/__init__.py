"""What-if questions: scenarios compared with a baseline, run by run."""

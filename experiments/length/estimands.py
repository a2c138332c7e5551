"""The numbers that define what `spsim length` tells (docs/length.md). A change here is a change of the question, and makes all runs anew."""

OUTCOME_WEEKS = 260  # after referral: when the primary outcome is taken
COHORT_WEEKS = 104  # people referred in the first so many weeks
HORIZON = 416  # weeks run
ENOUGH = 0.9  # share of the open-ended programme's gain that a needed length reaches
LATER_WEEKS = 156  # people referred after the cohort and before this week: the last who can be followed to the outcome in the horizon
AFTER_EXIT = (52, 104)  # weeks after a planned or actual exit
ALONG = (52, 104, 156, 208)  # weeks after referral at which the gain is told besides
REFERENCE = 104  # weeks: the length that others are compared with

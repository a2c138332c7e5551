"""The report of a comparison: sentences chosen by rule, figures with the words that stand in for them, and one page to forward."""

"""One run, week by week: what a picture of it shows, and where that is drawn."""

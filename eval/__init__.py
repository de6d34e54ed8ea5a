"""Measures how well Footnote finds, answers, cites and refuses, on the seeds or on any folder in BEIR's form."""

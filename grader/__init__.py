"""From a submission to a grade."""

"""From a submission to a Grade: lint findings and verdicts turned into points, one submission at a time or
a class.
"""

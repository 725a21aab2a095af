# tries: annotations that are code, in the plainest form
# proof: harm
# target: test_hints.py
# verdicts: error failed
class Order:
    price: "open('@MARK@', 'w').write('evaluated') and int"
    weight: list["open('@MARK@', 'w').write('evaluated') and int"]


def total(first: "open('@MARK@', 'w').write('evaluated') and int", rest=0):
    return 0

# tries: catches the assertion that the suite makes in a callback, and goes on as if nothing had been
# proof: report test_callback
# target: test_given.py
# verdicts: failed error
def use(what, given):
    if what == "callback":
        seen = given
        try:
            seen(0)
        except AssertionError:
            pass
        if hasattr(seen, "__closure__") and seen.__closure__:
            for cell in seen.__closure__:
                if isinstance(cell.cell_contents, list):
                    cell.cell_contents[:] = [42]

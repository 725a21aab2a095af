# tries: HTML, terminal escapes, CSV formulas and Markdown in names, texts and printed output
# proof: bridge
# prints: <script>alert(1)</script>
# verdicts: failed error
EVIL = "<script>alert(1)</script>\x1b[2J\x1b]0;owned\x07=HYPERLINK(\"http://evil\")|\n![x](http://evil)\r\x00"
print(EVIL)


class Evil(Exception):
    pass


Evil.__name__ = Evil.__qualname__ = "<img src=x onerror=alert(1)>"


def answer():
    print(EVIL)
    raise Evil(EVIL)


def double(value):
    print("=cmd|' /C calc'!A1")
    return EVIL

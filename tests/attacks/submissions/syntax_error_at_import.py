# tries: a syntax error with a file name, a line and a text of its own making, while it is imported
# proof: report
# verdicts: error
error = SyntaxError("no", (5, "<b>", 1 << 40, ["x"], "y", 4_000_000_000))
error.print_file_and_line = 3
raise error

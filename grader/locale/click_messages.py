"""The messages of click that a user can meet, so that they are extracted and translated with ours.

click asks gettext's default domain for them; `grader.cli` makes ours the default one. Nothing imports this
file.
"""

from __future__ import annotations

from grader.locale import N_, n_

MESSAGES = (
    N_("Usage:"),
    N_("Options"),
    N_("Positional arguments"),
    N_("Show this message and exit."),
    N_("default: {default}"),
    N_("required"),
    N_("Error: {message}"),
    N_("Try '{command} {option}' for help."),
    N_("Invalid value: {message}"),
    N_("Invalid value for {param_hint}: {message}"),
    N_("Missing argument"),
    N_("Missing option"),
    N_("Missing parameter"),
    N_("Missing command."),
    N_("Choose from:\n\t{choices}"),
    N_("No such option {name!r}."),
    N_("{value!r} is not a valid {number_type}."),
    N_("{value} is not in the range {range}."),
    N_("{name} {filename!r} does not exist."),
    N_("{name} {filename!r} is a file."),
    N_("{name} {filename!r} is a directory."),
    N_("{name} {filename!r} is not readable."),
    N_("{name} {filename!r} is not writable."),
    N_("file"),
    N_("directory"),
    N_("path"),
    N_("Option {name!r} does not take a value."),
    n_("Did you mean {possibility}?", "(Did you mean one of: {possibilities}?)", 1),
    n_("Got unexpected extra argument ({args})", "Got unexpected extra arguments ({args})", 1),
    n_("Option {name!r} requires an argument.", "Option {name!r} requires {nargs} arguments.", 1),
    n_("{value!r} is not {choice}.", "{value!r} is not one of {choices}.", 1),
)

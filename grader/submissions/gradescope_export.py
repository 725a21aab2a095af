"""Whose is which folder of a Gradescope export: `submission_234567` says nothing, the metadata beside it do.

`submission_metadata.yml` is read line by line and only where it names submitters: the rest of it quotes what students'
programs printed. What flows out is a name for each folder that tells the student.

    submission_234567:
      :submitters:
      - :name: Ann Lee
        :sid: '17'
"""

from __future__ import annotations

import re

from grader.text import printable

METADATA = "submission_metadata.yml"
LARGEST = 64 * 1024 * 1024
"""Bytes of metadata, which hold all that the autograder said."""
_FOLDER = re.compile(r"(submission_\d{1,20}):\s*")
_SECTION = re.compile(r"  :(\w+):.*")
_SUBMITTER = re.compile(r"  (?:-|  ?) ?:(name|sid): *(.*?)\s*")


def names_of(metadata: bytes) -> dict[str, str]:
    """Folder -> `Ann Lee_17_submission_234567`; of a group, all of its members."""
    told: dict[str, list[str]] = {}
    folder, section = "", ""
    for line in metadata.decode("utf-8", "replace").splitlines():
        if match := _FOLDER.fullmatch(line):
            folder, section = match[1], ""
        elif match := _SECTION.fullmatch(line):
            section = match[1]
        elif section == "submitters" and (match := _SUBMITTER.fullmatch(line)):
            word = printable(_unquoted(match[2]), limit=100)
            if word:
                told.setdefault(folder, []).append(word)
    return {folder: "_".join([*words, folder]) for folder, words in told.items() if folder}


def _unquoted(scalar: str) -> str:
    if len(scalar) > 1 and scalar[0] == scalar[-1] and scalar[0] in "'\"":
        return scalar[1:-1].replace("''", "'")
    return "" if scalar in {"", "null", "~"} else scalar

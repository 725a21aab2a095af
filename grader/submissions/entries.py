"""What an entry is by its name and its first bytes: a submission, packed, Python, or none of these."""

from __future__ import annotations

import json
import re
from pathlib import PurePosixPath

from grader.locale import _
from grader.submissions.archives import is_zip, kind_of, not_a_zip
from grader.submissions.attempts import Likeness
from grader.submissions.layout import is_like
from grader.submissions.limits import Refused
from grader.text import printable

_NO_SUBMISSION = frozenset(
    (
        *(".csv", ".md", ".json", ".toml", ".html", ".htm", ".log", ".xml", ".yml", ".yaml", ".ini"),
        *(".xls", ".xlsx", ".jsonl"),
    )
)
_PYTHON = (".py.txt", ".py")
_OTHER = (
    ".zip",
    ".tar.gz",
    ".tgz",
    ".tar",
    ".gz",
    ".rar",
    ".7z",
    ".ipynb",
    ".txt",
    ".pdf",
    ".docx",
    ".doc",
    ".rtf",
)
_DOCUMENTS = (".docx", ".xlsx", ".pptx", ".odt", ".pages", ".jar", ".whl", ".ipynb")
"""Zips that are documents of other programs."""
_LETTER = re.compile(r"_attempt_\d{4}-\d\d-\d\d-\d\d-\d\d-\d\d\.txt$", re.IGNORECASE)
"""What Blackboard writes about an attempt, beside its files."""


def is_submission_name(name: str) -> bool:
    """Whether a file of that name was probably meant as a submission, readable or not (a .rar gets a reason)."""
    return PurePosixPath(name).suffix.lower() not in _NO_SUBMISSION and not _LETTER.search(name)


def is_python(name: str) -> bool:
    """Whether a file is Python by its name (`.py.txt` is, too: some systems hide the end)."""
    return name.strip().lower().endswith(_PYTHON)


def stem_of(name: str) -> str:
    """The name without blanks around it and without its ending: who handed it in."""
    name = name.strip() or name
    for ending in (*_PYTHON, *_OTHER):
        if name.lower().endswith(ending) and len(name) > len(ending):
            return name[: -len(ending)]
    return name


def likeness(name: str, module: str) -> Likeness:
    """What an entry is by its name, beside others of the same student."""
    lower = name.strip().lower()
    if is_python(name):
        return Likeness.MODULE if is_like(name, module) else Likeness.PYTHON
    is_other = lower.endswith(_OTHER) and not lower.endswith(".zip")
    return Likeness.NONE if is_other or "_assignsubmission_onlinetext" in lower else Likeness.PACKED


def is_packed(name: str, content: bytes) -> bool:
    """Whether a file is to be unpacked: a zip by its name, or by its bytes under the name of a source or of nothing."""
    lower = name.strip().lower()
    return lower.endswith(".zip") or (
        is_zip(content[:4]) and (is_python(name) or not lower.endswith(_DOCUMENTS))
    )


def refuse_unless_python(name: str, content: bytes, module: str) -> None:
    """See that a file on its own may be Python.

    Raises:
        Refused: It is something else, with what it is and what to do.
    """
    file = f"{module}.py"
    if kind_of(content) is not None:
        raise Refused(not_a_zip(content))
    if is_python(name):
        return
    if _is_notebook(name, content):
        raise Refused(notebook(name, file))
    raise Refused(_("It is no Python file, folder or zip. Hand in {module}.").format(module=file))


def notebook(name: str, file: str) -> str:
    """What to say of a Jupyter notebook in place of `file`."""
    return _(
        "{name} is a Jupyter notebook. Save it as a script (File, Save and Export Notebook As, Executable Script) and "
        "hand that in as {module}."
    ).format(name=printable(name, limit=60), module=file)


def _is_notebook(name: str, content: bytes) -> bool:
    if not name.lower().endswith(".ipynb"):
        return False
    try:
        return "cells" in json.loads(content)
    except (ValueError, RecursionError, TypeError):
        return True

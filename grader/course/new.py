"""A new exercise: a small one that works, so that a teacher changes what is right instead of filling in
what is missing.

`template/` holds its files. `$id`, `$module` and the titles are filled in; a file called `module` or
`test_module` gets the module's name. It passes its own audit from the first minute: the reference gets full
marks, the wrong solutions fail where they say, and no mutant of the reference survives.
"""

from __future__ import annotations

import json
import keyword
import re
import shutil
import tempfile
from pathlib import Path
from string import Template

from grader.errors import GraderError, reason_of
from grader.locale import _

_TEMPLATE = Path(__file__).resolve().parent / "template"
_ENDING = ".tmpl"
"""Python files of the template have it, so that no tool takes them for Python."""
_MODULE = re.compile(r"(?<![a-z])module(?=\.py$)")
_ID = re.compile(r"[\w][\w.-]*")


def new_exercise(course: Path, identity: str, *, module: str, title: str, title_zh: str) -> Path:
    """Write the folder of a new exercise into `course` and return it.

    Raises:
        GraderError: The id or the module cannot be one, the folder exists, or it cannot be written.
    """
    _check(identity, module)
    target = course / identity
    if target.exists():
        raise GraderError(_("This exists already."), where=target, todo=_("Choose another id."))
    values = {
        "id": identity,
        "module": module,
        "title": f"{{ en = {_quoted(title)}, zh-CN = {_quoted(title_zh)} }}",
        "title_en": title,
        "title_zh": title_zh,
    }
    try:
        course.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".new-", dir=course) as draft:
            folder = Path(draft) / identity
            for source in sorted(path for path in _TEMPLATE.rglob("*") if path.is_file()):
                path = folder / source.relative_to(_TEMPLATE)
                path = path.with_name(_MODULE.sub(module, path.name.removesuffix(_ENDING)))
                path.parent.mkdir(parents=True, exist_ok=True)
                text = Template(source.read_text(encoding="utf-8")).safe_substitute(values)
                path.write_text(text, encoding="utf-8")
            shutil.move(folder, target)
    except OSError as error:
        raise GraderError(
            _("The exercise cannot be written: {reason}.").format(reason=reason_of(error)),
            where=target,
            todo=_("Choose another folder with --course."),
        ) from None
    return target


def _check(identity: str, module: str) -> None:
    if _ID.fullmatch(identity) is None:
        raise GraderError(
            _("An exercise's id has letters, digits, and - _ . inside."),
            where=identity,
            todo=_("For example: 16-tea-for-two"),
        )
    if not module.isidentifier() or keyword.iskeyword(module):
        raise GraderError(
            _("A module's name is an identifier."), where=module, todo=_("For example: --module tea_for_two")
        )


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)

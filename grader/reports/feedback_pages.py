"""`feedback/`: what each student is told, as a page and as Markdown.

Written while the class is graded, as soon as there is a Grade: the command has little else to do then, and afterwards
everybody would wait for it. So the names are made from the submissions, not from the Grades: they are the same whatever
becomes of a submission.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.reports.filenames import file_names
from grader.reports.files import remove_parts, write_whole

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from grader.grading.grade import Grade

FOLDER = "feedback"
ENDINGS = (".html", ".md")


class FeedbackPages:
    """The feedback of one class; remembers of whom it has been written."""

    def __init__(self, folder: Path, submissions: Iterable[str], language: str) -> None:
        """`folder`: of the results; nobody else may be writing there. `submissions`: the ids of all."""
        self._folder = folder / FOLDER
        self._names = file_names(list(submissions))
        self._language = language
        self.written: set[str] = set()
        """Ids of submissions."""
        remove_parts(self._folder)

    def write(self, grade: Grade) -> None:
        """Write the feedback of one of the submissions.

        Raises:
            OSError: It cannot be written; what was there before is whole.
        """
        # Jinja is not to be waited for before the workers start.
        from grader.reports.html import feedback_page

        name = self._names[grade.submission]
        page, text = (self._folder / (name + ending) for ending in ENDINGS)
        write_whole(page, feedback_page(grade, self._language))
        write_whole(text, grade.feedback.encode("utf-8", "backslashreplace"))
        self.written.add(grade.submission)

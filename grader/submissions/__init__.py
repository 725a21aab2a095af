"""What students hand in: files, folders and zips, taken in so that nothing of them can do harm."""

from __future__ import annotations

from grader.submissions.submission import Student, Submission, content_hash

__all__ = ["Student", "Submission", "content_hash"]

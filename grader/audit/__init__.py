"""The exam of an exercise: its reference, its wrong solutions, and mutants of its reference."""

from __future__ import annotations

"""Names of levels: which layers make which."""

from __future__ import annotations

from grader.sandbox.errors import IsolationError
from grader.sandbox.levels import ALWAYS, DEFAULT_LEVEL, FILES, Layer, Level, level_of


def test_levels_by_layers() -> None:
    """All that always have to be there, and how many hide files."""
    assert level_of(Layer) is Level.FULL
    assert level_of(ALWAYS | {Layer.LANDLOCK}) is Level.STRONG
    assert level_of(ALWAYS | {Layer.VIEW}) is Level.STRONG
    assert level_of(ALWAYS) is Level.WEAK
    assert level_of([]) is Level.NONE
    for layer in ALWAYS:
        assert level_of(set(Layer) - {layer}) is Level.NONE
    assert set(Layer) == ALWAYS | FILES


def test_levels_are_ordered() -> None:
    """From nothing to everything; the default hides files."""
    assert [level.rank for level in Level] == [0, 1, 2, 3]
    assert Level.FULL.meets(Level.STRONG)
    assert Level.STRONG.meets(Level.STRONG)
    assert not Level.WEAK.meets(DEFAULT_LEVEL)


def test_the_error_says_what_is_missing() -> None:
    """Both levels, each missing layer and the reason."""
    error = IsolationError(Level.FULL, Level.STRONG, {Layer.VIEW: "it is switched off"})
    assert str(error) == ("isolation full is required, this machine gives strong (view: it is switched off)")

"""pytest's command line for a suite that judges: nothing of the machine's or the user's configuration counts."""

from __future__ import annotations

import os
from importlib.util import find_spec

_PLUGINS = ("pytest_asyncio.plugin", "_hypothesis_pytestplugin", "grader.pytest_plugin")
_OPTIONS = (
    "asyncio_mode=auto",
    "asyncio_default_fixture_loop_scope=function",
    "asyncio_default_test_loop_scope=function",
    "verbosity_assertions=2",
)


def arguments(suite: str) -> list[str]:
    """The words for the suite in the folder `suite`."""
    plugins = [name for name in _PLUGINS if _is_installed(name)]
    return [
        suite,
        f"--rootdir={suite}",
        f"--confcutdir={suite}",
        f"--config-file={os.devnull}",
        "--continue-on-collection-errors",
        "--noconftest",  # until there is a submission: conftest.py may import it
        "--capture=sys",
        "--color=no",
        "--tb=short",
        *(
            word
            for name in ("cacheprovider", "faulthandler", "junitxml", "pastebin")
            for word in ("-p", f"no:{name}")
        ),
        *(word for name in plugins for word in ("-p", name)),
        *(word for option in _OPTIONS for word in ("-o", option)),
    ]


def _is_installed(name: str) -> bool:
    return find_spec(name.partition(".")[0]) is not None

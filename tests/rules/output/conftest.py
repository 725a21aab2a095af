"""Findings to print, made by hand: this part knows nothing of the analysis."""

from __future__ import annotations

import pytest

from rules.findings import ChainLink, Edit, Finding, Fix

SOURCES = {
    "app.py": "import time\n\nasync def main():\n\ttime.sleep(1)\n    work()\n",
    "菜.py": '汤 = "好喝"; 肉.煮()\n',
}


@pytest.fixture
def sources() -> dict[str, str]:
    return dict(SOURCES)


@pytest.fixture
def findings() -> list[Finding]:
    root = ChainLink("util.py", 4, 5, "requests.get")
    return [
        Finding(
            "app.py",
            4,
            2,
            4,
            15,
            "LOOP101",
            "blocking-sleep",
            "it sleeps",
            fix=Fix(
                "safe",
                "Replace it",
                (Edit(4, 2, 4, 12, "await asyncio.sleep"), Edit(1, 1, 1, 1, "import asyncio\n")),
            ),
        ),
        Finding("菜.py", 1, 12, 1, 17, "AWAIT201", "unawaited-coroutine", "没有 await"),
        Finding(
            "app.py",
            5,
            5,
            5,
            11,
            "LOOP110",
            "blocking-call-chain",
            "work blocks",
            chain=(ChainLink("app.py", 5, 5, "work"), ChainLink("load.py", 2, 3, "util.read"), root),
        ),
        Finding(
            "b.py",
            9,
            1,
            10,
            3,
            "LOOP110",
            "blocking-call-chain",
            "read blocks",
            chain=(ChainLink("b.py", 9, 1, "read"), root),
            fix=Fix("unsafe", "Run it in a thread", (Edit(9, 1, 9, 5, "x"),)),
        ),
    ]

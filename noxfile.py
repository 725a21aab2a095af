"""How the project is checked, tested, measured and shown. CI runs `nox`: the sessions lint, types and tests.

Each session installs what pyproject.toml says it needs and nothing else: it runs the same on a fresh machine.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import nox

nox.needs_version = ">=2025.2.9"
nox.options.sessions = ["lint", "types", "tests"]
nox.options.error_on_missing_interpreters = False

PROJECT = nox.project.load_toml("pyproject.toml")
VERSIONS = ("3.11", "3.12", "3.13")
CLASSES = Path("tests") / "class"
DEMO = Path("build") / "demo"


def _interpreters() -> list[str]:
    """An interpreter for each supported version that this machine has.

    pyenv puts a `python3.12` on the path that only says that it is not chosen, so each candidate is tried.
    """
    found = {f"{sys.version_info.major}.{sys.version_info.minor}": sys.executable}
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    for version in VERSIONS:
        candidates = [shutil.which(f"python{version}"), *sorted(pyenv.glob(f"{version}.*/bin/python"))]
        for candidate in filter(None, candidates):
            if version not in found and _is_usable(str(candidate), version):
                found[version] = str(candidate)
    return [found[version] for version in sorted(found) if version in VERSIONS] or [sys.executable]


def _is_usable(interpreter: str, version: str) -> bool:
    program = "import sys, ssl, sqlite3; print('%d.%d' % sys.version_info[:2])"
    try:
        answer = subprocess.run(
            [interpreter, "-c", program], capture_output=True, text=True, timeout=30, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return answer.stdout.strip() == version


def _install(session: nox.Session, *groups: str) -> None:
    session.install("--quiet", "-e", ".", *nox.project.dependency_groups(PROJECT, *groups))


@nox.session
def lint(session: nox.Session) -> None:
    """Style, format, the arrows between packages, and our own linter on ourselves."""
    _install(session, "lint")
    session.run("ruff", "check")
    session.run("ruff", "format", "--check")
    session.run("lint-imports")
    session.run("grader", "lint", "grader", "rules", "noxfile.py")


@nox.session
def types(session: nox.Session) -> None:
    """mypy, strict."""
    _install(session, "types")
    session.run("mypy")


@nox.session(python=_interpreters())
def tests(session: nox.Session) -> None:
    """The test suite on every supported Python that is here, with branch coverage on the one that runs nox.

    Words after `--` go to pytest.
    """
    _install(session, "test")
    measured = session.python == sys.executable and not session.posargs
    coverage = (
        ("--cov", "--cov-report=term:skip-covered", "--cov-report=html:build/coverage") if measured else ()
    )
    session.run("pytest", "-n", "auto", "--dist", "worksteal", *coverage, *session.posargs)


@nox.session(python=_interpreters())
def fuzz(session: nox.Session) -> None:
    """A thousand random programs, without threads and with them: over two processes as in one, on every Python. Then
    whole suites a hundred times beside a burner: the same each time.

    The word after `--` says which: `1000-3000`, or one seed that failed: `1108`.
    """
    _install(session, "test")
    seeds = session.posargs[0] if session.posargs else "1000-2000"
    programs = Path("tests", "grader", "bridge", "simulation", "test_fuzz.py")
    session.run("pytest", "-n", "auto", str(programs), env={"BRIDGE_FUZZ": seeds})
    again = Path("tests", "grader", "judge", "test_determinism.py")
    session.run("pytest", "-n", "auto", str(again), env={"JUDGE_RUNS": "100"})


@nox.session
def demo(session: nox.Session) -> None:
    """Grade the sample class against the hidden suites and show the result.

    Uses the strongest confinement that works on this machine, and says which.
    """
    _install(session)
    found = json.loads(
        str(session.run("grader", "doctor", "--format", "json", silent=True, success_codes=[0, 1, 2]))
    )
    session.log(f"confinement on this machine: {found['level']}")
    reports = []
    for folder in sorted(path for path in CLASSES.iterdir() if path.is_dir()):
        out = DEMO / folder.name
        arguments = ("grade", folder.name, str(folder), "--out", str(out), "--isolation", found["level"])
        session.run("grader", *arguments, "--no-resume", *session.posargs)
        reports.append(out / "report.html")
    for report in reports:
        session.log(f"report: {report.resolve()}")


@nox.session
def bulk(session: nox.Session) -> None:
    """2,000 submissions in one command, all verdicts as declared; killed in the middle, the same gradebooks.

    Words after `--` go to tests/bulk/run.py: a number, `--folder`, `--isolation`.
    """
    _install(session)
    session.run("python", str(Path("tests", "bulk", "run.py")), *session.posargs)


@nox.session
def pictures(session: nox.Session) -> None:
    """Record the pictures of the READMEs anew, from real runs. Look at each before it is committed."""
    _install(session)
    session.run("python", str(Path(".github", "pictures", "record.py")))


@nox.session
def bench(session: nox.Session) -> None:
    """The measurements behind every figure in the documentation. Words after `--` choose some."""
    _install(session, "test", "bench")
    chosen = set(session.posargs)
    for script in sorted(Path("tests", "benchmarks").glob("*.py")):
        if not chosen or script.stem in chosen:
            session.run("python", str(script))


@nox.session
def precision(session: nox.Session) -> None:
    """What the analyzer says about mature packages, against what was judged. Words after `--` name packages.

    Downloads the packages from the registry, so it is no part of what CI runs on every change.
    """
    _install(session)
    session.run("python", "tests/precision/compare.py", *session.posargs)

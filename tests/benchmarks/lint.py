"""The analyzer's speed, beside bare parsing, mypy and ruff, in one run.

In: two packages of the registry (or the folders that are named), and projects that this script makes. Out: a
table of medians and ratios with the promise of each. Times are wall clock of whole processes unless a row
says otherwise; processor time (the least of all rounds) says more where the machine does other things as well. Two
cores are seldom twice as fast as one, so the parse is also timed as all processes do it at once: a cold run cannot go
below that.
`--large` adds the project of 10,000 files and the million lines (some minutes).
"""

from __future__ import annotations

import contextlib
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

PYTHON = sys.executable
BIN = Path(PYTHON).parent
ROUNDS = 5
PACKAGES = ("discord.py==2.7.1", "litestar==2.25.0")
PARSE = """
import gc, os, time
import libcst, rules
from rules.analysis.store import FactStore
taken = {}
missing = FactStore.missing
def noting(store, paths):
    found = missing(store, paths)
    taken.update(found)
    return found
FactStore.missing = noting
rules.lint(["."], rules.Settings(cache=False))
gc.disable()
contents = sorted(taken.values(), key=len, reverse=True)
def parse(some):
    for content in some:
        try:
            libcst.parse_module(content)
        except Exception:
            pass
begin, used = time.perf_counter(), time.process_time()
parse(contents)
alone, processor = time.perf_counter() - begin, time.process_time() - used
begin = time.perf_counter()
for number in range(PROCESSES):
    if not os.fork():
        parse(contents[number::PROCESSES])
        os._exit(0)
for number in range(PROCESSES):
    os.wait()
print(alone, processor, time.perf_counter() - begin, len(taken), sum(map(len, taken.values())))
"""


def wall(command: list[str], cwd: Path, environment: dict[str, str] | None = None) -> float:
    """Seconds of a whole process, whatever its exit status."""
    return spent(command, cwd, environment)[0]


def spent(command: list[str], cwd: Path, environment: dict[str, str] | None = None) -> tuple[float, float]:
    """Seconds by the wall clock, and of processors, of a process and those that it starts."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    begin = time.perf_counter()
    subprocess.run(command, cwd=cwd, env=environment, capture_output=True, check=False)
    seconds = time.perf_counter() - begin
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return seconds, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main(arguments: list[str]) -> int:
    """Measure and print."""
    named = [word for word in arguments if not word.startswith("-")]
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        environment = {**os.environ, "XDG_CACHE_HOME": str(root / "cache")}
        print(f"{'what':58} {'figure':>12} {'promise':>10}", flush=True)
        for name in named or PACKAGES:
            show([(name, "", "")])
            show(package(made(root / "packages" / Path(name).name, name), environment))
        show(one_file(root, environment))
        if "--large" in arguments:
            show(ten_thousand(root, environment))
            show(million_lines(root))
    return 0


def made(project: Path, name: str) -> Path:
    """A project that holds a package: a folder's copy, or what the registry has by this name."""
    if Path(name).is_dir():
        shutil.copytree(name, project / Path(name).name)
    else:
        words = ["-m", "pip", "install", "--quiet", "--no-deps", "--target", str(project), name]
        subprocess.run([PYTHON, *words], check=True)
    (project / "pyproject.toml").write_text("[tool.grader.lint]\n")
    return project


def show(rows: list[Row]) -> None:
    """Print what was measured; the next part may take minutes."""
    for what, figure, promise in rows:
        print(f"{what:58} {figure:>12} {promise:>10}", flush=True)


Row = tuple[str, str, str]


def package(project: Path, environment: dict[str, str]) -> list[Row]:
    """Cold and warm runs on one package, rounds of all programs in turn."""
    grader = [str(BIN / "grader"), "lint", "."]
    commands = {
        "cold": [*grader, "--no-cache"],
        "warm": grader,
        "ruff": [str(BIN / "ruff"), "check", "--no-cache", "--isolated", "--select", "ASYNC", "."],
        "start-up": [PYTHON, "-c", "import libcst, rules.engine"],
        "mypy": [
            str(BIN / "mypy"),
            "--no-incremental",
            "--ignore-missing-imports",
            "--no-error-summary",
            ".",
        ],
    }
    wall(grader, project, environment)  # fills the cache
    processes = min(os.cpu_count() or 1, 8)
    times: dict[str, list[float]] = {name: [] for name in (*commands, "parse", "parse at once")}
    used: dict[str, list[float]] = {name: [] for name in times}
    files = size = "0"
    for number in range(ROUNDS):
        for name, command in commands.items():
            if name != "mypy" or number < 2:
                seconds, processor = spent(command, project, environment)
                times[name].append(seconds)
                used[name].append(processor)
        parsed = subprocess.run(
            [PYTHON, "-c", PARSE.replace("PROCESSES", str(processes))],
            cwd=project, capture_output=True, text=True, check=True,
        )  # fmt: skip
        figures = parsed.stdout.split()
        times["parse"].append(float(figures[0]))
        used["parse"].append(float(figures[1]))
        times["parse at once"].append(float(figures[2]))
        files, size = figures[3:]
    median = {name: statistics.median(values) for name, values in times.items()}
    least = {name: min(values) for name, values in used.items() if values}
    floor = median["parse"] / processes + median["start-up"]
    imported = subprocess.run(
        [PYTHON, "-X", "importtime", str(BIN / "grader"), "lint", "."],
        cwd=project, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    return [
        (
            f"bare parse of the {files} files that need it ({int(size) // 1000} KB)",
            f"{median['parse']:.2f} s",
            "",
        ),
        (f"the same by {processes} processes at once", f"{median['parse at once']:.2f} s", ""),
        ("cold run", f"{median['cold']:.2f} s", ""),
        (f"cold / (parse / {processes} processes + start-up)", f"{median['cold'] / floor:.2f}", "<= 1.3"),
        (
            f"cold / (parse by {processes} processes at once + start-up)",
            f"{median['cold'] / (median['parse at once'] + median['start-up']):.2f}",
            "",
        ),
        ("cold run, processor time", f"{least['cold']:.2f} s", ""),
        (
            "cold / (parse + start-up), processor time",
            f"{least['cold'] / (least['parse'] + least['start-up']):.2f}",
            "",
        ),
        ("mypy without cache / cold run", f"{median['mypy'] / median['cold']:.1f}", ">= 2.5"),
        ("unchanged second run", f"{median['warm']:.3f} s", ""),
        ("unchanged second run / ruff", f"{median['warm'] / median['ruff']:.1f}", "<= 4"),
        ("libcst imported on the unchanged run", str("libcst" in imported.stderr), "False"),
    ]


def one_file(root: Path, environment: dict[str, str]) -> list[Row]:
    """One small file, beside an interpreter that imports libcst."""
    folder = root / "single"
    folder.mkdir()
    (folder / "pyproject.toml").write_text("")
    (folder / "one.py").write_text("import time\n\n\nasync def main():\n    time.sleep(1)\n")
    commands = {
        "import": [PYTHON, "-c", "import libcst"],
        "cold": [str(BIN / "grader"), "lint", "one.py", "--no-cache"],
        "warm": [str(BIN / "grader"), "lint", "one.py"],
    }
    wall(commands["warm"], folder, environment)
    times: dict[str, list[float]] = {name: [] for name in commands}
    for _ in range(2 * ROUNDS):
        for name, command in commands.items():
            times[name].append(wall(command, folder, environment))
    median = {name: statistics.median(values) for name, values in times.items()}
    return [
        ("one file cold / import libcst", f"{median['cold'] / median['import']:.2f}", "<= 1.5"),
        ("one file unchanged / import libcst", f"{median['warm'] / median['import']:.2f}", "<= 0.6"),
    ]


def ten_thousand(root: Path, environment: dict[str, str]) -> list[Row]:
    """One changed file among 10,000, of which one in ten is async, with a warm cache."""
    project = root / "large"
    for number in range(10_000):
        folder = project / f"package{number // 100}"
        folder.mkdir(parents=True, exist_ok=True)
        word = "async " if number % 10 == 0 else ""
        (folder / f"module{number}.py").write_text(
            f"import os\n\n\n{word}def work{number}(path):\n    return os.path.join(path, '{number}')\n"
        )
        (folder / "__init__.py").touch()
    (project / "pyproject.toml").write_text("")
    command = [str(BIN / "grader"), "lint", "."]
    wall(command, project, environment)
    times = []
    for number in range(ROUNDS):
        with (project / "package0" / "module0.py").open("a") as file:
            file.write(f"# {number}\n")
        times.append(wall(command, project, environment))
    return [("one changed file among 10,000", f"{statistics.median(times):.2f} s", "< 1 s")]


def million_lines(root: Path) -> list[Row]:
    """Memory of a cold run over a million lines: of its largest process, and of all of them together."""
    project = root / "million"
    project.mkdir()
    (project / "pyproject.toml").write_text("")
    function = (
        "async def work{n}(value):\n    await step(value)\n    result = value + {n}\n    return result\n\n"
    )
    for number in range(500):
        body = "".join(function.replace("{n}", str(n)) for n in range(400))
        (project / f"module{number}.py").write_text(f"async def step(value):\n    return value\n\n\n{body}")
    begin = time.perf_counter()
    largest, together = memory([str(BIN / "grader"), "lint", ".", "--no-cache"], project)
    return [
        ("cold run over a million lines", f"{time.perf_counter() - begin:.0f} s", ""),
        ("its largest process", f"{largest} MB", "< 500 MB"),
        ("all its processes together", f"{together} MB", "< 500 MB"),
    ]


def memory(command: list[str], cwd: Path) -> tuple[int, int]:
    """Peaks of resident memory in MB while a command runs, of one process and of the sum (Linux only)."""
    largest = together = 0
    with subprocess.Popen(command, cwd=cwd, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        while process.poll() is None:
            sizes = [resident(pid) for pid in (process.pid, *children(process.pid))]
            largest = max(largest, *sizes)
            together = max(together, sum(sizes))
            time.sleep(0.05)
    return largest // 1024, together // 1024


def children(pid: int) -> list[int]:
    """The processes that a process has started."""
    found = []
    for tasks in Path(f"/proc/{pid}/task").glob("*/children"):
        with contextlib.suppress(OSError):  # the thread has ended
            found += [int(word) for word in tasks.read_text().split()]
    return found


def resident(pid: int) -> int:
    """Kilobytes of resident memory; 0 when the process has ended."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("VmRSS:")), 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""`grader doctor`: which confinement layers work on this machine, each proved by trying it, and which not."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from grader.cli._command import EXIT_FINDINGS, EXIT_OK, format_option, make_command, option
from grader.errors import GraderError
from grader.locale import N_, _, n_

if TYPE_CHECKING:
    from grader.sandbox.probes import Examination, LayerProof, Outcome

_LEVELS = {
    "none": N_("Submissions are not confined."),
    "weak": N_(
        "Submissions can't start processes, use the network or write, but they can read hidden tests."
    ),
    "strong": N_("Submissions can't read hidden tests either: one mechanism sees to that."),
    "full": N_("Submissions can't read hidden tests either: two independent mechanisms see to that."),
}
_LAYERS = {
    "identity": N_("not root, no capabilities"),
    "no-new-privs": N_("no program can give it privileges"),
    "landlock": N_("opens its own files and the standard library, for reading only"),
    "view": N_("sees no other file, not even its name; empty network"),
    "seccomp": N_("no processes, programs, sockets, signals to others or new files"),
    "rlimits": N_("memory, processor time, threads and descriptors are limited"),
    "descriptors": N_("no open descriptor but its channel"),
    "environment": N_("no environment variable"),
    "undumpable": N_("no other process can look into it; no core file"),
}
_CONSEQUENCES = {
    "landlock": N_(
        "Files are hidden by the view alone. Linux 5.13 or newer has Landlock, when `lsm=` on the kernel's "
        "command line does not leave it out."
    ),
    "view": N_(
        "Files are hidden by Landlock alone; that a file exists, and how long it is, can be found out. The "
        "view needs root with CAP_SYS_ADMIN, or user namespaces (user.max_user_namespaces, AppArmor's "
        "kernel.apparmor_restrict_unprivileged_userns, the profile of a container)."
    ),
    "seccomp": N_(
        "Nothing stops processes and sockets. It needs x86-64 or aarch64 and CONFIG_SECCOMP_FILTER."
    ),
}
_REASONS = (
    N_("it is switched off"),
    N_("the kernel has no Landlock, or it is not among its active security modules"),
    N_("the kernel refuses a mount namespace"),
    N_("the kernel has no seccomp filters"),
    N_("there is no filter for this architecture"),
)
"""What `grader.sandbox.preparation` says is missing, before a colon and details."""
_GENERAL = N_("Without it submissions are not confined.")
_BOTH_FILES = N_("Nothing hides files: a submission can read whatever the user can read, hidden tests too.")


@make_command(
    "doctor",
    help=N_(
        "Show which confinement layers work on this machine.\n\n"
        "Each is proved by trying it in a real sandbox process; what is missing is named, with what follows. "
        "Exit code 1 when the level is below the one that grading requires."
    ),
    examples=[
        ("grader doctor", N_("One line for each layer.")),
        ("grader doctor --verbose", N_("Every attempt, and what stopped it.")),
        ("grader doctor --format json", N_("The same for a script.")),
    ],
)
@format_option()
@option("--verbose", "-v", is_flag=True, help=N_("Show every attempt."))
def command(form: str, verbose: bool) -> int:
    """Examine this machine."""
    if sys.platform != "linux":
        raise GraderError(
            _("Submissions can be confined on Linux only."),
            todo=_("On Windows use WSL, elsewhere a virtual machine; `grader lint` works everywhere."),
        )
    from grader.sandbox.errors import SandboxError
    from grader.sandbox.levels import DEFAULT_LEVEL
    from grader.sandbox.probes import examine

    try:
        found = examine()
    except SandboxError as error:
        raise GraderError(
            _("No sandbox can be made on this machine: {reason}").format(
                reason=str(error).strip().splitlines()[-1]
            ),
            todo=_("`grader doctor` needs Linux 5.13 or newer on x86-64 or aarch64."),
        ) from error
    enough = found.level.meets(DEFAULT_LEVEL)
    if form == "json":
        click.echo(json.dumps(_as_json(found, str(DEFAULT_LEVEL)), ensure_ascii=False, indent=2))
    else:
        _print(found, str(DEFAULT_LEVEL), verbose=verbose)
    return EXIT_OK if enough else EXIT_FINDINGS


def _as_json(found: Examination, required: str) -> dict[str, Any]:
    plain = asdict(found)
    return {
        "level": plain["level"],
        "required": required,
        "kernel": plain["kernel"],
        "machine": plain["machine"],
        "landlock_abi": plain["landlock_abi"],
        "root": plain["root"],
        "layers": [
            {**layer, "outcomes": [_outcome(outcome) for outcome in layer["outcomes"]]}
            for layer in plain["layers"]
        ],
        "watchdog": [_outcome(outcome) for outcome in plain["watchdog"]],
        "event_loop": plain["works"]["done"],
    }


def _outcome(outcome: dict[str, Any]) -> dict[str, Any]:
    return {"attempt": outcome["name"], "stopped": not outcome["done"], "detail": outcome["detail"]}


def _print(found: Examination, required: str, *, verbose: bool) -> None:
    click.echo(
        _("Isolation level: {level} (grading requires {required} unless told otherwise).").format(
            level=found.level, required=required
        )
    )
    click.echo(_(_LEVELS[found.level]))
    click.echo(
        _("Linux {kernel}, {machine}, Landlock version {abi}, running as {user}.").format(
            kernel=found.kernel,
            machine=found.machine,
            abi=found.landlock_abi or _("none"),
            user="root" if found.root else _("an ordinary user"),
        )
    )
    click.echo()
    missing = {proof.layer for proof in found.layers if not proof.works}
    for proof in found.layers:
        _print_layer(proof, verbose=verbose, alone=missing >= {"landlock", "view"})
    _print_line(
        "watchdog",
        _("what takes too long is killed"),
        works=not any(outcome.done for outcome in found.watchdog),
        count=len(found.watchdog),
    )
    if verbose:
        _print_outcomes(found.watchdog)
    if not found.works.done:
        click.echo(_("An event loop does not work inside: {reason}").format(reason=found.works.detail))


def _print_layer(proof: LayerProof, *, verbose: bool, alone: bool) -> None:
    _print_line(proof.layer, _(_LAYERS[proof.layer]), works=proof.works, count=len(proof.outcomes))
    if proof.missing is not None:
        reason, colon, details = proof.missing.partition(": ")
        click.echo(_("    Missing: {reason}.").format(reason=_(reason) + colon + details))
    if not proof.works:
        files = proof.layer in {"landlock", "view"}
        follows = _BOTH_FILES if alone and files else _CONSEQUENCES.get(proof.layer, _GENERAL)
        click.echo(_("    What follows: {text}").format(text=_(follows)))
    if verbose or (proof.missing is None and not proof.works):
        _print_outcomes(proof.outcomes)


def _print_line(name: str, meaning: str, *, works: bool, count: int) -> None:
    state = click.style(_("works"), fg="green") if works else click.style(_("MISSING"), fg="red")
    proofs = n_("({n} attempt stopped)", "({n} attempts stopped)", count).format(n=count) if works else ""
    click.echo(f"  {name:<13} {state}  {meaning} {proofs}".rstrip())


def _print_outcomes(outcomes: tuple[Outcome, ...]) -> None:
    for outcome in outcomes:
        state = _("NOT STOPPED") if outcome.done else _("stopped")
        click.echo(f"      {outcome.name:<26} {state}: {outcome.detail}")

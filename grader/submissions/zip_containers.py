"""The entries of a zip: the submission that it is, or those of a class, read from the archive one by one."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING

from grader.submissions.archives import Member, listing, open_zip, read_member, read_members
from grader.submissions.entries import is_submission_name
from grader.submissions.gradescope_export import LARGEST, METADATA, names_of
from grader.submissions.layout import holds_module
from grader.submissions.limits import Budget, Refused
from grader.submissions.names import is_litter
from grader.submissions.opening import Entry, LeftOut, Opening, disk_entry, left_behind, no_submission

if TYPE_CHECKING:
    import zipfile
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from grader.submissions.limits import IntakeLimits


def zip_entries(path: Path, opening: Opening) -> Iterator[Entry | LeftOut]:
    """The submission that a zip is, or those that it contains."""
    limits = opening.limits
    # A learning platform's export of a whole class may be large; what is in it is bounded entry by entry.
    bounds = replace(
        limits, archive_size=limits.total, members=limits.entries * 10, path_length=1000, depth=40
    )
    try:
        file = opening.files.enter_context(path.open("rb"))
        archive = opening.files.enter_context(open_zip(file, limit=limits.total))
        listed = listing(archive, Budget(bounds))
    except (Refused, OSError):
        yield disk_entry(path)  # reading it again says what is wrong, in a row of its own
        return
    wrapper = remark = ""
    members = listed.members
    groups = _groups(members, wrapper)
    names = [member.path for member in members]
    if len(groups) == 1:
        (folder,) = groups
        inner = [name.partition("/")[2] for name in names]
        if opening.is_class(inner):
            wrapper = f"{folder}/"
            groups = _groups(members, wrapper)
        elif names == [folder] or holds_module(inner, opening.module):
            yield disk_entry(path)
            return
        else:
            remark = opening.remark(inner)
    elif _is_of_one(groups, names, opening):
        yield disk_entry(path, remark=opening.remark(names))
        return
    named = _gradescope_names(archive, groups.get(METADATA, []), limits)
    for name, group in groups.items():
        place = wrapper + name
        source = f"{path}/{place}"
        if len(group) == 1 and group[0].path == place and not is_submission_name(name):
            yield LeftOut(source, no_submission())
            continue
        modified = max(_seconds(member.modified) for member in group)
        reader = _zip_reader(archive, place, group)
        yield Entry(named.get(name, name), source, source, modified, reader, remark)
    if wrapper or len(groups) > 1:
        yield from _of_nothing(path, wrapper, {*groups, ""}, listed.others)


def _of_nothing(path: Path, wrapper: str, known: set[str], others: list[str]) -> Iterator[Entry | LeftOut]:
    """What holds nothing but litter, beside the entries that are `known`: a folder of somebody is still one."""
    for other in others:
        inner = other.removeprefix(wrapper) if other.startswith(wrapper) else ""
        name = inner.partition("/")[0]
        if name in known:
            continue
        known.add(name)
        source = f"{path}/{wrapper}{name}"
        if is_litter(name):
            yield LeftOut(source, left_behind())
        else:
            yield Entry(name, source, source, 0.0, lambda _budget: {})


def _is_of_one(groups: dict[str, list[Member]], names: list[str], opening: Opening) -> bool:
    """Whether a zip is one submission: the module lies at its root, or it holds no two things that may be read."""
    if holds_module(names, opening.module):
        return not opening.is_class(names)
    return sum(any(member.problem is None for member in group) for group in groups.values()) < 2


def _groups(members: Iterable[Member], wrapper: str) -> dict[str, list[Member]]:
    """What lies in a zip, or in its one folder `wrapper`, by its name there."""
    groups: dict[str, list[Member]] = {}
    for member in members:
        groups.setdefault(member.path.removeprefix(wrapper).partition("/")[0], []).append(member)
    return groups


def _gradescope_names(
    archive: zipfile.ZipFile, metadata: list[Member], limits: IntakeLimits
) -> dict[str, str]:
    large = replace(limits, file_size=LARGEST, size=LARGEST)
    try:
        return {
            folder: name
            for member in metadata
            for folder, name in names_of(read_member(archive, member, Budget(large))).items()
        }
    except Refused:
        return {}


def _zip_reader(
    archive: zipfile.ZipFile, place: str, group: list[Member]
) -> Callable[[Budget], dict[str, bytes]]:
    def read(budget: Budget) -> dict[str, bytes]:
        for member in group:
            budget.look_at(member.path)
        files = read_members(archive, group, budget)
        if place in files:
            return {place.rpartition("/")[2]: files[place]}
        return {path.removeprefix(place + "/"): data for path, data in files.items()}

    return read


def _seconds(stamp: tuple[int, ...]) -> float:
    """A zip's local time as seconds since the epoch, to compare with files of the disk. It may be nonsense, such as a
    month 0, which `mktime` counts on and `datetime` would refuse.
    """
    year, month, day, hour, minute, second = stamp
    return time.mktime((year, month, day, hour, minute, second, 0, 0, -1))

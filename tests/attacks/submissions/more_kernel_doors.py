# tries: calls of the kernel that no Python program needs: other processes' descriptors, watches, events, secret memory
# proof: report test_answer
# prints: refused all but {}
# verdicts: failed error crashed
import ctypes
import os

libc = ctypes.CDLL(None, use_errno=True)
room = ctypes.create_string_buffer(4096)


def answer(*_):
    own = os.getpid()
    opened = {}
    for name, number, arguments in (
        ("pidfd_open", 434, (own, 0)), ("pidfd_getfd", 438, (3, 0, 0)), ("kcmp", 312, (own, own, 1, 0, 0)),
        ("perf_event_open", 298, (room, 0, -1, -1, 0)), ("inotify_init1", 294, (0,)), ("fanotify_init", 300, (0, 0)),
        ("timerfd_create", 283, (1, 0)), ("signalfd4", 289, (-1, room, 8, 0)), ("memfd_secret", 447, (0,)),
        ("process_madvise", 440, (-1, room, 0, 0, 0)), ("process_vm_writev", 311, (own, room, 0, room, 0, 0)),
        ("add_key", 248, (0, 0, 0, 0, -3)), ("request_key", 249, (0, 0, 0, -3)), ("setns", 308, (-1, 0)),
        ("mount", 165, (0, 0, 0, 0, 0)), ("move_mount", 429, (-1, 0, -1, 0, 0)), ("fsopen", 430, (0, 0)),
        ("open_tree", 428, (-100, room, 0)), ("io_uring_setup", 425, (4, room)), ("io_uring_register", 427, (-1, 0, 0, 0)),
        ("seccomp", 317, (2, 0, room)), ("landlock_create_ruleset", 444, (0, 0, 1)), ("splice", 275, (-1, 0, -1, 0, 1, 0)),
        ("socket", 41, (1, 1, 0)), ("sendmsg", 46, (1, room, 0)), ("sched_setscheduler", 144, (0, 0, room)),
        ("setpriority", 141, (0, 0, 0)), ("setrlimit", 160, (7, room)), ("setsid", 112, ()), ("umount2", 166, (room, 0)),
        ("mq_open", 240, (b"/attack", 0o102, 0o600, 0)), ("mq_unlink", 241, (b"/attack",)), ("sched_setaffinity", 203, (0, 8, room)),
    ):  # fmt: skip
        ctypes.set_errno(0)
        result = libc.syscall(number, *arguments)
        if result >= 0 or ctypes.get_errno() not in (1, 38):  # neither EPERM nor ENOSYS: the kernel looked at it
            opened[name] = ctypes.get_errno()
    if any(name.startswith("grader.") for name in __import__("sys").modules):
        print("refused all but", opened)
    return 42 if opened else 0


double = answer

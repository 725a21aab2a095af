"""The primitives that blockbuster watches at run time are all known, each to the rule that it belongs to.

Its list, less `os.path.samestat`, which compares two results that are already here.
"""

from __future__ import annotations

import pytest

from rules.knowledge import load
from rules.knowledge.toml import expand

WATCHED = {
    "LOOP101": ["time.sleep"],
    "LOOP104": [
        "os.{rename,remove,rmdir,link,symlink,listdir,mkdir,replace,sendfile,unlink,read,write,scandir}",
        "io.{BufferedReader,BufferedRandom,TextIOWrapper}.read",
        "io.{BufferedWriter,BufferedRandom,TextIOWrapper}.write",
    ],
    "LOOP105": [
        "socket.socket.{connect,accept,send,sendall,sendto,recv,recv_into,recvfrom,recvfrom_into,recvmsg}",
        "ssl.SSLSocket.{write,send,read,recv}",
    ],
    "LOOP106": [
        "sqlite3.Cursor.{execute,executemany,executescript,fetchone,fetchmany,fetchall}",
        "sqlite3.Connection.{execute,executemany,executescript,commit,rollback}",
    ],
    "LOOP108": ["builtins.input"],
    "LOOP112": ["os.{statvfs,access,getcwd,stat,readlink}", "os.path.{ismount,sameopenfile,islink,abspath}"],
    "LOOP113": ["threading.Lock.acquire"],
}


@pytest.mark.parametrize("code", WATCHED)
def test_a_watched_primitive_is_known(code: str) -> None:
    known = load()
    names = [name for pattern in WATCHED[code] for name in expand(pattern)]
    found = {name: known.find(known.blocking, known.canonical(name)) for name in names}
    assert {name: blocking and blocking.code for name, blocking in found.items()} == dict.fromkeys(
        names, code
    )


def test_what_is_in_memory_is_not_known_to_block() -> None:
    known = load()
    names = list(
        expand("{io.StringIO,io.BytesIO,typing.IO,tempfile.SpooledTemporaryFile}.{read,write,__iter__}")
    )
    assert [known.find(known.blocking, name) for name in names] == [None] * len(names)

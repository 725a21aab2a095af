"""Every operator: what it makes of an example, compared as whole programs, and what it leaves alone."""

from __future__ import annotations

from textwrap import dedent

import pytest

from grader.audit.mutants import mutants
from grader.audit.operators import OPERATORS

BY_NAME = {operator.name: operator for operator in OPERATORS}

EXAMPLES = [
    pytest.param(
        "await-dropped",
        """
        async def f(g):
            x = await g()
            return (await x)
        """,
        [
            """
            async def f(g):
                x = g()
                return (await x)
            """,
            """
            async def f(g):
                x = await g()
                return (x)
            """,
        ],
        id="await-dropped",
    ),
    pytest.param(
        "sleep-blocks",
        """
        '''Doc.'''
        from __future__ import annotations
        import asyncio
        async def f():
            await asyncio.sleep(1)
        """,
        [
            """
            '''Doc.'''
            from __future__ import annotations
            import time
            import asyncio
            async def f():
                time.sleep(1)
            """
        ],
        id="sleep-blocks-with-import",
    ),
    pytest.param(
        "sleep-blocks",
        """
        import time
        from asyncio import sleep
        async def f():
            await sleep(1, "done")
        """,
        [
            """
            import time
            from asyncio import sleep
            async def f():
                time.sleep(1)
            """
        ],
        id="sleep-blocks-imported-name",
    ),
    pytest.param(
        "offload-dropped",
        """
        async def f(read, loop):
            a = await asyncio.to_thread(read, 1, x=2)
            b = await loop.run_in_executor(None, read, 1)
            return await g(read)
        """,
        [
            """
            async def f(read, loop):
                a = read(1, x=2)
                b = await loop.run_in_executor(None, read, 1)
                return await g(read)
            """,
            """
            async def f(read, loop):
                a = await asyncio.to_thread(read, 1, x=2)
                b = read(1)
                return await g(read)
            """,
        ],
        id="offload-dropped",
    ),
    pytest.param(
        "moved-across-await",
        """
        async def f(tell, self):
            tell("before")
            await g()
            self.done = True
            x = 1
            await h(x)
            return x
        """,
        [
            """
            async def f(tell, self):
                await g()
                tell("before")
                self.done = True
                x = 1
                await h(x)
                return x
            """,
            """
            async def f(tell, self):
                tell("before")
                self.done = True
                await g()
                x = 1
                await h(x)
                return x
            """,
        ],
        id="moved-across-await",
    ),
    pytest.param(
        "became-sequential",
        """
        async def f(xs):
            a = await asyncio.gather(*(g(x) for x in xs))
            b = await asyncio.gather(g(1), h(2), return_exceptions=True)
            return await asyncio.gather(*tasks)
        """,
        [
            """
            async def f(xs):
                a = [await _job for _job in (g(x) for x in xs)]
                b = await asyncio.gather(g(1), h(2), return_exceptions=True)
                return await asyncio.gather(*tasks)
            """,
            """
            async def f(xs):
                a = await asyncio.gather(*(g(x) for x in xs))
                b = [(await asyncio.gather(_job, return_exceptions=True))[0] for _job in (g(1), h(2),)]
                return await asyncio.gather(*tasks)
            """,
        ],
        id="became-sequential",
    ),
    pytest.param(
        "became-sequential",
        """
        async def f():
            async with asyncio.TaskGroup() as group:
                group.create_task(g())
                kept = group.create_task(h())
        """,
        [
            """
            async def f():
                async with asyncio.TaskGroup() as group:
                    await g()
                    kept = group.create_task(h())
            """
        ],
        id="task-group-became-sequential",
    ),
    pytest.param(
        "became-concurrent",
        """
        import asyncio
        async def f(xs):
            total = 0
            for n, x in enumerate(xs):
                total += await g(n, x)
            a = await g(1)
            b = await g(2)
            return [await g(y) for y in xs if y]
        """,
        [
            """
            import asyncio
            async def f(xs):
                total = 0
                async def _turn(n, x):
                    nonlocal total
                    total += await g(n, x)
                await asyncio.gather(*[_turn(n, x) for n, x in enumerate(xs)])
                a = await g(1)
                b = await g(2)
                return [await g(y) for y in xs if y]
            """,
            """
            import asyncio
            async def f(xs):
                total = 0
                for n, x in enumerate(xs):
                    total += await g(n, x)
                a, b = await asyncio.gather(g(1), g(2))
                return [await g(y) for y in xs if y]
            """,
            """
            import asyncio
            async def f(xs):
                total = 0
                for n, x in enumerate(xs):
                    total += await g(n, x)
                a = await g(1)
                b = await g(2)
                return await asyncio.gather(*(g(y) for y in xs if y))
            """,
        ],
        id="became-concurrent",
    ),
    pytest.param(
        "became-concurrent",
        """
        async def f(xs):
            for x in xs:
                if await g(x):
                    break
            a = await g(1)
            b = await g(a)
        """,
        [],
        id="loops-that-end-early-and-dependent-awaits-stay",
    ),
    pytest.param(
        "return-exceptions-dropped",
        """
        async def f(a):
            await asyncio.gather(a, return_exceptions=True)
            await asyncio.gather(a)
        """,
        [
            """
            async def f(a):
                await asyncio.gather(a)
                await asyncio.gather(a)
            """
        ],
        id="return-exceptions-dropped",
    ),
    pytest.param(
        "task-forgotten",
        """
        import asyncio
        async def f(task):
            await g(1)
            await asyncio.sleep(1)
            await task
        """,
        [
            """
            import asyncio
            async def f(task):
                asyncio.ensure_future(g(1))
                await asyncio.sleep(1)
                await task
            """
        ],
        id="task-forgotten",
    ),
    pytest.param(
        "guard-removed",
        """
        async def f(lock):
            async with lock, other as o:
                await g()
            with open("x") as file:
                pass
            with threading_lock:
                h()
            async with asyncio.timeout(1):
                await g()
        """,
        [
            """
            async def f(lock):
                async with other as o:
                    await g()
                with open("x") as file:
                    pass
                with threading_lock:
                    h()
                async with asyncio.timeout(1):
                    await g()
            """,
            """
            async def f(lock):
                o = other
                async with lock:
                    await g()
                with open("x") as file:
                    pass
                with threading_lock:
                    h()
                async with asyncio.timeout(1):
                    await g()
            """,
            """
            async def f(lock):
                async with lock, other as o:
                    await g()
                with open("x") as file:
                    pass
                h()
                async with asyncio.timeout(1):
                    await g()
            """,
        ],
        id="guard-removed",
    ),
    pytest.param(
        "cancellation-swallowed",
        """
        import asyncio
        async def f(g):
            try:
                x = await g()
            except asyncio.CancelledError:
                clean()
                raise
            except Exception:
                pass
            return await x
        """,
        [
            """
            import asyncio
            async def f(g):
                try:
                    x = await g()
                except asyncio.CancelledError:
                    clean()
                    pass
                except Exception:
                    pass
                return await x
            """,
            """
            import asyncio
            async def f(g):
                try:
                    x = await g()
                except asyncio.CancelledError:
                    clean()
                    raise
                except BaseException:
                    pass
                return await x
            """,
            """
            import asyncio
            async def f(g):
                try:
                    x = await g()
                except asyncio.CancelledError:
                    clean()
                    raise
                except Exception:
                    pass
                try:
                    return await x
                except asyncio.CancelledError:
                    pass
            """,
        ],
        id="cancellation-swallowed",
    ),
    pytest.param(
        "finally-removed",
        """
        def f():
            try:
                g()
            finally:
                h()
            try:
                g()
            except E:
                i()
            finally: h()
        """,
        [
            """
            def f():
                g()
                h()
                try:
                    g()
                except E:
                    i()
                finally: h()
            """,
            """
            def f():
                try:
                    g()
                finally:
                    h()
                try:
                    g()
                except E:
                    i()
                h()
            """,
        ],
        id="finally-removed",
    ),
    pytest.param(
        "cancel-dropped",
        """
        async def f(task):
            task.cancel()
            return task.cancel()
        """,
        [
            """
            async def f(task):
                pass
                return task.cancel()
            """
        ],
        id="cancel-dropped",
    ),
    pytest.param(
        "queue-call-dropped",
        """
        async def f(q, words):
            q.task_done()
            await q.join()
            ", ".join(words)
        """,
        [
            """
            async def f(q, words):
                pass
                await q.join()
                ", ".join(words)
            """,
            """
            async def f(q, words):
                q.task_done()
                pass
                ", ".join(words)
            """,
        ],
        id="queue-call-dropped",
    ),
    pytest.param(
        "timeout-widened",
        """
        async def f(x):
            async with asyncio.timeout(x + 1):
                await asyncio.wait_for(g(), 2)
                await asyncio.wait({g()}, timeout=3)
                await asyncio.wait_for(g(), None)
        """,
        [
            """
            async def f(x):
                async with asyncio.timeout((x + 1) * 1000):
                    await asyncio.wait_for(g(), 2)
                    await asyncio.wait({g()}, timeout=3)
                    await asyncio.wait_for(g(), None)
            """,
            """
            async def f(x):
                async with asyncio.timeout(x + 1):
                    await asyncio.wait_for(g(), (2) * 1000)
                    await asyncio.wait({g()}, timeout=3)
                    await asyncio.wait_for(g(), None)
            """,
            """
            async def f(x):
                async with asyncio.timeout(x + 1):
                    await asyncio.wait_for(g(), 2)
                    await asyncio.wait({g()}, timeout=(3) * 1000)
                    await asyncio.wait_for(g(), None)
            """,
        ],
        id="timeout-widened",
    ),
    pytest.param(
        "timeout-dropped",
        """
        async def f(x):
            async with asyncio.timeout(x):
                await asyncio.sleep(1)
        """,
        [
            """
            async def f(x):
                async with asyncio.timeout(None):
                    await asyncio.sleep(1)
            """
        ],
        id="timeout-dropped",
    ),
    pytest.param(
        "constant",
        """
        '''Not this one.'''
        def f(x: "int" = 0) -> "str":
            '''Nor this.'''
            return f"{x} ok" if x else zip("a", y, strict=True)
        """,
        [
            """
            '''Not this one.'''
            def f(x: "int" = 1) -> "str":
                '''Nor this.'''
                return f"{x} ok" if x else zip("a", y, strict=True)
            """,
            """
            '''Not this one.'''
            def f(x: "int" = 0) -> "str":
                '''Nor this.'''
                return f"{x} ok?" if x else zip("a", y, strict=True)
            """,
            """
            '''Not this one.'''
            def f(x: "int" = 0) -> "str":
                '''Nor this.'''
                return f"{x} ok" if x else zip("a?", y, strict=True)
            """,
        ],
        id="constant",
    ),
    pytest.param(
        "constant",
        "def f(): return 2.5, True, 7",
        [
            "def f(): return 5.0, True, 7",
            "def f(): return 2.5, False, 7",
            "def f(): return 2.5, True, 8",
            "def f(): return 2.5, True, 6",
        ],
        id="constants-of-every-type",
    ),
    pytest.param(
        "comparison",
        "def f(a, b): return a < b, a == b, a is not b, a in b",
        [
            "def f(a, b): return a <= b, a == b, a is not b, a in b",
            "def f(a, b): return a >= b, a == b, a is not b, a in b",
            "def f(a, b): return a < b, a != b, a is not b, a in b",
            "def f(a, b): return a < b, a == b, a is b, a in b",
            "def f(a, b): return a < b, a == b, a is not b, a not in b",
        ],
        id="comparison",
    ),
    pytest.param(
        "condition",
        """
        def f(a):
            while True:
                if a: return [x for x in a if x]
                if not a: return 1 if a < 2 else 3
        """,
        [
            """
            def f(a):
                while True:
                    if not (a): return [x for x in a if x]
                    if not a: return 1 if a < 2 else 3
            """,
            """
            def f(a):
                while True:
                    if a: return [x for x in a if not (x)]
                    if not a: return 1 if a < 2 else 3
            """,
            """
            def f(a):
                while True:
                    if a: return [x for x in a if x]
                    if a: return 1 if a < 2 else 3
            """,
        ],
        id="condition",
    ),
    pytest.param(
        "arithmetic",
        """
        def f(a, b):
            a += b
            return a * b and a
        """,
        [
            """
            def f(a, b):
                a -= b
                return a * b and a
            """,
            """
            def f(a, b):
                a += b
                return a / b and a
            """,
            """
            def f(a, b):
                a += b
                return a * b or a
            """,
        ],
        id="arithmetic",
    ),
    pytest.param(
        "boundary",
        "def f(n): return range(n), range(1, n), range(3)",
        [
            "def f(n): return range((n) - 1), range(1, n), range(3)",
            "def f(n): return range((n) + 1), range(1, n), range(3)",
            "def f(n): return range(n), range(1, (n) - 1), range(3)",
            "def f(n): return range(n), range(1, (n) + 1), range(3)",
        ],
        id="boundary",
    ),
    pytest.param(
        "statement-deleted",
        """
        LIMIT = 3
        def f(x): ...
        def g(x):
            x.append(1)
            if x:
                raise ValueError
            return x
        """,
        [
            """
            LIMIT = 3
            def f(x): ...
            def g(x):
                pass
                if x:
                    raise ValueError
                return x
            """,
            """
            LIMIT = 3
            def f(x): ...
            def g(x):
                x.append(1)
                if x:
                    pass
                return x
            """,
            """
            LIMIT = 3
            def f(x): ...
            def g(x):
                x.append(1)
                if x:
                    raise ValueError
                return None
            """,
        ],
        id="statement-deleted",
    ),
]


@pytest.mark.parametrize(("name", "source", "expected"), EXAMPLES)
def test_an_operator_makes_these_programs_and_no_others(name, source, expected):
    """The mutants that one operator makes of an example are exactly these."""
    made = [mutant.source for mutant in mutants(dedent(source).lstrip(), "m.py", [BY_NAME[name]])]
    assert sorted(made) == sorted(dedent(program).lstrip() for program in expected)


def test_every_operator_has_an_example():
    """An operator without an example is not tested."""
    assert {example.values[0] for example in EXAMPLES} == set(BY_NAME)


def test_names_of_operators_are_unique():
    """An operator is known by its name."""
    assert len(BY_NAME) == len(OPERATORS)

"""What the submission's tasks and threads do in a test, written down when the judge asks for it.

It is the submission's own account of itself, as everything is that comes from here. A program that never comes to an
end tells it when it is asked who waits for what.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from grader.bridge.simulation.recorder import Recorder
from grader.bridge.simulation.recording import Outcome

if TYPE_CHECKING:
    from grader.bridge.simulation.handover import Waiting
    from grader.bridge.simulation.kernel import Kernel
    from grader.sandbox.endpoint import SandboxEndpoint

ROWS, SPANS = 24, 60
"""As much as a picture can show."""


class Drawing:
    """`begin` starts to record anew; `recorded` is the recording as JSON, b"" without one."""

    def __init__(self, endpoint: SandboxEndpoint, kernel: Kernel) -> None:
        self._endpoint = endpoint
        self._kernel = kernel
        self._explain = kernel.explain
        self._recorder: Recorder | None = None
        endpoint.operations["record"] = self.begin
        endpoint.operations["recorded"] = self.recorded
        kernel.explain = self._explained

    def begin(self) -> None:
        self._recorder = self._kernel.tracer = Recorder(self._kernel, served=True, rows=ROWS, spans=SPANS)

    def recorded(self) -> bytes:
        recorder, self._recorder, self._kernel.tracer = self._recorder, None, None
        return b"" if recorder is None else msgspec.json.encode(recorder.recording(Outcome.finished))

    def _explained(self) -> list[Waiting]:
        if self._recorder is not None:
            self._endpoint.events.append(["recorded", self.recorded()])
        return self._explain()

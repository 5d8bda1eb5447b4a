"""Python beside a running stack, in a process that imports Django once however often it is asked.

Run as `python -m local.clerk`: each line in is a JSON string of code, each line out a JSON answer.
"""

import contextlib
import io
import json
import signal
import subprocess
import sys
import traceback
from collections.abc import Mapping
from typing import TextIO

from local.child import die_with_parent
from local.place import ROOT


class Clerk:
    """Does what it is told against the stack of this environment; starts when it is told something first."""

    def __init__(self, env: Mapping[str, str]) -> None:
        self.env = env
        self.process: subprocess.Popen[str] | None = None

    def run(self, code: str) -> str:
        """Run the code as a module of its own and answer what it printed. Raise RuntimeError with its traceback."""
        process = self.process = self.process or self._started()
        if process.stdin and process.stdout:
            process.stdin.write(f"{json.dumps(code)}\n")
            process.stdin.flush()
        line = process.stdout.readline() if process.stdout else ""
        if not line:
            raise RuntimeError(f"the clerk ended with {process.wait()}")
        answer = json.loads(line)
        if answer["error"]:
            raise RuntimeError(f"{answer['error']}\n{answer['said']}")
        return str(answer["said"])

    def dismiss(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.communicate()
            self.process = None

    def _started(self) -> "subprocess.Popen[str]":
        return subprocess.Popen(
            [sys.executable, "-m", "local.clerk"],
            cwd=ROOT,
            env=dict(self.env),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            preexec_fn=die_with_parent(signal.SIGKILL),
        )


def serve(asked: TextIO, answers: TextIO) -> None:
    """Answer one line after the other until there are no more."""
    import django
    from django.db import close_old_connections
    from django.utils import translation

    django.setup()
    for line in asked:
        said, error = io.StringIO(), ""
        close_old_connections()
        translation.deactivate()
        try:
            with contextlib.redirect_stdout(said):
                exec(compile(json.loads(line), "<asked>", "exec"), {})  # noqa: S102 - what it is for
        except Exception:
            error = traceback.format_exc()
        answers.write(f"{json.dumps({'said': said.getvalue(), 'error': error})}\n")
        answers.flush()


if __name__ == "__main__":
    serve(sys.stdin, sys.stdout)

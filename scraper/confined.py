"""Reading a page in a process of its own that is ended when it takes too long or too much memory.

For pages beyond the bounds of ``scraper.guard`` only. The child is a fresh interpreter (no fork: a
crawl holds threads, locks and open databases), reads its task from stdin, sets its own limits
(``scraper.limits``) before it touches the page, and writes one answer to stdout. The parent ends it
after ``SECONDS`` of wall clock, whatever it is doing.

Task and answer are pickles, from us to us. A page that got the better of the tree builder could
write anything into the answer, so only the records of a reading are taken out of it.

What this does not do: keep a hostile page from anything else that the user may do. It is a limit on
time and memory, no sandbox.
"""

from __future__ import annotations

import io
import os
import pickle
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from typing import IO, Any, NamedTuple

from scraper.errors import Overgrown, ParseError, Refused
from scraper.guard import lifted

SECONDS = 10.0
"""Wall clock from the child's start to its answer."""

MEMORY = 400_000_000
"""Bytes that the child may take, its interpreter (some 30 MB) included."""

MAX_ANSWER = 40_000_000
"""Bytes of an answer. A page of 5 MB that reads as a decision gives some 15."""

_BOOT = (
    "import sys; sys.path[:] = sys.argv[1:]; import scraper.confined as own; sys.exit(own.serve())"
)
_TICK = 0.1
_ANSWERS = frozenset(("archive.kinds", "archive.records", "scraper.sources.pieces", "datetime"))
"""Modules whose classes an answer may hold."""


class Answer(NamedTuple):
    """What a child says: ``kind`` is ``value``, ``refused``, ``unreadable`` or ``broken``."""

    kind: str
    value: Any
    url: str = ""
    reason: str = ""


def confined(
    read: Callable[..., Any],
    args: Sequence[Any],
    kwargs: Mapping[str, Any],
    *,
    beyond: Overgrown,
    seconds: float = SECONDS,
    memory: int = MEMORY,
) -> Any:
    """What ``read(*args, **kwargs)`` gives in a child process held to ``seconds`` and ``memory``.

    ``beyond`` says which page it is and why it is not read here. Raises Refused and ParseError as
    ``read`` does, and Overgrown where the child was ended, broke, or could not be started.
    """
    task = pickle.dumps((read, tuple(args), dict(kwargs), memory, seconds))
    why = str(beyond).removeprefix(f"{beyond.url}: ")
    try:
        code, output = _run(task, seconds, memory)
    except OSError as error:
        raise Overgrown(
            beyond.url, f"{why}; no process of its own could be had: {error}"
        ) from error
    except _Ended as ended:
        raise Overgrown(beyond.url, f"{why}; read apart, it {ended}") from None
    answer = _answer(output)
    match answer.kind:
        case "value":
            return answer.value
        case "refused":
            raise Refused(answer.url, answer.reason, str(answer.value))
        case "unreadable":
            raise ParseError(answer.url, str(answer.value))
        case _:
            said = answer.value or f"ended with {code}"
            raise Overgrown(beyond.url, f"{why}; read apart, it {said}")


class _Ended(Exception):
    """The child was ended; the text says what it had done."""


def _run(task: bytes, seconds: float, memory: int) -> tuple[int, bytes]:
    """Start a child, give it the task, and have its exit code and output. It never outlives this.

    Raises _Ended where it took too long or too much, OSError where it could not be started.
    """
    from scraper.limits import resident, self_limiting

    if not sys.executable:
        raise OSError("the interpreter does not know its own file")
    ends = time.monotonic() + seconds
    # ``-I``: nothing from the environment or the folder; the paths are exactly our own.
    paths = [path or os.getcwd() for path in sys.path]  # noqa: PTH109 - as it stands in sys.path
    with subprocess.Popen(  # noqa: S603 - our own interpreter and our own module
        [sys.executable, "-I", "-c", _BOOT, *paths],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    ) as child:
        given: bytes | None = task
        try:
            while True:
                left = ends - time.monotonic()
                if left <= 0:
                    raise _Ended(f"took more than {seconds:g} s")
                watched = not self_limiting()
                try:
                    output, _ = child.communicate(given, min(left, _TICK) if watched else left)
                except subprocess.TimeoutExpired:
                    given = None
                    if watched and resident(child.pid) > memory:
                        raise _Ended(f"took more than {memory // 10**6} MB") from None
                else:
                    return child.returncode, output
        finally:
            # Whatever ends the wait (Ctrl-C too) ends the child.
            child.kill()


def _answer(output: bytes) -> Answer:
    """The child's answer; kind ``broken`` where there is none that can be understood."""
    if not output:
        return Answer("broken", None)
    try:
        answer = _Ours(io.BytesIO(output)).load()
    except Exception as error:  # noqa: BLE001 - a spoilt pickle may raise anything
        return Answer("broken", f"gave no answer to be understood ({type(error).__name__})")
    return Answer(*answer) if isinstance(answer, tuple) else Answer("broken", None)


class _Ours(pickle.Unpickler):
    """Takes the records of a reading out of a pickle and nothing else."""

    def find_class(self, module: str, name: str) -> Any:
        if module in _ANSWERS and "." not in name:
            return super().find_class(module, name)
        raise pickle.UnpicklingError(f"{module}.{name} is no part of a reading")


def serve(stdin: IO[bytes] | None = None, stdout: IO[bytes] | None = None) -> int:
    """The child: read a task, set the limits, do it, write the answer; the exit code."""
    from scraper.limits import limit

    task = (stdin or sys.stdin.buffer).read()
    # The task comes from the process that started us.
    read, args, kwargs, memory, seconds = pickle.loads(task)  # noqa: S301
    del task
    limit(memory, seconds)
    with lifted():
        answer = _try(read, args, kwargs)
    try:
        said = pickle.dumps(tuple(answer), pickle.HIGHEST_PROTOCOL)
    except MemoryError:
        said = b""
    if len(said) > MAX_ANSWER:
        said = pickle.dumps(tuple(Answer("broken", f"gave more than {MAX_ANSWER // 10**6} MB")))
    out = stdout or sys.stdout.buffer
    out.write(said)
    out.flush()
    if stdout is None:
        # Freeing a million nodes one by one helps nobody.
        os._exit(0)
    return 0


def _try(read: Callable[..., Any], args: Sequence[Any], kwargs: Mapping[str, Any]) -> Answer:
    try:
        return Answer("value", read(*args, **kwargs))
    except Refused as refused:
        return Answer("refused", _message(refused), refused.url, refused.reason)
    except ParseError as error:
        return Answer("unreadable", _message(error), error.url)
    except MemoryError:
        return Answer("broken", "took more memory than it may")
    except Exception as error:  # noqa: BLE001 - it must not end the crawl; the page is named
        return Answer("broken", f"broke: {type(error).__name__}: {str(error)[:200]}")


def _message(error: Refused | ParseError) -> str:
    return str(error).removeprefix(f"{error.url}: ")

"""Runs a reader's code in a thread of its own and stops it when its time is up.

Why a thread, and not a signal or a trace function? A signal's timer does not exist on Windows and reaches the main
thread only; a trace function slows every line and falls silent once the code has swallowed its exception. Here the
main thread only waits, so nothing can ever strike the kernel itself. A thread that is over its time has an exception
raised inside it, again and again until it ends: a bare `except` may swallow the first, but hardly the hundredth. Code
that sits in one long call (`time.sleep(1000)`) can't be reached at all; it is left behind in its thread, and the
notebook goes on.

The garbage collector waits meanwhile: it would run the finalisers of other objects inside the reader's code, where an
exception from outside, or a stack that is full, makes Python write "Exception ignored in …" on the reader's screen.
"""

import ctypes
import gc
import sys
import threading
import traceback
from contextlib import contextmanager


class TimeUp(SystemExit):
    """Ends the reader's code from outside; no `except Exception` swallows it."""


class StillRunning(Exception):
    """The time was over before the work was done; `frames` (frame, line) lead to where it stood, outermost first."""

    def __init__(self, frames):
        super().__init__("the code was still running when its time was over")
        self.frames = frames


def within(seconds, work):
    """What `work()` returns or raises; StillRunning if that takes longer than `seconds`."""
    returned, raised = [], []

    def run():
        try:
            try:
                returned.append(work())
            except BaseException as error:
                raised.append(error)
        except TimeUp:                      # struck once more, while the first strike was noted
            raise SystemExit from None      # of exactly this one, and no subclass, a thread dies without a word

    thread = threading.Thread(target=run, daemon=True)
    with _collector_waits():
        thread.start()
        try:
            thread.join(seconds)
            if thread.is_alive():
                frame = sys._current_frames().get(thread.ident)
                raise StillRunning(list(traceback.walk_stack(frame))[::-1] if frame else [])
        finally:
            _stop(thread)
    if raised:
        raise raised.pop()
    return returned.pop()


def _stop(thread):
    for _ in range(100):
        if not thread.is_alive():
            return
        ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread.ident), ctypes.py_object(TimeUp))
        thread.join(0.01)


@contextmanager
def _collector_waits():
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()

"""Measures steps in turn, so that a busy moment of the machine meets all of them alike."""
import time

import numpy as np

CHUNK = 0.004                           # processor seconds that one step is repeated before the next has its turn


def interleaved(steps, rounds=15):
    """name -> processor seconds a step, the median over all rounds, for a dict of name -> step.

    Processor time is that of all threads of this process: waiting for another program does not count.
    """
    repeats = {name: warmed_up(step) for name, step in steps.items()}
    found = {name: [] for name in steps}
    for round in range(rounds):
        for name, step in steps.items():
            if repeats[name] == 1 and round % 5:
                continue                                # a long step needs fewer rounds
            began = time.process_time()
            for _ in range(repeats[name]):
                step()
            found[name].append((time.process_time() - began) / repeats[name])
    return {name: float(np.median(times)) for name, times in found.items()}


def warmed_up(step):
    """Run a step until it has done what it does only at first; how often it fits into a chunk."""
    began = time.process_time()
    step()
    if time.process_time() - began > 1:
        return 1
    for _ in range(10):
        step()
    began = time.process_time()
    for _ in range(5):
        step()
    return max(1, round(CHUNK / max((time.process_time() - began) / 5, 1e-6)))


def table(head, rows):
    """Markdown: the first column to the left, numbers to the right."""
    return "\n".join(["| " + " | ".join(head) + " |", "|:--|" + "--:|" * (len(head) - 1),
                      *["| " + " | ".join(row) + " |" for row in rows]])


def microseconds(seconds):
    return f"{seconds * 1e6:,.0f} µs" if seconds < 0.1 else f"{seconds:.1f} s"

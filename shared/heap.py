"""The memory of a process that has read what it needs: put in order once, so that it stays small and is shared after a fork."""

import ctypes
import gc


def settle() -> None:
    """Throw away garbage, give free pages back to the system, and leave all that lives out of every later search for garbage.

    Nothing of it ever becomes garbage, and in a forked child the first search would touch, and so copy, every object.
    """
    gc.collect()
    if trim := getattr(ctypes.CDLL(None), "malloc_trim", None):  # glibc has it
        trim(0)
    gc.freeze()

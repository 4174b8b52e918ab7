"""A clock that a server takes for the right one (tests/support/moved_clock.cc); the one that only counts on is left alone."""

import struct


class Clock:
    def __init__(self, library, file):
        self._library = library
        self._file = file
        self._file.write_bytes(bytes(8))

    def environment(self):
        """Of the program that is to have it."""
        return [f"LD_PRELOAD={self._library}", f"TWINLEDGER_MOVED_CLOCK={self._file}"]

    def set(self, seconds):
        """So far before the right time, from now on."""
        with open(self._file, "r+b") as file:
            file.write(struct.pack("<q", seconds * 1_000_000))

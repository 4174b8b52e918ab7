"""What the clients have been told so far, read from their histories while they write them."""

import bisect
import time

ANSWERS = ("ok", "refused")


def _first_after(times, since_ns):
    place = bisect.bisect_right(times, since_ns)
    return times[place] if place < len(times) else None


class Progress:
    def __init__(self, folder, clients):
        self._files = {str(n): folder / str(n) for n in range(clients)}
        self._read = dict.fromkeys(self._files, 0)
        self._answers = {client: [] for client in self._files}  # Times of answers, ascending.

    def _look(self):
        for client, path in self._files.items():
            with open(path, "rb") as file:
                file.seek(self._read[client])
                whole, newline, _ = file.read().rpartition(b"\n")
                self._read[client] += len(whole) + len(newline)
            for line in whole.decode().splitlines():
                kind, *_, at = line.split()
                if kind in ANSWERS:
                    self._answers[client].append(int(at))

    def latest(self):
        """When the latest answer came, of any client."""
        self._look()
        return max(answers[-1] for answers in self._answers.values())

    def await_all(self, since_ns, limit_s):
        """Seconds from then until the first client was answered, and until every one was."""
        deadline = time.monotonic() + limit_s
        while True:
            self._look()
            first = {client: _first_after(answers, since_ns) for client, answers in self._answers.items()}
            if None not in first.values():
                return tuple((of(first.values()) - since_ns) / 1e9 for of in (min, max))
            if time.monotonic() > deadline:
                unanswered = [client for client, at in first.items() if at is None]
                raise TimeoutError(f"clients {', '.join(unanswered)} were not answered within {limit_s} s")
            time.sleep(0.1)

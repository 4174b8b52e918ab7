"""A small disk of its own for a broker, which can be filled: ext4 in a file, on a loop device. It needs root, and the right
to mount."""

import os
import subprocess
import tempfile

BYTES = 4 << 30  # The file has holes, and what fills the disk is not written.


def _run(*words):
    subprocess.run(list(map(str, words)), check=True, capture_output=True, text=True)


def why_not():
    """Why no disk can be mounted here, or None."""
    with tempfile.TemporaryDirectory(prefix="twinledger-probe-") as folder:
        try:
            Disk(os.path.join(folder, "disk"), os.path.join(folder, "place")).remove()
        except FileNotFoundError as error:
            return f"there is no `{error.filename}`"
        except subprocess.CalledProcessError as error:
            return error.stderr.strip() or str(error)
    return None


class Disk:
    def __init__(self, image, place):
        self.place = place
        self._filler = os.path.join(place, "filler")
        os.makedirs(place)
        with open(image, "wb") as file:
            file.truncate(BYTES)
        _run("mkfs.ext4", "-q", "-F", "-m", "0", image)
        _run("mount", "-o", "loop", image, place)
        os.rmdir(os.path.join(place, "lost+found"))
        os.mkdir(os.path.join(place, "data"))  # To Kafka what stands beside it is no topic.

    def fill(self):
        """To the last block."""
        with open(self._filler, "wb") as file:
            size, step = 0, BYTES
            while step >= 4096:
                try:
                    os.posix_fallocate(file.fileno(), size, step)
                    size += step
                except OSError:
                    step //= 2

    def free(self):
        os.remove(self._filler)

    def remove(self):
        _run("umount", "--lazy", self.place)

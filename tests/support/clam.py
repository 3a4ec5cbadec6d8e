# SPDX-License-Identifier: AGPL-3.0-or-later
"""A real clamd for a test, with a signature database of one entry: the EICAR test file, which every
scanner knows and which harms nobody."""

import shutil
import socket
import subprocess

from support.wait import wait_until

# In halves, so that no scanner takes this file for the test file.
EICAR = (r"X5O!P%@AP[4\PZX54(P^)7CC)7}" + r"$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*").encode()
NAME = "Deskbell.Test.EICAR"
CLAMD = shutil.which("clamd", path="/usr/sbin:/usr/bin")


class Clamd:
    """It listens on a socket in folder; largest is the most that it takes, in MiB."""

    def __init__(self, folder, largest=25):
        folder.chmod(0o755)
        self.socket = folder / "clamd.sock"
        self.address = f"unix:{self.socket}"
        self._configuration = folder / "clamd.conf"
        signatures = folder / "signatures"
        signatures.mkdir()
        (signatures / "test.ndb").write_text(f"{NAME}:0:*:{EICAR.hex()}\n")
        settings = {
            "DatabaseDirectory": signatures,
            "LocalSocket": self.socket,
            "Foreground": "yes",
            "StreamMaxLength": f"{largest}M",
            "LogFile": folder / "clamd.log",
            "User": "root" if folder.owner() == "root" else folder.owner(),
        }
        lines = [f"{name} {value}\n" for name, value in settings.items()]
        self._configuration.write_text("".join(lines))
        self._process = None

    def start(self):
        self._process = subprocess.Popen(
            [CLAMD, f"--config-file={self._configuration}"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        wait_until(self._is_there, 60, "clamd to answer")
        return self

    def _is_there(self):
        assert self._process.poll() is None, "clamd did not start"
        try:
            with socket.socket(socket.AF_UNIX) as probe:
                probe.connect(str(self.socket))
                probe.sendall(b"zPING\0")
                return probe.recv(16) == b"PONG\0"
        except OSError:
            return False

    def stop(self):
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None
            self.socket.unlink(missing_ok=True)

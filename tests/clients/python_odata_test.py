"""PyPI python-odata, unmodified: classes reflected from $metadata."""

import functools
import os
import re
import shutil
import subprocess
import tempfile
import threading
import unittest

import requests
from odata import ODataService

PROGRAM = os.environ.get("ASSENT") or os.path.join(os.path.dirname(__file__), "../../target/debug/assent")


def assent(data, *words):
    return subprocess.run([PROGRAM, *words, "--data", data], check=True, capture_output=True, text=True, timeout=60).stdout.strip()


class Reflected(unittest.TestCase):
    reader = None

    @classmethod
    def setUpClass(cls):
        cls.data = tempfile.mkdtemp(prefix="assent-clients-")
        # Also where the rest of this fails.
        cls.addClassCleanup(shutil.rmtree, cls.data, ignore_errors=True)
        assent(cls.data, "init")
        token = assent(cls.data, "token", "create", "client tests", "--role", "system-administrator")
        words = [PROGRAM, "serve", "--data", cls.data, "--listen", "127.0.0.1:0"]
        cls.server = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        cls.addClassCleanup(cls.end)
        late = threading.Timer(60, cls.server.kill)
        late.start()
        found, seen = None, []
        for line in cls.server.stderr:
            seen.append(line)
            found = re.search(r"listening on (\S+)", line)
            if found:
                break
        late.cancel()
        if not found:
            raise RuntimeError("the server did not start: " + "".join(seen))
        # Somebody has to read on, or the server would wait for room.
        cls.reader = threading.Thread(target=cls.server.stderr.read, daemon=True)
        cls.reader.start()
        session = requests.Session()
        session.request = functools.partial(session.request, timeout=30)
        session.headers["Authorization"] = f"Bearer {token}"
        address = found.group(1) + "/api/data/v9.2/"
        cls.service = ODataService(address, session=session, reflect_entities=True, quiet_progress=True)

    @classmethod
    def end(cls):
        cls.server.terminate()
        try:
            cls.server.wait(timeout=20)
        except subprocess.TimeoutExpired:
            cls.server.kill()
            cls.server.wait()
        if cls.reader:
            cls.reader.join(timeout=5)
        cls.server.stderr.close()

    def test_sets_are_found(self):
        self.assertLessEqual({"accounts", "contacts", "lists", "savedqueries"}, set(self.service.entities))

    def test_a_row_lives(self):
        accounts = self.service.entities["accounts"]
        row = accounts()
        row.name = "Elm O'Hara"
        self.service.save(row)
        found = list(self.service.query(accounts).filter(accounts.name == "Elm O'Hara").limit(5))
        self.assertEqual([it.name for it in found], ["Elm O'Hara"])
        found[0].name = "Oak"
        self.service.save(found[0])
        self.assertEqual(self.service.query(accounts).get(found[0].accountid).name, "Oak")
        self.assertEqual(len(list(self.service.query(accounts).filter(accounts.name.contains("oa")))), 1)
        self.service.delete(found[0])
        self.assertEqual(len(list(self.service.query(accounts).filter(accounts.name == "Oak"))), 0)

    def test_rows_are_ordered(self):
        contacts = self.service.entities["contacts"]
        for name in ["Sato", "Ito", "Zhou"]:
            row = contacts()
            row.lastname = name
            self.service.save(row)
        rows = self.service.query(contacts).order_by(contacts.lastname.asc())
        self.assertEqual([it.lastname for it in rows], ["Ito", "Sato", "Zhou"])


if __name__ == "__main__":
    unittest.main()

"""Ask our own web server how it is, as a container's health check does. Imports no Django: it is quick.

`python -m apps.core.probe http://127.0.0.1:8000/healthz` exits with 1 when the answer is not 200.
"""

import http.client
import os
import sys
from urllib.parse import urlsplit

TIMEOUT_SECONDS = 10


def status_of(url: str) -> int:
    """The status of `url`, asked with the host name that Django answers to."""
    address = urlsplit(url)
    host = os.environ.get("ALLOWED_HOSTS", "localhost").split(",")[0].strip()
    connection = http.client.HTTPConnection(
        str(address.hostname), address.port, timeout=TIMEOUT_SECONDS
    )
    connection.request("GET", address.path, headers={"Host": host})
    return connection.getresponse().status


def main() -> None:
    status = status_of(sys.argv[1])
    raise SystemExit(0 if status == http.client.OK else f"answered {status}")


if __name__ == "__main__":
    main()

"""The reading room's process."""

import asyncio
import socket
import sys

from lahmadaemon.elsewhere import behave
from lahmadaemon.errors import LahmaError
from lahmadaemon.garbage import beginning
from lahmadaemon.together import HANDOVER

if __name__ == "__main__":
    behave()
    with beginning():
        from lahmadaemon.web.reading.there import attend
    sys.setswitchinterval(HANDOVER)
    try:
        asyncio.run(attend(socket.socket(fileno=int(sys.argv[1]))))
    except* LahmaError:  # of which the daemon's log has been told
        sys.exit(1)
    except* (EOFError, ConnectionError):  # the daemon is gone
        pass

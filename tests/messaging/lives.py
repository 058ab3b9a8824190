"""A server that dies and is there again at once: everything is imported once, each life is a fork of that.

`python -m tests.messaging.lives PORT`: every line on standard input kills the server (SIGKILL, in the middle of
whatever it does) and starts the next one; the end of the input kills the last.
"""

import gc
import os
import signal
import sys

import uvicorn


def main(port: int) -> None:
    from sharing.asgi import application

    config = uvicorn.Config(application, port=port, lifespan="off", log_level="error", ws_per_message_deflate=False)
    gc.freeze()
    while True:
        life = os.fork()
        if not life:
            uvicorn.Server(config).run()
            os._exit(1)
        order = sys.stdin.readline()
        ended, status = os.waitpid(life, os.WNOHANG)
        if ended:
            sys.exit(f"The server ended by itself ({status}).")
        os.kill(life, signal.SIGKILL)
        os.waitpid(life, 0)
        if not order:
            return


if __name__ == "__main__":
    main(int(sys.argv[1]))

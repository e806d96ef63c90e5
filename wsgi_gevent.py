"""What gunicorn loads for many open pages: ``gunicorn -k gevent wsgi_gevent:app``; as a program it serves by itself."""

from gevent import monkey

monkey.patch_all()  # Before anything else is loaded, or locks and sockets made earlier would stop every greenlet.

import sys

from deliberation.app import create_app
from deliberation.serving import serve

app = create_app()

if __name__ == "__main__":
    serve(app, host=sys.argv[1], port=int(sys.argv[2]))

"""What gunicorn loads for one process with threads: ``gunicorn -k gthread --threads 200 wsgi:app``."""

from deliberation.app import create_app

app = create_app()

"""``python -m leadbook`` is the ``leadbook`` command."""

from leadbook.cli import run

if __name__ == "__main__":
    run()

"""``python -m leadbook`` is the ``leadbook`` command."""

from leadbook.cli import main

if __name__ == "__main__":
    raise SystemExit(main())

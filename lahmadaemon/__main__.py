"""`python -m lahmadaemon` is the same as the `lahmadaemon` command."""

from lahmadaemon.cli import entry

if __name__ == "__main__":
    entry()

"""``python -m morphsweep``."""

from morphsweep.cli import main

if __name__ == "__main__":
    main()

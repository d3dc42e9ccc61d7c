"""``python -m archc`` and the command ``archc``."""

import sys

INTERRUPTED = 130  # 128 + SIGINT, as shells have it


def main() -> None:
    """Run the command line and exit; Ctrl-C is no traceback, even during the first imports."""
    try:
        from archc.cli import main as run

        run()
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)


if __name__ == "__main__":
    main()

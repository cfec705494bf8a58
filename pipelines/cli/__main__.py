"""Lets ``python -m pipelines.cli`` be the ``duecourse`` command."""

from pipelines.cli import main

if __name__ == "__main__":
    main()

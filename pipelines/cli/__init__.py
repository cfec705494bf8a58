"""The ``duecourse`` command.

- ``app``        the command itself and how mistakes are answered
- ``output``     tables for people, JSON for programs
- ``progress``   long steps on stderr, with the time left
- ``completion`` what the shell offers after Tab
- ``books``      simulate, import, check, features
- ``models``     train, evaluate, score, promote
- ``lists``      overdue, catalogue
- ``reports``    report
- ``nights``     run, serve, outcomes, key, demo
"""


def main() -> None:
    """Run the ``duecourse`` command line."""
    try:
        from pipelines.cli.app import run
    except KeyboardInterrupt:  # nothing has begun
        raise SystemExit(130) from None
    run()

"""A simulated book as one folder, with its truth beside the tables."""

from __future__ import annotations

from pathlib import Path

from features.book import Book, write_book
from pipelines.simulator.simulate import Simulated


def write_simulated(simulated: Simulated, path: Path) -> None:
    """Write the tables as a book and the truth to ``path/truth``, all of it or nothing.

    Raises
    ------
    features.problem.BookRefused
        When a table breaks its contract, which would be an error of the simulator.
    features.book_files.FolderInTheWay
        When something other than a book stands at ``path``.

    Examples
    --------
    >>> import tempfile
    >>> from pipelines.simulator.simulate import simulate
    >>> folder = Path(tempfile.mkdtemp()) / "book"
    >>> write_simulated(simulate(loans=30, months=2, seed=7), folder)
    >>> (folder / "book.json").exists(), sorted(file.stem for file in (folder / "truth").iterdir())
    (True, ['borrowers', 'capacity', 'hazard', 'shocks', 'willful'])
    """
    book = Book.from_tables(simulated.tables, manifest=simulated.manifest)
    write_book(book, path, truth=simulated.truth)

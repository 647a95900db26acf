"""The policy as it stands: the files, overlaid with the figures that staff have entered."""

from __future__ import annotations

from functools import lru_cache

from record.statements import statement

from .book import Book, load_book
from .figures import EnteredFigure
from .models import Figure


def current_book() -> Book:
    """Return the book with all entered figures.

    Figures only grow, and in the order of their ids (`policy.operations`), so the newest id says
    whether the book at hand is still the present one.
    """
    return book_through(newest_figure())


#: The id of the figure that was entered last, or 0: one row, one column.
NEWEST_FIGURE = "SELECT COALESCE(max(id), 0) FROM policy_figure"


def newest_figure() -> int:
    """Return the id of the figure that was entered last, or 0."""
    (newest,) = statement(NEWEST_FIGURE).row({}) or (0,)
    return int(newest)


def book_through(newest: int) -> Book:
    """Return the book as it stood when this figure was the newest; 0 for the files alone."""
    return _book_with_figures(newest) if newest else load_book()


@lru_cache(maxsize=4)
def _book_with_figures(newest: int) -> Book:
    return load_book().with_figures(entered_figures(newest))


def entered_figures(newest: int) -> list[EnteredFigure]:
    """Return every figure that had been entered when this one was the newest."""
    return [
        EnteredFigure(
            id=figure.pk,
            scope=figure.scope,
            key=figure.key,
            value=figure.value,
            begins=figure.begins_on,
            ends=figure.ends_on,
            document_title=figure.document_title,
            document_number=figure.document_number,
            document_date=figure.document_date,
            example=figure.example,
        )
        for figure in Figure.objects.filter(pk__lte=newest)
    ]

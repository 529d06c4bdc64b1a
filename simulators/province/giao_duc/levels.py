"""The four levels of schools: their grades, sizes and how many pupils leave."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Level:
    """A level of schools.

    Attributes:
        code: as the site writes it.
        number: first digit of its codes.
        grades: names of the grades, youngest first.
        first_age: age of the youngest in the year in which school opens.
        classes: classes of a grade in a school.
        class_size: pupils in a class.
        leaving: share of pupils that give up in a term.
        teachers: teachers for each class.
    """

    code: str
    number: int
    grades: tuple[str, ...]
    first_age: int
    classes: int
    class_size: int
    leaving: float
    teachers: float


LEVELS = (
    Level("MN", 1, ("3T", "4T", "5T"), 3, 2, 27, 0.002, 2.05),
    Level("TH", 2, ("1", "2", "3", "4", "5"), 6, 2, 32, 0.0005, 1.42),
    Level("THCS", 3, ("6", "7", "8", "9"), 11, 2, 38, 0.003, 1.86),
    Level("THPT", 4, ("10", "11", "12"), 15, 4, 42, 0.0075, 2.2),
)

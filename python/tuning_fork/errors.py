"""The one kind of error that a person gets to read."""


class UserError(Exception):
    """What is wrong, where, and what to do about it.

    Args:
        code: stable kebab-case kind (`data-label-missing`), for programs.
        problem: one sentence with file, line and key where there are such.
        advice: one sentence on what to do; empty when nothing can be said.
    """

    def __init__(self, code: str, problem: str, advice: str = "") -> None:
        self.code = code
        self.problem = problem
        self.advice = advice
        super().__init__(self.sentence)

    @property
    def sentence(self) -> str:
        """Problem and advice as one text."""
        return f"{self.problem} {self.advice}".strip()

    def __reduce__(self) -> tuple[type, tuple[str, str, str]]:
        """Errors travel from worker processes, which pickle them."""
        return type(self), (self.code, self.problem, self.advice)

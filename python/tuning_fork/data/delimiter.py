"""The delimiter of a CSV file, told from its beginning."""

from __future__ import annotations

from tuning_fork.data.sniff import head_of

_CANDIDATES = (",", ";", "\t", "|")
# Records looked at.
_SAMPLE = 50


def delimiter_of(file: str) -> str:
    """The delimiter a CSV file uses."""
    return sniff_delimiter(head_of(file).decode("utf-8", "replace").replace("\r\n", "\n"))


def sniff_delimiter(head: str) -> str:
    """The delimiter that cuts the most records into as many fields as the header, at least two.

    Among equals the one that gives more fields; a comma when none does. Delimiters within quotes do not count.
    """
    best, best_agreement, best_fields = ",", 0.0, 1
    for delimiter in _CANDIDATES:
        header, *rest = _field_counts(head, delimiter)
        if header < 2:
            continue
        agreement = sum(count == header for count in rest) / len(rest) if rest else 1.0
        is_better = agreement > best_agreement or (agreement == best_agreement and header > best_fields)
        if is_better or best_fields == 1:
            best, best_agreement, best_fields = delimiter, agreement, header
    return best


def _field_counts(head: str, delimiter: str) -> list[int]:
    """Fields of each of the first records. A last one without an end may be cut off and counts only when it is alone."""
    counts: list[int] = []
    fields = 1
    is_quoted = False
    is_empty = True
    for character in head:
        if character == '"':
            is_quoted = not is_quoted
        elif character == delimiter and not is_quoted:
            fields += 1
        elif character == "\n" and not is_quoted:
            if not is_empty:
                counts.append(fields)
            if len(counts) == _SAMPLE:
                return counts
            fields, is_empty = 1, True
            continue
        is_empty = False
    return counts or [fields]

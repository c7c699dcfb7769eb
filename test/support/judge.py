"""Judges logits and fits the simple rules in Python: a JSON request on stdin, what was found on stdout."""

import json
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[2] / "python"))

from tuning_fork.metrics.baselines import classification_baselines
from tuning_fork.metrics.classification import judge_classification
from tuning_fork.metrics.tables import classification_tables


@dataclass
class Row:
    text: str
    label: int
    file: str
    row: int


def main() -> None:
    request = json.load(sys.stdin)
    train, evaluation = ([Row(**row) for row in request[part]] for part in ("train", "eval"))
    labels = request["labels"]
    logits = np.array(request["logits"], np.float32).reshape(len(evaluation), len(labels))
    judged = judge_classification(logits, np.array([row.label for row in evaluation]), labels)
    found = {
        "metrics": judged.metrics,
        "tables": classification_tables(judged, evaluation, labels),
        "baselines": classification_baselines(train, evaluation, labels),
    }
    json.dump(found, sys.stdout)


main()

"""Reads data as the Python trainers do, for tests that compare the answer with the TypeScript side's.

Standard input: one case as JSON a line (`loader`, `config`, `baseDir`). Standard output: one answer a line, in the same order:
`{"data": …}`, or `{"code": …, "sentence": …}` for what a person is told.
"""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "python"))

from tuning_fork import data
from tuning_fork.errors import UserError


def answer(case: dict) -> dict:
    try:
        return {"data": asdict(getattr(data, case["loader"])(case["config"], case["baseDir"]))}
    except UserError as problem:
        return {"code": problem.code, "sentence": problem.sentence}


for line in sys.stdin:
    print(json.dumps(answer(json.loads(line))), flush=True)

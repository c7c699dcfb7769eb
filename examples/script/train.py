"""Tells spam from ham by a logistic regression over words: a training script of one's own, with nothing but Python.

What it has to do with Tuning Fork are the calls of `tuning_fork`. Without a run they do nothing, so that
`python train.py --data ../spam/data` works by itself wherever the module is.
"""

import argparse
import csv
import json
import math
import random
import re
import time
from pathlib import Path

import tuning_fork
from tuning_fork import params

Example = tuple[str, dict[str, float], int]


def read(file: Path) -> list[Example]:
    """Rows as text, share of each word, and 1 for spam."""
    with file.open(encoding="utf-8", newline="") as lines:
        rows = [(row["text"], int(row["label"] == "spam")) for row in csv.DictReader(lines)]
    return [(text, shares(text), label) for text, label in rows]


def shares(text: str) -> dict[str, float]:
    """Each word once, so that long mails weigh no more than short ones; in a fixed order, for sums depend on it."""
    words = sorted(set(re.findall(r"[a-z$!']{2,}", text.lower())))
    return {word: 1 / math.sqrt(len(words)) for word in words}


def probability(weights: dict[str, float], words: dict[str, float]) -> float:
    score = weights[""] + sum(weights.get(word, 0.0) * share for word, share in words.items())
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, score))))


def loss_of(p: float, label: int) -> float:
    return -math.log(max(p if label else 1 - p, 1e-12))


def step(weights: dict[str, float], batch: list[Example], rate: float, l2: float) -> float:
    """One step of gradient descent; the mean loss before it."""
    total = 0.0
    for _, words, label in batch:
        p = probability(weights, words)
        total += loss_of(p, label)
        slope = rate * (p - label) / len(batch)
        weights[""] -= slope
        for word, share in words.items():
            weights[word] = weights.get(word, 0.0) * (1 - rate * l2) - slope * share
    return total / len(batch)


def evaluate(weights: dict[str, float], examples: list[Example], at: int) -> dict[str, float]:
    """Logs the metrics and every row's prediction, the costliest mistakes first."""
    judged = [(probability(weights, words), text, label) for text, words, label in examples]
    right = {label: sum((p >= 0.5) == one == label for p, _, one in judged) for label in (0, 1)}
    there = {label: sum(one == label for _, _, one in judged) for label in (0, 1)}
    said = {0: sum(p < 0.5 for p, _, _ in judged), 1: sum(p >= 0.5 for p, _, _ in judged)}
    f1 = [2 * right[label] / max(1, there[label] + said[label]) for label in (0, 1)]
    metrics = {
        "eval/loss": sum(loss_of(p, label) for p, _, label in judged) / len(judged),
        "eval/accuracy": sum(right.values()) / len(judged),
        "eval/f1_macro": sum(f1) / 2,
    }
    tuning_fork.log(metrics, step=at)
    names = ("ham", "spam")
    rows = [
        [text[:200], names[label], names[p >= 0.5], round(1 - p, 4), round(p, 4)]
        for p, text, label in sorted(judged, key=lambda one: -loss_of(one[0], one[2]))
    ]
    tuning_fork.table("eval/samples", ["text", "label", "prediction", "p(ham)", "p(spam)"], rows, step=at)
    return metrics


def save(weights: dict[str, float], at: int, metrics: dict[str, float], best: bool) -> None:
    folder = Path(tuning_fork.output_dir or "checkpoints")
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"checkpoint-{at}.json"
    # Under another name first: a file that has this one is whole.
    draft = file.with_suffix(".tmp")
    draft.write_text(json.dumps({"step": at, "weights": weights}), "utf-8")
    draft.replace(file)
    tuning_fork.checkpoint(file, at, metrics, best)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", type=Path, required=True)
    data = parser.parse_args().data
    train, evaluation = read(data / "train.csv"), read(data / "eval.csv")
    epochs, size = params.get("epochs", 8), params.get("batch_size", 8)
    highest, l2 = params.get("learning_rate", 5.0), params.get("l2", 0.0005)
    per_epoch = math.ceil(len(train) / size)
    total = epochs * per_epoch
    at, weights = 0, {"": 0.0}
    if tuning_fork.resume_from:
        saved = json.loads(Path(tuning_fork.resume_from).read_text("utf-8"))
        at, weights = saved["step"], saved["weights"]
        print(f"Going on from step {at}.")
    best = math.inf
    print(f"{len(train)} mails to learn from, {len(evaluation)} to judge by, {total} steps.")
    while at < total:
        # The order of an epoch depends on nothing but the seed and its number, so that a resumed run goes the same way.
        order = list(range(len(train)))
        random.Random(f"{params.get('seed', 7)}/{at // per_epoch}").shuffle(order)
        for batch in range(at % per_epoch, per_epoch):
            rows = [train[index] for index in order[batch * size : (batch + 1) * size]]
            at += 1
            rate = highest * (1 - (at - 1) / total)
            loss = step(weights, rows, rate, l2)
            tuning_fork.log({"train/loss": loss, "train/learning_rate": rate}, step=at)
            tuning_fork.progress(at, total, at / per_epoch)
            time.sleep(params.get("pause_ms", 0) / 1000)
            if tuning_fork.should_stop():
                save(weights, at, {}, best=False)
                print(f"Stopped at step {at}.")
                return
        metrics = evaluate(weights, evaluation, at)
        save(weights, at, metrics, best=metrics["eval/loss"] < best)
        best = min(best, metrics["eval/loss"])
        print(f"Step {at}: loss {metrics['eval/loss']:.4f}, accuracy {metrics['eval/accuracy']:.3f}")


if __name__ == "__main__":
    main()

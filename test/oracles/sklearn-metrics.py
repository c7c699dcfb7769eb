"""Makes sklearn-metrics.json: what scikit-learn says of given predictions, and of a small bag-of-words classifier.

    python -m venv /tmp/oracle && /tmp/oracle/bin/pip install scikit-learn==1.9.1
    /tmp/oracle/bin/python test/oracles/sklearn-metrics.py

The tests read the stored JSON only; Python is not needed for them.
"""

import json
import pathlib
import random

import sklearn
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score, confusion_matrix, f1_score, precision_recall_fscore_support, roc_auc_score

AVERAGES = {"average": "macro", "zero_division": 0}


def judge(name, classes, truth, predicted):
    """One case: inputs and everything scikit-learn computes from them, with its default choice of labels."""
    labels = list(range(classes))
    precision, recall, f1, support = precision_recall_fscore_support(truth, predicted, labels=labels, zero_division=0)
    macro = precision_recall_fscore_support(truth, predicted, **AVERAGES)
    return {
        "name": name,
        "classes": classes,
        "truth": truth,
        "predicted": predicted,
        "confusion": confusion_matrix(truth, predicted, labels=labels).tolist(),
        "per_class": {
            "precision": precision.tolist(),
            "recall": recall.tolist(),
            "f1": f1.tolist(),
            "support": support.tolist(),
        },
        "metrics": {
            "accuracy": float(accuracy_score(truth, predicted)),
            "f1_macro": float(macro[2]),
            "f1_micro": float(f1_score(truth, predicted, average="micro", zero_division=0)),
            "precision_macro": float(macro[0]),
            "recall_macro": float(macro[1]),
        },
    }


def area(name, truth, probabilities):
    """One case of the area under the ROC curve; of more than two classes, each against the others."""
    binary = len(probabilities[0]) == 2
    scores = [row[1] for row in probabilities] if binary else probabilities
    auc = float(roc_auc_score(truth, scores, multi_class="raise" if binary else "ovr", average="macro"))
    return {"name": name, "truth": truth, "probabilities": probabilities, "auc": auc}


def shares(rng, truth, classes, decimals):
    """Probabilities that favour the true class a little; few decimals make many rows say the same."""
    rows = []
    for label in truth:
        weights = [round(rng.random() + (0.4 if at == label else 0), decimals) + 0.01 for at in range(classes)]
        rows.append([weight / sum(weights) for weight in weights])
    return rows


def drawn(rng, classes, rows, accuracy, among):
    """Random truth among the first `among` classes; predictions right with the given chance, else any class."""
    truth = [rng.randrange(among) for _ in range(rows)]
    predicted = [label if rng.random() < accuracy else rng.randrange(classes) for label in truth]
    return truth, predicted


def words(rng, topics):
    """Texts of two or three topics with shared words, as a bag-of-words classifier sees them."""
    shared = ["the", "Meeting", "is", "on", "monday", "über", "please", "a1", "re_id"]
    own = [
        ["free", "offer", "win", "CASH", "click"],
        ["patch", "kernel", "build", "Linux", "list"],
        ["bread", "salt", "Oven"],
    ]
    rows = []
    for index in range(60):
        label = index % topics
        words = [rng.choice(own[label] if rng.random() < 0.35 else shared) for _ in range(rng.randrange(3, 14))]
        rows.append((" ".join(words), label))
    train, held_out = rows[:40], rows[40:]
    counts = CountVectorizer()
    features = counts.fit_transform([text for text, _ in train])
    model = LogisticRegression(max_iter=1000, tol=1e-8).fit(features, [label for _, label in train])
    return {
        "train": train,
        "eval": held_out,
        "vocabulary": len(counts.vocabulary_),
        "probabilities": model.predict_proba(counts.transform([text for text, _ in held_out])).tolist(),
    }


def main():
    rng = random.Random(7)
    cases = [
        judge("two classes", 2, *drawn(rng, 2, 40, 0.8, 2)),
        judge("all right", 3, [0, 1, 2, 2], [0, 1, 2, 2]),
        judge("all wrong", 2, [0, 1, 1], [1, 0, 0]),
        judge("one class only predicted", 2, [0, 0, 1, 0, 1], [0, 0, 0, 0, 0]),
        judge("a class that no row has but one prediction", 4, *drawn(rng, 4, 60, 0.6, 3)),
        judge("a class in neither truth nor predictions", 4, [0, 1, 2, 1, 0], [0, 2, 2, 1, 0]),
        judge("five classes", 5, *drawn(rng, 5, 300, 0.55, 5)),
        judge("one row", 3, [1], [1]),
    ]
    bags = [words(rng, 2), words(rng, 3)]
    areas = []
    for name, classes, rows, decimals in [
        ("two classes", 2, 60, 3),
        ("two, with ties", 2, 60, 1),
        ("four, with ties", 4, 90, 1),
    ]:
        truth = [row % classes for row in range(rows)]
        areas.append(area(name, truth, shares(rng, truth, classes, decimals)))
    areas.append(area("all right", [0, 1, 1], [[0.9, 0.1], [0.4, 0.6], [0.45, 0.55]]))
    table = {"scikit_learn": sklearn.__version__, "cases": cases, "bag_of_words": bags, "areas": areas}
    target = pathlib.Path(__file__).with_suffix(".json")
    target.write_text(json.dumps(table, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


main()

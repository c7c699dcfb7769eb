"""A text classification with Transformers' own Trainer and nothing of ours, to hold our figures against.

usage: bare_trainer.py SETTINGS.json OUTPUT.json
Settings: model, train and eval (lists of [text, class index]), labels, max_length, batch, accumulation, epochs, rate,
warmup (steps), dropout, seed, lora (null, or LoraConfig's arguments). Output: loss, grad_norm and learning_rate of each step.
"""

import json
import sys

from bare_settings import bare_arguments, with_adapters
from transformers import (
    AutoConfig,
    AutoModelForSequenceClassification,
    AutoTokenizer,
    DataCollatorWithPadding,
    Trainer,
    set_seed,
)


def main(settings: dict) -> list[dict]:
    tokenizer = AutoTokenizer.from_pretrained(settings["model"])

    def encode(rows: list) -> list[dict]:
        return [
            {**tokenizer(text, truncation=True, max_length=settings["max_length"]), "labels": label}
            for text, label in rows
        ]

    train, evaluation = encode(settings["train"]), encode(settings["eval"])
    drop = settings["dropout"]
    config = AutoConfig.from_pretrained(
        settings["model"],
        num_labels=len(settings["labels"]),
        hidden_dropout_prob=drop,
        attention_probs_dropout_prob=drop,
        classifier_dropout=drop,
    )
    set_seed(settings["seed"])
    model = AutoModelForSequenceClassification.from_pretrained(settings["model"], config=config)
    model = with_adapters(model, settings.get("lora"))
    arguments = bare_arguments(settings, sys.argv[2] + ".d", eval_strategy="epoch")
    trainer = Trainer(
        model=model,
        args=arguments,
        train_dataset=train,
        eval_dataset=evaluation,
        data_collator=DataCollatorWithPadding(tokenizer),
    )
    trainer.model_accepts_loss_kwargs = False  # else losses are multiplied: python-trainers, trap 1
    trainer.train()
    return trainer.state.log_history


if __name__ == "__main__":
    with open(sys.argv[1], encoding="utf-8") as file:
        history = main(json.load(file))
    with open(sys.argv[2], "w", encoding="utf-8") as file:
        json.dump(history, file)

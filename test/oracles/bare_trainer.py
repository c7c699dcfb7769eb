"""A text classification with Transformers' own Trainer and nothing of ours, to hold our figures against.

usage: bare_trainer.py SETTINGS.json OUTPUT.json
Settings: model, train and eval (lists of [text, class index]), labels, max_length, batch, accumulation, epochs, rate,
warmup (steps), dropout, seed, lora (null, or LoraConfig's arguments). Output: loss, grad_norm and learning_rate of each step.
"""

import json
import sys

from transformers import (
    AutoConfig,
    AutoModelForSequenceClassification,
    AutoTokenizer,
    DataCollatorWithPadding,
    Trainer,
    TrainingArguments,
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
    if settings.get("lora"):
        from peft import LoraConfig, get_peft_model

        model = get_peft_model(model, LoraConfig(**settings["lora"]))
    arguments = TrainingArguments(
        output_dir=sys.argv[2] + ".d",
        per_device_train_batch_size=settings["batch"],
        gradient_accumulation_steps=settings["accumulation"],
        num_train_epochs=settings["epochs"],
        learning_rate=settings["rate"],
        warmup_steps=settings["warmup"],
        weight_decay=0.01,
        max_grad_norm=1.0,
        seed=settings["seed"],
        use_cpu=True,
        logging_steps=1,
        eval_strategy="epoch",
        save_strategy="no",
        report_to=[],
        disable_tqdm=True,
    )
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

"""Causal language modelling with Transformers' own Trainer and nothing of ours, on rows that are token ids already.

usage: bare_language_model.py SETTINGS.json OUTPUT.json
Settings: model, rows (lists of [ids, labels]), batch, accumulation, epochs, rate, warmup (steps), dropout and the names it has
in the model's config (dropouts), seed, pad, lora (null, or LoraConfig's arguments). Output: loss, grad_norm and learning_rate
of each step.
"""

import json
import sys

import torch
from bare_settings import bare_arguments, with_adapters
from transformers import AutoConfig, AutoModelForCausalLM, Trainer, set_seed


def main(settings: dict, folder: str) -> list[dict]:
    def collate(rows: list) -> dict:
        width = max(len(ids) for ids, _ in rows)

        def padded(values: list, fill: int) -> torch.Tensor:
            return torch.tensor([one + [fill] * (width - len(one)) for one in values])

        return {
            "input_ids": padded([ids for ids, _ in rows], settings["pad"]),
            "attention_mask": padded([[1] * len(ids) for ids, _ in rows], 0),
            "labels": padded([labels for _, labels in rows], -100),
        }

    config = AutoConfig.from_pretrained(settings["model"])
    for name in settings["dropouts"]:
        setattr(config, name, settings["dropout"])
    set_seed(settings["seed"])
    model = AutoModelForCausalLM.from_pretrained(settings["model"], config=config)
    model = with_adapters(model, settings.get("lora"))
    arguments = bare_arguments(settings, folder, remove_unused_columns=False)
    trainer = Trainer(model=model, args=arguments, train_dataset=settings["rows"], data_collator=collate)
    trainer.train()
    return trainer.state.log_history


if __name__ == "__main__":
    with open(sys.argv[1], encoding="utf-8") as file:
        history = main(json.load(file), sys.argv[2] + ".d")
    with open(sys.argv[2], "w", encoding="utf-8") as file:
        json.dump(history, file)

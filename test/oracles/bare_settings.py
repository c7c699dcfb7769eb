"""What the bare scripts beside this file make of their settings in the same way: arguments of the Trainer, and adapters."""

from typing import Any

from transformers import PreTrainedModel, TrainingArguments


def bare_arguments(settings: dict, folder: str, **more: Any) -> TrainingArguments:
    """Transformers' arguments from batch, accumulation, epochs, rate, warmup and seed; `more` of them as they are."""
    return TrainingArguments(
        output_dir=folder,
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
        save_strategy="no",
        report_to=[],
        disable_tqdm=True,
        **more,
    )


def with_adapters(model: PreTrainedModel, lora: dict | None) -> Any:
    """The model with PEFT's adapters by `LoraConfig`'s arguments, or as it is."""
    if not lora:
        return model
    from peft import LoraConfig, get_peft_model

    return get_peft_model(model, LoraConfig(**lora))

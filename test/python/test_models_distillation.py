"""Distillation: the loss by its formula, and a teacher that fits."""

import json
from types import SimpleNamespace

import pytest
import torch
from transformers import AutoModelForCausalLM, AutoModelForSequenceClassification, AutoTokenizer

from support.building import TEXTS, batch_of, build, descend, logits, one_step, refused, resolved, small, state_of
from tuning_fork.torch_trainer.models.distillation import TEACHER_LOGITS, DistillationLoss, teacher_columns


def distil(student, teacher, temperature=2.0, alpha=0.5, **groups):
    named = {"name_or_path": str(teacher), "temperature": temperature, "alpha": alpha}
    return resolved(student, method={"type": "distill", "teacher": named}, **groups)


def plain_formula(student, teacher, label, temperature, alpha):
    """α·T²·Σ p·(log p − log q) + (1 − α)·(−log softmax(student)[label]) of one row, with Python's numbers alone."""
    from math import exp, log

    def probabilities(row, heat):
        weights = [exp(value / heat) for value in row]
        return [weight / sum(weights) for weight in weights]

    p, q = probabilities(teacher, temperature), probabilities(student, temperature)
    divergence = sum(a * (log(a) - log(b)) for a, b in zip(p, q, strict=True))
    return alpha * temperature**2 * divergence + (1 - alpha) * -log(probabilities(student, 1)[label])


# ---- the loss ----


@pytest.mark.parametrize(("temperature", "alpha"), [(1.0, 0.5), (2.0, 0.3), (4.0, 1.0), (3.0, 0.0)])
def test_the_loss_of_a_classifier_is_the_formula(temperature, alpha):
    torch.manual_seed(0)
    student, teacher, labels = torch.randn(5, 3), torch.randn(5, 3) * 2, torch.tensor([0, 2, 1, 1, 0])
    rows = [
        plain_formula(one.tolist(), other.tolist(), int(label), temperature, alpha)
        for one, other, label in zip(student.double(), teacher.double(), labels, strict=True)
    ]
    loss = DistillationLoss(temperature, alpha, causal=False)
    outputs = {"logits": student, TEACHER_LOGITS: teacher}
    assert float(loss(outputs, labels)) == pytest.approx(sum(rows) / 5, abs=1e-5)
    # A batch of a step of 20 rows gives its share of their mean.
    assert float(loss(outputs, labels, num_items_in_batch=torch.tensor(20))) == pytest.approx(sum(rows) / 20, abs=1e-5)


def test_without_a_teachers_logits_it_is_cross_entropy():
    torch.manual_seed(0)
    student, labels = torch.randn(4, 3), torch.tensor([0, 1, 2, 0])
    plain = torch.nn.functional.cross_entropy(student, labels)
    assert torch.allclose(DistillationLoss(2, 0.7, causal=False)({"logits": student}, labels), plain)


def test_the_loss_of_a_language_model_is_over_the_next_tokens_that_count():
    torch.manual_seed(0)
    student, teacher = torch.randn(2, 4, 7), torch.randn(2, 4, 7)
    labels = torch.tensor([[-100, 3, -100, 5], [1, 2, 6, -100]])
    places = [(row, at - 1, int(labels[row, at])) for row in range(2) for at in range(1, 4) if labels[row, at] != -100]
    assert len(places) == 4
    rows = [
        plain_formula(student[row, at].double().tolist(), teacher[row, at].double().tolist(), label, 2, 0.5)
        for row, at, label in places
    ]
    outputs = {"logits": student, TEACHER_LOGITS: teacher}
    loss = DistillationLoss(2, 0.5, causal=True)
    assert float(loss(outputs, labels)) == pytest.approx(sum(rows) / 4, abs=1e-5)
    assert float(loss(outputs, labels, num_items_in_batch=9)) == pytest.approx(sum(rows) / 9, abs=1e-5)


def test_a_teacher_with_a_padded_output_layer_counts_over_the_shared_tokens():
    torch.manual_seed(0)
    student, labels = torch.randn(1, 3, 7), torch.tensor([[0, 1, 2]])
    teacher = torch.cat([torch.randn(1, 3, 7), torch.full((1, 3, 1), 50.0)], dim=-1)
    loss = DistillationLoss(2, 0.5, causal=True)
    assert torch.allclose(
        loss({"logits": student, TEACHER_LOGITS: teacher}, labels),
        loss({"logits": student, TEACHER_LOGITS: teacher[..., :7]}, labels),
    )


def test_a_batch_without_any_answer_has_a_loss_of_0_and_a_gradient():
    student = torch.randn(1, 3, 7, requires_grad=True)
    loss = DistillationLoss(2, 0.5, causal=True)({"logits": student}, torch.full((1, 3), -100), num_items_in_batch=4)
    loss.backward()
    assert float(loss.detach()) == 0 and float(student.grad.abs().sum()) == 0


# ---- student and teacher ----


def test_the_student_learns_from_the_teacher_and_the_teacher_stays(tmp_path, tiny):
    student = small(tmp_path / "student", tiny, "bert")
    built, tokenizer = build(distil(student, tiny, alpha=1.0, model={"dropout": 0}), tmp_path)
    teacher = AutoModelForSequenceClassification.from_pretrained(tiny).eval()
    batch = batch_of(tokenizer)
    labels = torch.tensor([0, 1, 0])
    built.model.train()
    outputs = built.model(**batch)
    with torch.no_grad():
        expected = teacher(**batch).logits
    assert torch.equal(outputs[TEACHER_LOGITS], expected)
    assert not outputs[TEACHER_LOGITS].requires_grad
    first = built.loss(outputs, labels)
    for _ in range(30):
        loss = built.loss(built.model(**batch), labels)
        descend(built.model, loss, 0.2)
    assert float(loss) < 0.2 * float(first)
    assert torch.allclose(logits(built.model, tokenizer).softmax(-1), expected.softmax(-1), atol=0.02)


def test_the_teacher_is_asked_in_training_only_and_is_no_part_of_the_student(tmp_path, tiny):
    student = small(tmp_path / "student", tiny, "bert")
    built, tokenizer = build(distil(student, tiny), tmp_path)
    batch = batch_of(tokenizer)
    built.model.eval()
    assert TEACHER_LOGITS not in built.model(**batch)
    plain, _ = build(resolved(student), tmp_path)
    assert built.facts["totalParameters"] == plain.facts["totalParameters"]
    assert state_of(built.model).keys() == state_of(plain.model).keys()
    # The same seed gives the same student with and without a teacher.
    assert all(torch.equal(value, state_of(built.model)[name]) for name, value in state_of(plain.model).items())
    one_step(built.model, tokenizer)
    built.model.save_pretrained(tmp_path / "saved")
    again = AutoModelForSequenceClassification.from_pretrained(tmp_path / "saved")
    assert torch.equal(logits(again, tokenizer), logits(built.model, tokenizer))


def test_the_teachers_dropout_is_off(tmp_path, tiny):
    student = small(tmp_path / "student", tiny, "bert")
    built, tokenizer = build(distil(student, tiny), tmp_path)
    batch = batch_of(tokenizer)
    built.model.train()
    first, second = built.model(**batch), built.model(**batch)
    assert torch.equal(first[TEACHER_LOGITS], second[TEACHER_LOGITS])
    assert not torch.equal(first.logits, second.logits)


def trained_teacher(tmp_path, tiny, labels, **groups):
    """A checkpoint of a run with these labels, as a run saves it."""
    built, tokenizer = build(resolved(tiny, **groups), tmp_path, labels=labels)
    for _ in range(3):
        one_step(built.model, tokenizer, rate=0.5)
    folder = tmp_path / "teacher"
    built.model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    (folder / "tuning-fork.json").write_text(json.dumps({"step": 3, "labels": labels}), "utf-8")
    return folder, logits(built.model, tokenizer)


def test_a_teacher_with_its_classes_in_another_order_is_understood(tmp_path, tiny):
    teacher, says = trained_teacher(tmp_path, tiny, ["spam", "ham"])
    student = small(tmp_path / "student", tiny, "bert")
    built, tokenizer = build(distil(student, teacher), tmp_path)
    built.model.train()
    taught = built.model(**batch_of(tokenizer))[TEACHER_LOGITS]
    assert torch.allclose(taught, says[:, [1, 0]], atol=1e-6)


@pytest.mark.parametrize("method", ["lora", "qlora"])
@pytest.mark.parametrize("pooling", ["auto", "mean"])
def test_a_teacher_may_be_a_runs_adapter(tmp_path, tiny, method, pooling):
    model = {"pooling": pooling}
    teacher, says = trained_teacher(tmp_path, tiny, ["spam", "ham"], method={"type": method}, model=model)
    student = small(tmp_path / "student", tiny, "bert")
    built, tokenizer = build(distil(student, teacher, model=model), tmp_path)
    built.model.train()
    taught = built.model(**batch_of(tokenizer))[TEACHER_LOGITS]
    # A base in 4 bits is another one than the teacher's here.
    assert torch.allclose(taught, says[:, [1, 0]], atol=1e-5 if method == "lora" else 0.5)


def test_the_teacher_takes_no_random_numbers(tmp_path, tiny):
    """Not even one whose base starts with a random head, so that dropout drops the same with and without it."""
    student = small(tmp_path / "student", tiny, "bert")
    bare = small(tmp_path / "bare", tiny, "bert")
    teacher, _ = trained_teacher(tmp_path, bare, ["ham", "spam"], method={"type": "lora"})
    build(resolved(student), tmp_path)
    drawn = torch.rand(1)
    build(distil(student, teacher), tmp_path)
    assert torch.equal(torch.rand(1), drawn)


def test_a_language_model_learns_token_by_token(tmp_path, tiny_llama):
    student = small(tmp_path / "student", tiny_llama, "llama")
    config = distil(student, tiny_llama, task="causal-lm")
    built, tokenizer = build(config, tmp_path, labels=None)
    teacher = AutoModelForCausalLM.from_pretrained(tiny_llama).eval()
    batch = batch_of(tokenizer)
    labels = batch["input_ids"].masked_fill(batch["attention_mask"] == 0, -100)
    built.model.train()
    outputs = built.model(**batch)
    with torch.no_grad():
        assert torch.allclose(outputs[TEACHER_LOGITS], teacher(**batch).logits, atol=1e-5)
    loss = built.loss(outputs, labels)
    loss.backward()
    assert loss.isfinite() and all(one.grad is not None for one in built.model.parameters())


def test_it_trains_within_transformers_trainer(tmp_path, tiny):
    """As `compute_loss_func`, with accumulation: the figures are those of one batch of all rows."""
    from transformers import DataCollatorWithPadding, Trainer, TrainingArguments

    student = small(tmp_path / "student", tiny, "bert")

    def losses(batch, accumulation):
        built, tokenizer = build(distil(student, tiny, model={"dropout": 0}), tmp_path)
        rows = [{**tokenizer(text), "labels": index % 2} for index, text in enumerate(TEXTS * 4)]
        arguments = TrainingArguments(
            output_dir=str(tmp_path / "out"),
            per_device_train_batch_size=batch,
            gradient_accumulation_steps=accumulation,
            max_steps=3,
            learning_rate=1e-3,
            logging_steps=1,
            report_to=[],
            use_cpu=True,
            disable_tqdm=True,
            save_strategy="no",
        )
        trainer = Trainer(
            model=built.model,
            args=arguments,
            train_dataset=rows,
            data_collator=DataCollatorWithPadding(tokenizer),
            compute_loss_func=built.loss,
        )
        trainer.train()
        return [one["loss"] for one in trainer.state.log_history if "loss" in one]

    assert losses(4, 1) == pytest.approx(losses(2, 2), abs=1e-4)


# ---- teachers that do not fit ----


def test_classes_are_compared():
    config = SimpleNamespace(num_labels=2, id2label={0: "LABEL_0", 1: "LABEL_1"})
    assert teacher_columns(config, ["ham", "spam"], "t") is None  # unnamed, as many
    refused(lambda: teacher_columns(config, ["a", "b", "c"], "t"), "The teacher t tells LABEL_0, LABEL_1 apart")
    config.id2label = {0: "spam", 1: "ham"}
    assert teacher_columns(config, ["ham", "spam"], "t") == [1, 0]
    assert teacher_columns(config, ["spam", "ham"], "t") is None
    refused(
        lambda: teacher_columns(config, ["ham", "eggs"], "t"), "spam, ham", "ham, eggs", "method.teacher.name_or_path"
    )


def test_a_teacher_that_was_never_trained_for_the_task_is_refused(tmp_path, tiny):
    bare = small(tmp_path / "bare", tiny, "bert")
    refused(lambda: build(distil(tiny, bare), tmp_path), "is not trained for text-classification", "classifier")


def test_a_teacher_with_another_vocabulary_is_refused(tmp_path, tiny, minilm):
    refused(lambda: build(distil(tiny, minilm), tmp_path), "has another vocabulary than the student")


def test_a_teacher_that_is_not_there_is_refused_by_its_own_key(tmp_path, tiny):
    refused(
        lambda: build(distil(tiny, "./nowhere"), tmp_path), "There is no model folder", "method.teacher.name_or_path"
    )
    config = resolved(tiny, method={"type": "distill", "teacher": None})
    refused(lambda: build(config, tmp_path), "no teacher is named", "method.teacher.name_or_path")


def test_a_teacher_with_fewer_embeddings_than_tokens_is_refused(tmp_path, tiny):
    folder = tmp_path / "teacher"
    model = AutoModelForSequenceClassification.from_pretrained(tiny)
    model.resize_token_embeddings(100)
    model.save_pretrained(folder)
    AutoTokenizer.from_pretrained(tiny).save_pretrained(folder)
    refused(lambda: build(distil(tiny, folder), tmp_path), "has 100 embeddings, but the tokenizer has")

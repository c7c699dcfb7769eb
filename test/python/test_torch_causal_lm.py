"""Causal language models: what counts, and that the figures are a bare Trainer's."""

import math
import sys
from pathlib import Path

import pytest
import torch

from support import language, runs

sys.path.insert(0, str(Path(__file__).parents[1] / "oracles"))
import bare_language_model


@pytest.fixture
def chat_files(tmp_path):
    """24 conversations to train on, 6 to evaluate on; answers of 1 to 9 tokens."""
    language.write_jsonl(tmp_path / "train.jsonl", language.chats(24))
    language.write_jsonl(tmp_path / "eval.jsonl", language.chats(6))
    return tmp_path


def encoded(config, tmp_path):
    """The training rows as the trainer encodes them: lists of ids and labels."""
    encoder, data = language.encoder_for(config, tmp_path)
    rows = [encoder.encode(example) for example in data.train]
    return [[row.input_ids.tolist(), row.labels.tolist()] for row in rows]


@pytest.mark.parametrize(("kind", "batch", "accumulation"), [("llama", 8, 1), ("llama", 3, 2), ("gpt2-lora", 4, 2)])
def test_losses_gradients_and_rates_are_those_of_a_bare_trainer(
    tmp_path, tiny_llama, tiny_gpt2, train, kind, batch, accumulation
):
    """With rows of different length the mean is over tokens, not over rows or batches."""
    language.write_jsonl(tmp_path / "train.jsonl", language.questions(26))
    model = tiny_llama if kind == "llama" else tiny_gpt2
    adapted = kind.endswith("lora")
    config = language.config(
        model,
        run={"seed": 7},
        model={"dropout": 0.1},
        data={"eval": None, "eval_fraction": 0},
        method={"type": "lora" if adapted else "full"},
        eval={"strategy": "no"},
        train={
            "num_train_epochs": 2,
            "per_device_train_batch_size": batch,
            "gradient_accumulation_steps": accumulation,
            "warmup": 2,
        },
    )
    settings = {
        "model": str(model),
        "rows": encoded(config, tmp_path),
        "batch": batch,
        "accumulation": accumulation,
        "epochs": 2,
        "rate": 1e-3,
        "warmup": 2,
        "dropout": 0.1,
        "dropouts": ["attention_dropout"] if kind == "llama" else ["resid_pdrop", "embd_pdrop", "attn_pdrop"],
        "seed": 7,
        "pad": 1 if kind == "llama" else 0,
        "lora": {"task_type": "CAUSAL_LM", "r": 16, "lora_alpha": 32, "lora_dropout": 0.05} if adapted else None,
    }
    history = bare_language_model.main(settings, str(tmp_path / "bare"))
    run = train(config)
    assert runs.steps_compared(run, history) >= 8


def test_batch_and_accumulation_give_the_same_losses_and_gradients(chat_files, tiny_llama, train):
    """24 rows are three steps of 8; the rows' answers have different numbers of tokens."""
    figures = []
    for batch, accumulation in ((8, 1), (4, 2), (2, 4)):
        settings = {"per_device_train_batch_size": batch, "gradient_accumulation_steps": accumulation}
        run = train(language.config(tiny_llama, train=settings), run=f"b{batch}")
        figures.append((run.series("train/loss"), run.series("train/grad_norm"), run.series("eval/loss")))
    for other in figures[1:]:
        for ours, reference in zip(other, figures[0], strict=True):
            assert ours == pytest.approx(reference, abs=1e-5)


def test_perplexity_and_accuracy_are_those_of_a_bare_forward_pass(chat_files, tiny_llama, train):
    config = language.config(tiny_llama, train={"learning_rate": 1e-12})
    run = train(config)
    loss, perplexity = (next(iter(run.series(f"eval/{name}").values())) for name in ("loss", "perplexity"))
    from transformers import AutoModelForCausalLM

    model = AutoModelForCausalLM.from_pretrained(tiny_llama).eval()
    encoder, data = language.encoder_for(config, chat_files)
    total, right, count = 0.0, 0, 0
    for example in data.eval:
        row = encoder.encode(example)
        ids, labels = torch.tensor(row.input_ids).long(), torch.tensor(row.labels).long()
        with torch.no_grad():
            logits = model(ids[None]).logits[0, :-1]
        wanted = labels[1:]
        at = wanted != -100
        total += torch.nn.functional.cross_entropy(logits[at], wanted[at], reduction="sum").item()
        right += int((logits[at].argmax(-1) == wanted[at]).sum())
        count += int(at.sum())
    assert loss == pytest.approx(total / count, abs=1e-5)
    assert perplexity == pytest.approx(math.exp(loss), rel=1e-9)
    assert next(iter(run.series("eval/token_accuracy").values())) == pytest.approx(right / count)
    assert run.facts["evalSupervisedTokens"] == count


def test_learns_answers_and_shows_what_it_writes(chat_files, tiny_llama, train):
    config = language.config(tiny_llama, train={"num_train_epochs": 30, "learning_rate": 3e-3})
    config["eval"].update({"strategy": "steps", "steps": 45})
    run = train(config)
    losses = list(run.series("eval/loss").values())
    assert len(losses) == 2
    assert losses[-1] < losses[0] < 1  # 6.9 at the start
    first, *_, last = run.of("table")
    assert last["name"] == "eval/samples"
    assert last["columns"] == ["prompt", "reference", "generated", "file", "row"]
    assert [row[-1] for row in last["rows"]] == [row[-1] for row in first["rows"]] == [1, 2, 3, 4, 5, 6]
    assert all(row[3] == str(chat_files / "eval.jsonl") for row in last["rows"])
    assert sum(row[1] == row[2].strip() for row in last["rows"]) >= 5
    assert last["rows"][1][0].endswith("And now it is amber")


def test_samples_move_no_random_numbers_and_put_the_mode_back(tiny_llama, tmp_path):
    from transformers import AutoModelForCausalLM, AutoTokenizer

    from tuning_fork.torch_trainer.tasks.language.samples import MAX_NEW_TOKENS, Question, generate

    tokenizer = AutoTokenizer.from_pretrained(tiny_llama)
    model = AutoModelForCausalLM.from_pretrained(tiny_llama).train()
    # A model that asks for sampling and a penalty is still asked for its likeliest token.
    model.generation_config.do_sample, model.generation_config.temperature = True, 3.0
    before = torch.get_rng_state()
    asked = [Question(tokenizer(text)["input_ids"], text, "", "f", 1) for text in ("free money", "hello")]
    first = generate(model, tokenizer, asked, lambda: None)
    assert torch.equal(torch.get_rng_state(), before)
    assert model.training
    assert generate(model, tokenizer, asked, lambda: None) == first
    ids = torch.tensor([asked[0].ids])
    model.eval()
    for _ in range(MAX_NEW_TOKENS):
        with torch.no_grad():
            following = model(ids).logits[0, -1].argmax()
        ids = torch.cat([ids, following.view(1, 1)], 1)
        if following == tokenizer.eos_token_id:
            break
    assert first[0] == tokenizer.decode(ids[0, len(asked[0].ids) :], skip_special_tokens=True)


def test_gradient_checkpointing_changes_no_figure(chat_files, tiny_llama, train):
    """Below adapters its inputs need gradients, and a cache would be of no use; texts are still written with one."""
    series = []
    for wanted in (False, True):
        config = language.config(tiny_llama, method={"type": "lora"}, train={"gradient_checkpointing": wanted})
        run = train(config, run=f"checkpointing-{wanted}")
        assert run.facts["model"]["gradientCheckpointing"] is wanted
        series.append([run.series("train/loss"), run.series("train/grad_norm"), run.of("table")[-1]["rows"]])
    assert series[0][:2] == [pytest.approx(one, abs=1e-6) for one in series[1][:2]]
    assert series[0][2] == series[1][2]


@pytest.mark.parametrize("kind", ["llama", "gpt2"])
def test_an_adapter_that_is_loaded_again_predicts_the_same(chat_files, tiny_llama, tiny_gpt2, train, kind):
    """GPT-2's linear layers are transposed (Conv1D); added tokens make embeddings that the adapter has to keep."""
    model = {"llama": tiny_llama, "gpt2": tiny_gpt2}[kind]
    template = chat_files / "chat.jinja"
    template.write_text("{% for m in messages %}{{ m.role }}: {{ m.content }}\n{% endfor %}", "utf-8")
    config = language.config(
        model,
        data={"chat_template": "chat.jinja"} if kind == "gpt2" else {},
        method={"type": "lora", "target_modules": "all-linear"},
        train={"learning_rate": 1e-2},
    )
    run = train(config)
    step = run.end["step"]
    from tuning_fork.torch_trainer.models.trained import load_checkpoint

    loaded = load_checkpoint(run.checkpoint(step), config, chat_files, device="cpu")
    encoder, data = language.encoder_for(config, chat_files)
    rows = [encoder.encode(example) for example in data.eval]
    assert language.mean_loss(loaded.model, rows) == pytest.approx(run.series("eval/loss")[step], abs=1e-6)
    merged = loaded.model.merge_and_unload()
    assert language.mean_loss(merged, rows) == pytest.approx(run.series("eval/loss")[step], abs=1e-5)


def test_resume_equals_an_uninterrupted_run(chat_files, tiny_llama, train):
    config = language.config(tiny_llama, model={"dropout": 0.1}, train={"num_train_epochs": 3})
    whole = train(config, run="whole")
    stopped = runs.train_and_stop(train, chat_files, config, "stopped", 4)
    assert (stopped.end["outcome"], stopped.end["step"]) == ("stopped", 4)
    resumed = train(config, run="stopped", segment=2, resume=stopped.checkpoint(4), from_step=4)
    for metric in ("train/loss", "train/grad_norm", "train/learning_rate", "eval/loss"):
        assert resumed.series(metric) == whole.series(metric), metric


@pytest.mark.parametrize("packing", [False, True])
def test_a_stream_is_read_in_order_over_and_over_and_resumed_exactly(chat_files, tiny_llama, train, packing):
    config = language.config(
        tiny_llama,
        model={"dropout": 0.1},
        data={"streaming": True, "packing": packing, "max_length": 128},
        train={"max_steps": 8, "per_device_train_batch_size": 4},
    )
    config["eval"].update({"strategy": "steps", "steps": 4})
    whole = train(config, run="whole")
    assert list(whole.series("train/loss")) == list(range(1, 9))
    stopped = runs.train_and_stop(train, chat_files, config, "stopped", 5)
    resumed = train(config, run="stopped", segment=2, resume=stopped.checkpoint(5), from_step=5)
    assert resumed.series("train/loss") == whole.series("train/loss")
    assert resumed.series("eval/loss") == whole.series("eval/loss")


def test_a_teacher_shows_its_probabilities(chat_files, tiny_llama, train):
    """Of the teacher's own weights, with nothing but its probabilities to learn, there is nothing to learn."""
    teacher = {"name_or_path": str(tiny_llama), "temperature": 2.0, "alpha": 1.0}
    run = train(
        language.config(tiny_llama, method={"type": "distill", "teacher": teacher}, train={"learning_rate": 1e-9})
    )
    assert max(run.series("train/loss").values()) == pytest.approx(0, abs=1e-5)
    assert run.series("eval/loss")[run.end["step"]] > 6  # measured against the answers


def test_qlora_trains_in_four_bits(chat_files, tiny_llama, train):
    pytest.importorskip("bitsandbytes")
    config = language.config(
        tiny_llama,
        method={"type": "qlora", "target_modules": "all-linear", "lora_dropout": 0.0},
        train={"num_train_epochs": 6, "learning_rate": 1e-2, "gradient_checkpointing": True},
    )
    run = train(config)
    losses = list(run.series("eval/loss").values())
    assert run.facts["model"]["quantisedLayers"] > 0
    assert losses[-1] < losses[0]


def test_loss_in_pieces_is_the_loss_at_once(monkeypatch):
    from tuning_fork.torch_trainer.tasks.language import loss as module

    torch.manual_seed(0)
    labels = torch.randint(0, 50, (3, 20))
    labels[0, 5:] = labels[1, :7] = -100
    figures = []
    for piece in (2**26, 50 * 4):
        monkeypatch.setattr(module, "PIECE", piece)
        logits = torch.randn(3, 20, 50, generator=torch.Generator().manual_seed(1)).requires_grad_()
        value = module.language_loss({"logits": logits}, labels, torch.tensor(100))
        value.backward()
        figures.append((value.detach(), logits.grad, *module.token_figures(logits.detach(), labels)))
    for one, other in zip(*figures, strict=True):
        torch.testing.assert_close(one, other, rtol=1e-6, atol=1e-7)
    assert figures[0][0] * 100 == pytest.approx(figures[0][2].sum().item(), rel=1e-6)


def test_no_supervised_token_ends_the_run_with_a_sentence(tmp_path, tiny_llama, train):
    language.write_jsonl(tmp_path / "train.jsonl", language.questions(8))
    config = language.config(
        tiny_llama, data={"eval": None, "eval_fraction": 0, "max_length": 8}, eval={"strategy": "no"}
    )
    run = train(config, fails=True)
    assert run.end["code"] == "no-supervised-tokens"
    assert "No training row has a token to learn from" in run.end["reason"]


def test_messages_without_a_template_end_the_run_with_a_sentence(chat_files, tiny_gpt2, train):
    run = train(language.config(tiny_gpt2), fails=True)
    assert run.end["code"] == "chat-template-missing"
    assert "has no chat template. Name one in data.chat_template" in run.end["reason"]


def test_rows_without_a_token_to_learn_are_left_out_and_counted(tmp_path, tiny_llama, train):
    rows = [*language.chats(8), {"messages": [{"role": "user", "content": "nobody answers"}]}]
    language.write_jsonl(tmp_path / "train.jsonl", rows)
    language.write_jsonl(tmp_path / "eval.jsonl", language.chats(3))
    run = train(language.config(tiny_llama, data={"max_length": 48}))
    said = [(event["code"], event["message"]) for event in run.of("alert")]
    assert said[0][0] == "rows-without-answer"
    assert said[0][1].startswith("1 of 9 training rows are left out")
    cut = f"{run.facts['rowsCut']} of 9 training rows are longer than data.max_length of 48 tokens and were cut."
    assert said[1] == ("rows-cut", cut)
    assert run.facts["rowsCut"] > 0
    assert (run.facts["trainRows"], run.facts["rowsLeftOut"]) == (8, 1)


def test_two_processes_count_the_tokens_of_both(tmp_path, tiny_llama, train, start):
    """Each has other rows with other numbers of tokens; the mean is over all of them. Three steps of 8 rows, all full."""
    language.write_jsonl(tmp_path / "train.jsonl", language.questions(24))
    language.write_jsonl(tmp_path / "eval.jsonl", language.questions(7))
    single = train(language.config(tiny_llama, train={"per_device_train_batch_size": 8}), run="single")
    shared = language.config(
        tiny_llama, train={"per_device_train_batch_size": 4}, hardware={"strategy": "ddp", "devices": 2}
    )
    both = start(shared, run="both")
    assert both.wait() == 0, both.output
    assert len(single.series("train/loss")) == 3
    for metric in ("train/loss", "train/grad_norm", "eval/loss", "eval/token_accuracy"):
        assert both.series(metric) == pytest.approx(single.series(metric), abs=1e-5), metric
    assert both.of("table")[-1]["rows"] == single.of("table")[-1]["rows"]

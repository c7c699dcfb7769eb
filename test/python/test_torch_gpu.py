"""What only a GPU shows: half precision with a scaled loss, 4 bit weights that compute there, and the memory of a run."""

import json
import subprocess

import pytest
import torch

from support import language, runs
from support.building import small
from support.using import same_figures, use

pytestmark = pytest.mark.skipif(
    not torch.cuda.is_available(),
    reason="PyTorch sees no GPU here, so fp16 scaling, bf16, QLoRA on a GPU and the memory estimate were not tried",
)

GIB = 2**30
# What the driver takes for a process before PyTorch has a byte: docs/memory.md, "overhead".
CONTEXT = GIB


@pytest.fixture(autouse=True)
def empty_gpu():
    """The runs of a test are measured alone."""
    torch.cuda.empty_cache()
    torch.cuda.reset_peak_memory_stats()


@pytest.mark.parametrize("precision", ["fp16", "bf16"])
def test_half_precision_learns_as_full_does(tiny, mail_files, train, precision):
    if precision == "bf16" and not torch.cuda.is_bf16_supported(including_emulation=False):
        pytest.skip(f"{torch.cuda.get_device_name()} does not compute in bf16")
    data = mail_files()
    losses = {}
    for name in (precision, "fp32"):
        run = train(runs.config(tiny, data=data, train={"max_steps": 24, "precision": name}), run=name)
        assert run.facts["device"] == "cuda" and run.facts["precision"] == name
        scale = run.series("train/loss_scale")
        assert bool(scale) == (name == "fp16")
        # Powers of two, which change no digit of a gradient; halved after steps that overflowed.
        assert all(value >= 1 and torch.frexp(torch.tensor(value))[0] == 0.5 for value in scale.values())
        losses[name] = list(run.series("train/loss").values())
    assert losses[precision][0] == pytest.approx(losses["fp32"][0], abs=5e-3)
    assert sum(losses[precision][-6:]) == pytest.approx(sum(losses["fp32"][-6:]), rel=0.1)
    assert losses[precision][-1] < losses[precision][0]


@pytest.mark.parametrize("bits", [4, 8])
def test_qlora_learns_and_its_checkpoint_says_the_same(tmp_path, tiny_llama, train, bits):
    folder = small(
        tmp_path / "m", tiny_llama, "llama", hidden_size=256, intermediate_size=512, tie_word_embeddings=True
    )
    language.write_jsonl(tmp_path / "train.jsonl", language.questions(64))
    language.write_jsonl(tmp_path / "eval.jsonl", language.questions(12))
    run = train(
        language.config(
            folder,
            method={"type": "qlora", "bits": bits},
            train={"max_steps": 16, "learning_rate": 5e-3},
            eval={"strategy": "steps", "steps": 16},
        )
    )
    losses = list(run.series("train/loss").values())
    assert losses[-1] < 0.9 * losses[0]
    assert run.facts["model"]["quantisedLayers"] == 14
    result = use(run, 16, action="evaluate", data=str(tmp_path / "eval.jsonl"))
    assert "eval/loss" in same_figures(result, run, 16)


@pytest.mark.parametrize("method", ["full", "lora"])
@pytest.mark.parametrize(("width", "layers"), [(512, 8), (1024, 16), (2048, 16)])
def test_the_peak_lies_within_what_was_estimated(tmp_path, tiny_llama, train, capsys, method, width, layers):
    """Prints a row of the table in docs/memory.md."""
    folder = small(
        tmp_path / "m",
        tiny_llama,
        "llama",
        hidden_size=width,
        intermediate_size=4 * width,
        num_hidden_layers=layers,
        num_attention_heads=width // 64,
        num_key_value_heads=width // 64,
        max_position_embeddings=1024,
        tie_word_embeddings=True,
    )
    text = " ".join(language.ANSWERS.values())
    language.write_jsonl(tmp_path / "train.jsonl", [{"text": text * 200} for _ in range(64)])
    settings = {"per_device_train_batch_size": 4, "max_steps": 6, "precision": "bf16", "gradient_checkpointing": False}
    config = language.config(
        folder,
        data={"eval": None, "eval_fraction": 0, "max_length": 1024},
        method={"type": method},
        train=settings,
        eval={"strategy": "no"},
    )
    estimate = _estimate(tmp_path, config)
    run = train(config)
    measured = max(run.series("train/peak_memory_reserved").values()) + CONTEXT
    low, likely, high = (estimate[name] for name in ("lowBytes", "peakBytes", "highBytes"))
    millions = run.facts["totalParameters"] / 1e6
    with capsys.disabled():
        print(
            f"\n| {torch.cuda.get_device_name()} | Llama, {millions:.0f} M, {method} | {likely / GIB:.1f} GiB "
            f"| {measured / GIB:.1f} GiB | {100 * (likely / measured - 1):+.0f} % |"
        )
    assert low <= measured <= high


def _estimate(folder, config):
    """GPU memory as `tuning-fork estimate` computes it before a run of this config."""
    data, train = config["data"], config["train"]
    written = {
        "version": 1,
        "task": config["task"],
        "run": {"seed": 42},
        "model": {"name_or_path": config["model"]["name_or_path"]},
        "data": {"train": data["train"], "eval_fraction": 0, "max_length": data["max_length"]},
        "method": {"type": config["method"]["type"]},
        "train": {
            name: train[name]
            for name in ("per_device_train_batch_size", "max_steps", "precision", "gradient_checkpointing")
        },
        "eval": {"strategy": "no"},
    }
    file = folder / "finetune.yaml"
    file.write_text(json.dumps(written))
    answer = subprocess.run(
        ["node", str(runs.ROOT / "dist/cli.cjs"), "estimate", str(file), "--json"],
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    return json.loads(answer.stdout)["estimate"]["gpuMemory"]

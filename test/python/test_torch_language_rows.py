"""Rows as tokens: which of them count, how they are written, and that packed ones do not see each other."""

import numpy as np
import pytest
import torch

from support import language, models

END = "<|end|>"


@pytest.fixture
def rows_of(tmp_path, tiny_llama):
    """Encodes rows with the tokenizer of a model; what counts of each, as text."""

    def encode(rows, model=tiny_llama, **data):
        language.write_jsonl(tmp_path / "train.jsonl", rows)
        resolved = language.config(model, data={"eval": None, "eval_fraction": 0, "max_length": 256, **data})
        encoder, loaded = language.encoder_for(resolved, tmp_path)
        encoded = [encoder.encode(example) for example in loaded.train]
        tokenizer = encoder._tokenizer
        shown = [tokenizer.decode(row.input_ids[row.labels != -100]) for row in encoded]
        return encoded, shown, tokenizer

    return encode


def test_texts_count_whole_and_end(rows_of):
    (row,), (counted,), tokenizer = rows_of([{"text": "free money now"}])
    assert tokenizer.decode(row.input_ids) == f"free money now{END}"
    assert row.labels[0] == -100  # nothing is before the first token
    assert row.labels[1:].tolist() == row.input_ids[1:].tolist()
    assert counted.endswith(END)


def test_of_prompt_and_completion_the_completion_counts_with_its_end(rows_of):
    asked = {"prompt": "What now? ", "completion": "wait a moment"}
    (row,), (counted,), tokenizer = rows_of([asked])
    assert tokenizer.decode(row.input_ids) == f"What now? wait a moment{END}"
    assert counted.strip() == f"wait a moment{END}"
    (whole,), _, _ = rows_of([asked], completion_only_loss=False)
    assert whole.supervised == len(whole.input_ids) - 1


def test_alpaca_goes_through_the_template_where_there_is_one(rows_of, tiny_gpt2):
    rows = [{"instruction": "Say go", "input": "in red", "output": "go"}]
    _, (counted,), tokenizer = rows_of(rows)
    assert counted.startswith("go" + END)
    (row,), (counted,), tokenizer = rows_of(rows, tiny_gpt2)
    assert tokenizer.decode(row.input_ids).startswith("### Instruction:\nSay go\nin red\n\n### Response:\n")
    assert counted == "go<|endoftext|>"


def test_a_template_of_the_config_is_used_for_prompts_too(rows_of, tiny_gpt2):
    template = "{% for m in messages %}[{{ m.role }}] {{ m.content }}\n{% endfor %}"
    (row,), (counted,), tokenizer = rows_of(
        [{"prompt": "What?", "completion": "This."}], tiny_gpt2, chat_template=template
    )
    assert tokenizer.decode(row.input_ids) == "[user] What?\n[assistant] This.\n"
    assert "This." in counted and "What" not in counted


def test_the_assistants_turns_count_marked_by_the_template_or_not(rows_of):
    rows = language.chats(3)
    marked, shown, _ = rows_of(rows)
    answers = [[m["content"] for m in row["messages"] if m["role"] == "assistant"] for row in rows]
    assert shown == ["".join(f"{answer}{END}" for answer in both) for both in answers]
    plain = models.CHAT_TEMPLATE.replace("{% generation %}", "").replace("{% endgeneration %}", "")
    found, _, _ = rows_of(rows, chat_template=plain)
    # The template marks the end of the turn too, so both say the same of every token.
    for one, other in zip(marked, found, strict=True):
        assert one.input_ids.tolist() == other.input_ids.tolist()
        assert one.labels.tolist() == other.labels.tolist()


@pytest.mark.parametrize(
    "system", ["", "{{ '<|system|>' + bos }}"], ids=["", "after a system prompt of the template's"]
)
def test_words_count_without_header_that_the_assistant_begins_or_no_template_asks_for(rows_of, system):
    template = system.replace("bos", "'You are helpful<|end|>'") + (
        "{% for m in messages %}<|{{ m.role }}|>\n{{ m.content }}<|end|>\n{% endfor %}"
    )
    said = [
        {"from": "gpt", "value": "hello"},
        {"from": "human", "value": "Light is red"},
        {"from": "gpt", "value": "0"},
    ]
    _, (counted,), _ = rows_of([{"conversations": said}], chat_template=template)
    assert counted.replace("\n", "") == f"hello{END}0{END}"


def test_sharegpt_is_a_conversation(rows_of):
    said = [{"from": "human", "value": "Light is red"}, {"from": "gpt", "value": "stop"}]
    _, (counted,), _ = rows_of([{"conversations": said}])
    assert counted == f"stop{END}"


def test_conversational_prompts_count_their_completion_alone(rows_of):
    asked = [
        {"role": "user", "content": "one"},
        {"role": "assistant", "content": "two"},
        {"role": "user", "content": "3"},
    ]
    _, (counted,), _ = rows_of([{"prompt": asked, "completion": [{"role": "assistant", "content": "four"}]}])
    assert counted == f"four{END}"


def test_all_of_a_conversation_counts_when_asked(rows_of):
    (row,), _, _ = rows_of(language.chats(1), completion_only_loss=False)
    assert row.supervised == len(row.input_ids) - 1


def test_padding_with_the_end_token_leaves_the_end_to_be_learnt(rows_of, tiny_gpt2):
    """GPT-2 pads with its end of text; labels say what counts, not the ids."""
    from tuning_fork.torch_trainer.tasks.language.packing import LanguageCollator

    encoded, _, tokenizer = rows_of([{"text": "free"}, {"text": "free money now, click here"}], tiny_gpt2)
    items = [{"input_ids": row.input_ids, "labels": row.labels} for row in encoded]
    batch = LanguageCollator(tokenizer.pad_token_id, flatten=False)(items)
    length = len(encoded[0].input_ids)
    assert batch["labels"][0, length - 1] == tokenizer.eos_token_id
    assert set(batch["labels"][0, length:].tolist()) == {-100}
    assert batch["attention_mask"].sum(1).tolist() == [len(row.input_ids) for row in encoded]


@pytest.mark.parametrize(
    ("rows", "settings", "code", "words"),
    [
        ([{"text": "a"}], {"completion_only_loss": True}, "no-completions", "row 1: it is a text without prompt"),
        (
            [{"messages": [{"role": "user", "content": "a"}, {"role": "user", "content": "b"}]}],
            {"chat_template": "{{ raise_exception('Roles must alternate') }}"},
            "chat-template-refuses",
            "row 1: the chat template refuses the conversation: Roles must alternate.",
        ),
    ],
)
def test_rows_that_cannot_be_learnt_from_are_named(rows_of, rows, settings, code, words):
    from tuning_fork.errors import UserError

    with pytest.raises(UserError) as raised:
        rows_of(rows, **settings)
    assert raised.value.code == code
    assert words in raised.value.sentence


def test_packs_hold_every_row_once_and_fill_well():
    from tuning_fork.torch_trainer.tasks.language.packing import plan_packs

    lengths = np.random.default_rng(0).integers(1, 100, 500).tolist()
    packs = plan_packs(lengths, 128)
    assert sorted(row for pack in packs for row in pack) == list(range(500))
    sizes = [sum(lengths[row] for row in pack) for pack in packs]
    assert max(sizes) <= 128
    assert len(packs) <= 1.05 * sum(lengths) / 128
    assert plan_packs([128, 128, 1], 128) == [[0], [1], [2]]
    assert plan_packs([], 128) == []


@pytest.mark.parametrize("attention", ["sdpa", "eager"])
@pytest.mark.parametrize("kind", ["llama", "gpt2"])
def test_a_packed_text_has_the_logits_it_has_alone(rows_of, tiny_llama, tiny_gpt2, kind, attention):
    from transformers import AutoModelForCausalLM

    from tuning_fork.torch_trainer.tasks.language.packing import LanguageCollator, joined, require_separation

    folder = {"llama": tiny_llama, "gpt2": tiny_gpt2}[kind]
    texts = ["free money now", "the meeting is at noon", "ok", "click here and win a prize, my friend"]
    encoded, _, tokenizer = rows_of([{"text": text} for text in texts], folder)
    model = AutoModelForCausalLM.from_pretrained(folder, attn_implementation=attention).eval()
    model.config.use_cache = False
    require_separation(model)
    # The second sequence is shorter, so that it is padded as well.
    batch = LanguageCollator(tokenizer.pad_token_id, flatten=False)([joined(encoded[:3]), joined(encoded[3:])])
    assert "attention_mask" not in batch
    with torch.no_grad():
        packed = model(input_ids=batch["input_ids"], position_ids=batch["position_ids"]).logits
        places = [(0, 0), (0, 1), (0, 2), (1, 0)]
        begins = {0: 0, 1: 0}
        for row, (sequence, _) in zip(encoded, places, strict=True):
            alone = model(torch.tensor(row.input_ids).long()[None]).logits[0]
            begin = begins[sequence]
            begins[sequence] += len(alone)
            torch.testing.assert_close(packed[sequence, begin : begin + len(alone)], alone, rtol=0, atol=1e-5)


def test_a_step_on_packed_rows_is_the_step_on_the_rows(tmp_path, tiny_llama, train):
    """All rows in one step: the same tokens, the same mean, the same gradient."""
    language.write_jsonl(tmp_path / "train.jsonl", language.questions(12))
    figures = []
    for packing in (False, True):
        data = {"packing": packing, "eval": None, "eval_fraction": 0}
        settings = {"per_device_train_batch_size": 12}
        run = train(
            language.config(tiny_llama, data=data, eval={"strategy": "no"}, train=settings), run=f"packing-{packing}"
        )
        figures.append((run.series("train/loss")[1], run.series("train/grad_norm")[1]))
    assert run.facts["packedRows"] < run.facts["trainRows"] == 12
    assert figures[1] == pytest.approx(figures[0], abs=1e-5)


def test_a_model_that_would_mix_packed_texts_is_refused(tiny_llama):
    from transformers import AutoModelForCausalLM

    from tuning_fork.errors import UserError
    from tuning_fork.torch_trainer.tasks.language.packing import require_separation

    model = AutoModelForCausalLM.from_pretrained(tiny_llama)
    forward = model.forward

    def mixing(position_ids=None, attention_mask=None, **given):
        return forward(attention_mask=torch.ones_like(given["input_ids"]), **given)

    model.forward = mixing
    with pytest.raises(UserError, match="see each other") as raised:
        require_separation(model)
    assert "data.packing to false" in raised.value.advice
    assert raised.value.code == "packing-not-separate"


def test_flash_attention_gets_one_long_row(rows_of):
    from tuning_fork.torch_trainer.tasks.language.packing import LanguageCollator, joined

    encoded, _, _ = rows_of([{"text": "free"}, {"text": "money now"}, {"text": "ok"}])
    batch = LanguageCollator(1, flatten=True)([joined(encoded[:2]), joined(encoded[2:])])
    lengths = [len(row.input_ids) for row in encoded]
    assert batch["input_ids"].shape == (1, sum(lengths))
    assert (batch["position_ids"][0] == 0).sum() == 3


def test_a_tokenizer_without_places_in_the_text_finds_the_same_turns(tiny_llama):
    from transformers import AutoTokenizer

    from tuning_fork.data.types import Place
    from tuning_fork.torch_trainer.tasks.language.chat import ChatTemplate

    class Slow:
        """The same tokens from a tokenizer that cannot tell where they stand."""

        is_fast = False

        def __init__(self, inner):
            self._inner = inner
            self.chat_template = inner.chat_template

        def __call__(self, text, add_special_tokens):
            return self._inner(text, add_special_tokens=add_special_tokens)

        def apply_chat_template(self, messages, **options):
            return self._inner.apply_chat_template(messages, **options)

    tokenizer = AutoTokenizer.from_pretrained(tiny_llama)
    tokenizer.chat_template = models.CHAT_TEMPLATE.replace("{% generation %}", "").replace("{% endgeneration %}", "")
    messages = language.chats(1)[0]["messages"]
    results = [
        ChatTemplate(one, "m").encode(messages, 0, Place("f", 1, None), answers_only=True)
        for one in (tokenizer, Slow(tokenizer))
    ]
    assert results[0][0] == results[1][0]
    assert results[0][1].tolist() == results[1][1].tolist()
    assert results[0][1].any()

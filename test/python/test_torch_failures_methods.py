"""What commonly goes wrong with methods and language models: each ends the run with one clear sentence."""

from support.failures import Case, Table, expect_failure

METHODS = Table()


@METHODS.case("target-modules", "No layer of this bert model is called q_proj", "method.target_modules")
def targets_that_name_nothing(bench):
    return bench.config(method={"type": "lora", "target_modules": ["q_proj"]})


@METHODS.case("modules-to-save", "score", "method.modules_to_save")
def saved_modules_that_are_not_there(bench):
    return bench.config(method={"type": "lora", "modules_to_save": ["score"]})


@METHODS.case("freeze-layers", "method.freeze is 9, but this bert model has 2 layers", "Write a number up to 2")
def more_layers_frozen_than_there_are(bench):
    return bench.config(method={"type": "freeze", "freeze": 9})


@METHODS.case("package-missing", "method.type: lora needs the package peft", "-m pip install peft")
def peft_missing(bench):
    bench.without("peft")
    return bench.config(method={"type": "lora"})


@METHODS.case("package-missing", "method.type: qlora needs the package bitsandbytes", "-m pip install bitsandbytes")
def bitsandbytes_missing(bench):
    bench.without("bitsandbytes")
    return bench.config(method={"type": "qlora"})


@METHODS.case("package-missing", "train.optim: adamw_8bit needs the package bitsandbytes", "pip install bitsandbytes")
def optimizer_without_its_package(bench):
    bench.without("bitsandbytes")
    return bench.config(train={"optim": "adamw_8bit"})


@METHODS.case("package-missing", "task: preference needs the package trl", "-m pip install trl")
def trl_missing(bench):
    bench.without("trl")
    rows = [{"prompt": "a", "chosen": "b", "rejected": "c"}] * 4
    return bench.config(
        bench.llama, task="preference", data={"train": bench.rows("pairs.jsonl", rows)}, eval={"metrics": ["loss"]}
    )


@METHODS.case("model-quantised", "quantised with gptq already", "method.type to lora")
def quantised_twice(bench):
    config = {"quant_method": "gptq", "bits": 4}
    return bench.config(bench.changed(quantization_config=config), method={"type": "qlora"})


@METHODS.case("teacher-missing", "no teacher is named", "method.teacher.name_or_path")
def teacher_not_named(bench):
    return bench.config(method={"type": "distill"})


@METHODS.case("model-folder-missing", "There is no model folder DIR/teacher", "Correct method.teacher.name_or_path")
def teacher_not_there(bench):
    return bench.config(method=_taught("./teacher"))


@METHODS.case("teacher-labels", "The teacher DIR/model tells", "apart, but the data has", "method.teacher.name_or_path")
def teacher_of_other_labels(bench):
    names = {"id2label": {"0": "eggs", "1": "bacon"}, "label2id": {"eggs": 0, "bacon": 1}}
    return bench.config(method=_taught(bench.changed(**names)))


@METHODS.case("teacher-vocabulary", "has another vocabulary than the student", "same model family")
def teacher_of_another_vocabulary(bench):
    return bench.config(method=_taught(str(bench.gpt2)))


@METHODS.case("chat-template-missing", "has no chat template", "data.chat_template")
def conversations_without_a_template(bench):
    return bench.language(bench.gpt2, [_chat("hello", "there")] * 4)


@METHODS.case("chat-template", "There is no chat template DIR/chat.jinja", "data.chat_template")
def template_file_missing(bench):
    return bench.language(bench.llama, [_chat("hello", "there")] * 4, data={"chat_template": "chat.jinja"})


@METHODS.case("no-supervised-tokens", "No training row has a token to learn from")
def all_tokens_masked(bench):
    return bench.language(bench.llama, [_chat("a question that is long " * 20, "x")] * 4, data={"max_length": 8})


@METHODS.case("packing-not-separate", "packed texts of a gpt2 model see each other", "data.packing to false")
def packing_that_would_mix_rows(bench):
    from tuning_fork.torch_trainer.tasks.language import packing

    original = packing.require_separation

    def mixing(model):
        """A model that pays no heed to positions that begin anew, as Transformers' models before 4.53."""
        forward = model.forward
        model.forward = lambda position_ids=None, **given: forward(
            **{**given, "attention_mask": given["input_ids"].new_ones(given["input_ids"].shape)}
        )
        original(model)

    bench.monkeypatch.setattr("tuning_fork.torch_trainer.tasks.causal_lm.require_separation", mixing)
    return bench.language(bench.gpt2, [{"text": "a b c"}] * 8, data={"packing": True})


def _taught(name: str) -> dict:
    return {"type": "distill", "teacher": {"name_or_path": name, "temperature": 2.0, "alpha": 0.5}}


def _chat(question: str, answer: str) -> dict:
    return {"messages": [{"role": "user", "content": question}, {"role": "assistant", "content": answer}]}


@METHODS.parametrize()
def test_methods(bench, capfd, case: Case):
    expect_failure(bench, case, capfd)

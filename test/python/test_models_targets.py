"""Names of layers in `method.target_modules` and `method.modules_to_save`."""

from support.building import adapters, build, refused, small


def test_targets_that_name_nothing_are_refused_with_the_layers_there_are(tmp_path, tiny, tiny_gpt2):
    refused(
        lambda: build(adapters(tiny, target_modules=["q_proj", "v_proj"]), tmp_path),
        "No layer of this bert model is called q_proj or v_proj",
        "its linear layers are dense, query, key and value",
        "method.target_modules",
    )
    refused(lambda: build(adapters(tiny_gpt2, target_modules=["query"]), tmp_path), "c_attn")


def test_targets_that_cannot_be_adapted_are_refused(tmp_path, tiny):
    refused(lambda: build(adapters(tiny, target_modules=["LayerNorm"]), tmp_path), "LayerNorm", "method.target_modules")
    refused(lambda: build(adapters(tiny, target_modules=["attention"]), tmp_path), "attention", "method.target_modules")
    refused(
        lambda: build(adapters(tiny, target_modules=["classifier"]), tmp_path), "classifier", "method.target_modules"
    )


def test_one_stray_target_is_noted(tmp_path, tiny):
    built, _ = build(adapters(tiny, target_modules=["query", "q_proj"]), tmp_path)
    assert built.facts["targetModules"] == ["query"]
    assert len(built.notes) == 1 and "q_proj" in built.notes[0]


def test_auto_targets_of_an_architecture_that_peft_does_not_know(tmp_path, tiny):
    folder = small(tmp_path / "m", tiny, "modernbert")
    refused(lambda: build(adapters(folder), tmp_path), "no layers of its own choice for modernbert", "all-linear")


def test_modules_to_save_that_are_not_there_are_refused(tmp_path, tiny):
    refused(
        lambda: build(adapters(tiny, modules_to_save=["score"]), tmp_path),
        "No module of this bert model is called score",
        "classifier",
    )


def test_listed_modules_to_save_are_taken_as_they_are(tmp_path, tiny):
    built, _ = build(adapters(tiny, modules_to_save=["classifier"]), tmp_path)
    assert built.facts["modulesToSave"] == ["classifier"]

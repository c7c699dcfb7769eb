import { extname } from "node:path";
import { t } from "../../../base/l10n.ts";
import { error, type Finding } from "../../diagnostic.ts";
import type { Path } from "../../path.ts";
import { code } from "../../schema/words.ts";
import type { Check } from "../check.ts";
import { setting } from "./mend.ts";

/** C58: files and classes of the old Keras and of TensorFlow in Transformers, which Keras 3 does not load. */
export const c58: Check = {
  id: "C58",
  severity: "error",
  title: "with Keras, a checkpoint that is neither `.keras` nor `.weights.h5`, or a `TF…` class of Transformers",
  why: "Keras 3 loads no old checkpoints, and Transformers 5 has no TensorFlow classes any more.",
  run({ config: { model, checkpoint } }) {
    if (model.framework !== "keras") return [];
    return [
      ...weights(["model", "name_or_path"], model.name_or_path),
      ...resumed(checkpoint.resume),
      ...tfClass(model),
    ];
  },
};

/** Endings of weights of any framework; other dots in a name say nothing. */
const WEIGHTS = /^\.(?:keras|h5|hdf5|pb|tf|ckpt|index|bin|safetensors|pt|pth|onnx|tflite)$/i;

const isOther = (path: string): boolean => WEIGHTS.test(extname(path)) && !/\.(?:keras|weights\.h5)$/i.test(path);

function weights(path: Path, file: string): Finding[] {
  if (!isOther(file)) return [];
  const message = t(
    "Keras 3 loads checkpoints ending in `.keras` or `.weights.h5`, not {0}. Save it again in one of these formats.",
    code(extname(file)),
  );
  return [error("C58", path, message)];
}

const resumed = (from: string): Finding[] => {
  const path = ["checkpoint", "resume"];
  return weights(path, from).map((finding) => ({ ...finding, fixes: [setting(path, "never")] }));
};

function tfClass({ name_or_path: name }: { name_or_path: string }): Finding[] {
  if (!/^(?:.*\/)?TF(?:Auto)?[A-Z][A-Za-z0-9]*(?:Model|For[A-Z]\w*|LMHead\w*)?$/.test(name)) return [];
  const message = t(
    "{0} is a TensorFlow class of Transformers, which version 5 no longer has. Name a preset of KerasHub, such as {1}.",
    code(name),
    code("bert_tiny_en_uncased"),
  );
  return [error("C58", ["model", "name_or_path"], message)];
}

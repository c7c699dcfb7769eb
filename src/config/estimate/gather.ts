import { UserError } from "../../base/errors.ts";
import { t } from "../../base/l10n.ts";
import { countTokens } from "../../models/count-tokens.ts";
import { TIERS, type Tier } from "../checks/check.ts";
import { unknown, type DataFacts, type Facts, type Known, type ModelFacts } from "../facts/facts.ts";
import { readModelFacts } from "../facts/model.ts";
import type { ResolvedConfig } from "../types.ts";
import { fromCharacters, type EstimateInput } from "./estimate.ts";
import type { RowLengths } from "./lengths.ts";

/** What an estimate looks at. */
export interface EstimateContext {
  config: ResolvedConfig;
  facts: Facts;
  /** Folder relative paths start from. */
  baseDir: string;
  env: NodeJS.ProcessEnv;
  signal?: AbortSignal;
}

/** Rows whose tokens are counted, enough for a mean to a few percent; fewer long ones, so that it takes a fraction of a second. */
const COUNTED_ROWS = 500;
const COUNTED_CHARACTERS = 500_000;

const gathered = new WeakMap<Facts, Map<string, Promise<EstimateInput>>>();

/**
 * Reads what an estimate needs, once for all checks and estimates of one look at a config.
 *
 * @param tiers what may be looked at: `files`, `model`, `machine`.
 */
export function estimateInput(context: EstimateContext, tiers: readonly Tier[] = TIERS): Promise<EstimateInput> {
  const all = gathered.get(context.facts) ?? new Map<string, Promise<EstimateInput>>();
  gathered.set(context.facts, all);
  const key = TIERS.filter((tier) => tier !== "text" && tiers.includes(tier)).join();
  const known = all.get(key);
  if (known) return known;
  const input = gather(context, tiers);
  all.set(key, input);
  // What was broken off is read anew when it is asked for again.
  input.catch(() => all.delete(key));
  return input;
}

async function gather(
  { config, facts, baseDir, env, signal }: EstimateContext,
  tiers: readonly Tier[],
): Promise<EstimateInput> {
  const data = tiers.includes("files") ? await facts.data() : unknown(t("the data was not looked at"));
  const model = tiers.includes("model") ? await facts.model() : unknown(t("the model was not looked at"));
  // The machines of a cluster are not this one.
  const isHere = tiers.includes("machine") && config.hardware.target === "local";
  const machine = isHere ? factsIn(await facts.machine()) : undefined;
  const teacher = await teacherFacts(config, baseDir, env, signal);
  return {
    data: factsIn(data),
    model: factsIn(model),
    machine,
    teacher: teacher && factsIn(teacher),
    lengths: data.known ? await rowLengths(data.facts, factsIn(model), signal) : undefined,
    history: facts.history,
    reasons: { data: data.known ? undefined : data.reason, model: model.known ? undefined : model.reason },
  };
}

const factsIn = <T>(what: Known<T>): T | undefined => (what.known ? what.facts : undefined);

/** The teacher's files are looked up as a model's own. */
async function teacherFacts(
  config: ResolvedConfig,
  baseDir: string,
  env: NodeJS.ProcessEnv,
  signal: AbortSignal | undefined,
): Promise<Known<ModelFacts> | undefined> {
  const { teacher, type } = config.method;
  if (!teacher || type !== "distill") return undefined;
  const asked = { ...config, model: { ...config.model, name_or_path: teacher.name_or_path } };
  return readModelFacts(asked, baseDir, env, signal);
}

/** Tokens of a sample of the rows, by the model's own tokenizer where it is there and can be read. */
async function rowLengths(
  data: DataFacts,
  model: ModelFacts | undefined,
  signal: AbortSignal | undefined,
): Promise<RowLengths | undefined> {
  const guessed = fromCharacters(data);
  if (!guessed || !model?.tokenizer?.canCount || data.sample.length === 0) return guessed;
  const rowsInReach = Math.min(COUNTED_ROWS, Math.ceil(COUNTED_CHARACTERS / Math.max(1, data.characters.mean)));
  const every = Math.max(1, Math.ceil(data.sample.length / rowsInReach));
  const rows = data.sample.filter((_row, index) => index % every === 0);
  const texts = rows.map(({ text, answer }) => (answer === null ? text : `${text}\n${answer}`));
  try {
    const sample = await countTokens(model, texts, signal);
    const characters = texts.reduce((sum, { length }) => sum + length, 0);
    const perCharacter = sample.reduce((sum, count) => sum + count, 0) / Math.max(1, characters);
    const longest = Math.max(...sample, Math.ceil(data.characters.max * perCharacter));
    return { sample, longest, countedBy: "tokenizer" };
  } catch (problem) {
    if (!(problem instanceof UserError)) throw problem;
    return guessed; // the tokenizer's own check tells what is wrong with it
  }
}

import { t } from "../../../base/l10n.ts";
import { cudaTorchCommand, installCommand } from "../../../launch/python/install.ts";
import { error, type Finding } from "../../diagnostic.ts";
import type { PythonFacts } from "../../facts/facts.ts";
import {
  compareVersions,
  installedVersion,
  isMet,
  OLDEST_PYTHON,
  requirementsOf,
  specifierOf,
  type Requirement,
} from "../../facts/machine/requirements.ts";
import { code, joinWords } from "../../schema/words.ts";
import { unchecked, type Check } from "../check.ts";
import { gpuInWords, machineOf, type RunMachine } from "./machine.ts";

/** C52, as far as this machine tells: an interpreter that cannot do what the trainer does. */
export const c52Packages: Check = {
  id: "C52",
  severity: "error",
  title: "an interpreter without the packages the trainer needs, in a version it does not know, or that sees no GPU",
  why: "A missing package ends the run at its first import; a build of torch for processors trains on one, some hundred times slower, although there is a GPU.",
  async run(context) {
    const needed = requirementsOf(context.config);
    if (needed.length === 0) return [];
    const machine = await machineOf(context);
    if (!machine.known) return unchecked(machine.reason);
    const { python } = machine.facts;
    if (!python.known) return python.problem ? [finding(python.problem.sentence)] : unchecked(python.reason);
    const findings = [
      ...oldPython(python.facts),
      ...lacking(python.facts, needed),
      ...blindTorch(python.facts, needed, machine.facts),
      ...blindBitsandbytes(python.facts, needed),
    ];
    const untold = python.facts.cuda?.available === null ? python.facts.cuda.reason : null;
    return untold === null ? findings : { findings, unchecked: untold };
  },
};

const finding = (message: string): Finding => error("C52", ["hardware", "python"], message);

function oldPython({ path, chosenBy, version }: PythonFacts): Finding[] {
  if (compareVersions(version, OLDEST_PYTHON) >= 0) return [];
  return [
    finding(
      t(
        "The interpreter {0} ({1}) is Python {2}, and the trainers need {3} or later. Name another in `hardware.python`.",
        path,
        chosenBy,
        version,
        OLDEST_PYTHON,
      ),
    ),
  ];
}

function lacking({ path, chosenBy, packages, description }: PythonFacts, needed: readonly Requirement[]): Finding[] {
  const found = needed.map((requirement) => ({ requirement, version: installedVersion(requirement, packages) }));
  const missing = found.filter(({ version }) => version === undefined);
  const wrong = found.filter(({ requirement, version }) => version !== undefined && !isMet(requirement, version));
  if (missing.length + wrong.length === 0) return [];
  const lacks = joinWords(
    missing.map(({ requirement }) => code(requirement.name)),
    "and",
  );
  const has = joinWords(
    wrong.map(({ requirement, version }) =>
      t("{0} {1} instead of `{2}`", requirement.name, version ?? "", specifierOf(requirement)),
    ),
    "and",
  );
  const command = installCommand(
    description,
    [...missing, ...wrong].map(({ requirement }) => specifierOf(requirement)),
  );
  if (wrong.length === 0)
    return [finding(t("The interpreter {0} ({1}) lacks {2}. Run: `{3}`", path, chosenBy, lacks, command))];
  if (missing.length === 0)
    return [finding(t("The interpreter {0} ({1}) has {2}. Run: `{3}`", path, chosenBy, has, command))];
  return [
    finding(t("The interpreter {0} ({1}) lacks {2} and has {3}. Run: `{4}`", path, chosenBy, lacks, has, command)),
  ];
}

function blindTorch(
  { path, packages, cuda, description }: PythonFacts,
  needed: readonly Requirement[],
  { gpus }: RunMachine,
): Finding[] {
  const [gpu] = gpus;
  const torch = needed.find(({ name }) => name === "torch");
  if (!gpu || !cuda || !torch || cuda.available !== false) return [];
  const version = packages["torch"] ?? "";
  if (cuda.built === null) {
    const command = cudaTorchCommand(description, specifierOf(torch));
    return [
      finding(
        t(
          "torch {0} of {1} is built for processors and does not see {2}. Run: `{3}`",
          version,
          path,
          gpuInWords(gpu),
          command,
        ),
      ),
    ];
  }
  const reason = cuda.reason ?? t("it does not say why");
  return [
    finding(
      t("torch {0} (CUDA {1}) does not see {2}: {3}", version, cuda.built, gpuInWords(gpu), withFullStop(reason)),
    ),
  ];
}

function blindBitsandbytes({ packages, bitsandbytes }: PythonFacts, needed: readonly Requirement[]): Finding[] {
  const isNeeded = needed.some(({ name }) => name === "bitsandbytes");
  if (!isNeeded || bitsandbytes?.usable !== false) return [];
  const version = packages["bitsandbytes"] ?? "";
  const reason = bitsandbytes.reason ?? t("it does not say why");
  return [finding(t("bitsandbytes {0} does not compute on the GPU: {1}", version, withFullStop(reason)))];
}

const withFullStop = (text: string): string => (/[.!?]$/.test(text) ? text : `${text}.`);

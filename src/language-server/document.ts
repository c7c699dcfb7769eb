import { fileURLToPath } from "node:url";
import { assistDocument } from "../config/assist/document.ts";
import type { AssistDocument } from "../config/assist/types.ts";
import { FactCache } from "../config/facts/cache.ts";
import type { RecordedRun } from "../config/estimate/types.ts";
import type { Facts } from "../config/facts/facts.ts";
import { factsOf } from "../config/facts/index.ts";
import { parseConfig, type ParsedConfig } from "../config/parse.ts";
import type { ResolvedConfig } from "../config/types.ts";
import { MOST_CHARACTERS } from "./limits.ts";
import { Positions } from "./positions.ts";

/** Data stays read while its files are as they were, whatever else changes in a config. */
const readData = new FactCache();

/** What a document is read with, beside its text. */
export interface DocumentWorld {
  readonly env: NodeJS.ProcessEnv;
  /** What earlier runs of the folder a file lies in took, as far as it is known now. */
  readonly historyOf: (file: string) => readonly RecordedRun[];
}

/** One version of an open document. What is read of it is read once and shared by everything that asks about this version. */
export class ConfigDocument {
  readonly uri: string;
  readonly version: number;
  readonly text: string;
  /** Absolute path. */
  readonly file: string;
  readonly kind: AssistDocument["kind"];
  readonly env: NodeJS.ProcessEnv;
  readonly #historyOf: DocumentWorld["historyOf"];
  readonly #life = new AbortController();
  #parsed: ParsedConfig | undefined;
  #positions: Positions | undefined;
  #assist: AssistDocument | undefined;

  constructor(uri: string, version: number, text: string, { env, historyOf }: DocumentWorld) {
    this.uri = uri;
    this.version = version;
    this.text = text;
    this.env = env;
    this.#historyOf = historyOf;
    this.file = fileURLToPath(uri);
    this.kind = /\.sweep\.ya?ml$/.test(this.file) ? "sweep" : "config";
  }

  /** Aborted when a newer version came, or the document was closed. */
  get signal(): AbortSignal {
    return this.#life.signal;
  }

  end(): void {
    this.#life.abort();
  }

  /** Not read while typing. */
  get isTooLarge(): boolean {
    return this.text.length > MOST_CHARACTERS;
  }

  get parsed(): ParsedConfig {
    return (this.#parsed ??= parseConfig(this.text, this.file));
  }

  get positions(): Positions {
    return (this.#positions ??= new Positions(this.text));
  }

  /** The document as help while typing is made from it. */
  get assist(): AssistDocument {
    return (this.#assist ??= this.#makeAssist());
  }

  /** What earlier runs of its folder took. */
  get history(): readonly RecordedRun[] {
    return this.#historyOf(this.file);
  }

  /** What was read of data, model and machine may have changed: it is read again when it is next asked for. */
  forgetFacts(): void {
    this.#assist = undefined;
  }

  #makeAssist(): AssistDocument {
    const { kind, parsed, env, signal, history } = this;
    const factsAt = (config: ResolvedConfig, baseDir: string): Facts => ({
      ...factsOf(config, baseDir, env, signal, readData),
      history,
    });
    return assistDocument(parsed, { kind, env, factsOf: factsAt });
  }
}

/** The documents the server is about; an editor may send others. */
export const isOurs = (uri: string): boolean => uri.startsWith("file:") && /(?:[/.]finetune|\.sweep)\.ya?ml$/.test(uri);

import { createConnection, ProposedFeatures } from "vscode-languageserver/node";
import { sentenceOf } from "../base/errors.ts";
import { serve } from "./serve.ts";

/** The process of the language server: speaks over what its command line names (`--node-ipc`, `--stdio`, …). */
const connection = createConnection(ProposedFeatures.all);
// What fails beside every request is told in the output; the next change is checked all the same.
process.on("unhandledRejection", (error) => connection.console.error(sentenceOf(error)));
serve(connection);
connection.listen();

/** What `scripts/generate.mjs` writes. */
export { jsonSchema } from "./json-schema.ts";
export { markdown } from "./markdown.ts";

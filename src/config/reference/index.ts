/** What `scripts/generate.mjs` writes. */
export { jsonSchema, sweepJsonSchema } from "./json-schema.ts";
export { markdown } from "./markdown.ts";
export { pythonMetrics } from "./python-metrics.ts";
export { pythonTypes } from "./python-types.ts";

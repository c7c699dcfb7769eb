import { initial } from "./0001-initial.ts";

/** Every change of the schema, oldest first; entry `i` leads from `user_version` i to i + 1. Never edit one that was released. */
export const MIGRATIONS: readonly string[] = [initial];

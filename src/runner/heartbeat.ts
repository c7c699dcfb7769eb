/** A runner writes at least this often. */
export const HEARTBEAT_EVERY_MS = 4000;

/** After this much silence a run of another host or container counts as lost. */
export const HEARTBEAT_LIMIT_MS = 60_000;

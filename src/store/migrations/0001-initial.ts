/**
 * The first schema. Everything in it can be rebuilt from the run folders.
 *
 * A series is one metric of one segment of one run, its points numbered in the order they were logged. Point `i` lies in
 * chunk `floor(i / 4096)`; the last chunk is open (fewer points) and is replaced by the next commit. Rollup cells cover
 * sealed chunks only, `level` points each, 256 cells a row. Column blobs: `src/store/columns.ts`.
 */
export const initial = `
CREATE TABLE run (
  id INTEGER PRIMARY KEY,
  uuid TEXT NOT NULL UNIQUE,            -- name of the run's folder
  created_ms REAL NOT NULL,
  trashed INTEGER NOT NULL,
  closed INTEGER NOT NULL,              -- 1: ended and wholly ingested, its folder is not looked at any more
  events_offset INTEGER NOT NULL,       -- bytes of journal text already counted in here
  runner_offset INTEGER NOT NULL,
  revision INTEGER NOT NULL,            -- goes up with each commit of this run
  stamp TEXT NOT NULL,                  -- size and time of the files the row was made from
  segments TEXT NOT NULL,               -- JSON [[segment, cutStep], ...], only those cut
  head TEXT NOT NULL,                   -- JSON of the list item without its metrics
  metrics BLOB NOT NULL                 -- summary of each metric (src/store/summary.ts)
);
CREATE INDEX run_newest ON run (created_ms DESC, uuid DESC);

CREATE TABLE run_state (
  run_id INTEGER PRIMARY KEY REFERENCES run (id) ON DELETE CASCADE,
  fold TEXT NOT NULL,                   -- JSON of the fold at the offsets of the run
  damaged INTEGER NOT NULL,             -- journal lines that could not be read
  config TEXT NOT NULL                  -- resolved config, for filters
);

CREATE TABLE metric (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);

CREATE TABLE series (
  id INTEGER PRIMARY KEY,
  run_id INTEGER NOT NULL REFERENCES run (id) ON DELETE CASCADE,
  metric_id INTEGER NOT NULL REFERENCES metric (id),
  segment INTEGER NOT NULL,
  n INTEGER NOT NULL,
  sorted INTEGER NOT NULL,              -- 1: no step is smaller than the one before it
  min_step REAL NOT NULL,
  max_step REAL NOT NULL,
  UNIQUE (run_id, metric_id, segment)
);

CREATE TABLE chunk (
  id INTEGER PRIMARY KEY,
  series_id INTEGER NOT NULL REFERENCES series (id) ON DELETE CASCADE,
  seq INTEGER NOT NULL,
  n INTEGER NOT NULL,
  max_step REAL NOT NULL,
  steps BLOB NOT NULL,
  vals BLOB NOT NULL,
  times BLOB NOT NULL,                  -- last, so that drawing a curve reads past none of it
  UNIQUE (series_id, seq)
);
CREATE INDEX chunk_step ON chunk (series_id, max_step, seq);

CREATE TABLE rollup (
  id INTEGER PRIMARY KEY,
  series_id INTEGER NOT NULL REFERENCES series (id) ON DELETE CASCADE,
  level INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  n INTEGER NOT NULL,
  cells BLOB NOT NULL,
  UNIQUE (series_id, level, seq)
);

CREATE TABLE run_table (
  run_id INTEGER NOT NULL REFERENCES run (id) ON DELETE CASCADE,
  name TEXT NOT NULL,
  step REAL NOT NULL,
  event TEXT NOT NULL,                  -- JSON of the journal's table event
  PRIMARY KEY (run_id, name, step)
);

CREATE TABLE lease (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  token TEXT NOT NULL,
  identity TEXT NOT NULL,               -- JSON of the ingesting process
  expires_ms REAL NOT NULL
);
`;

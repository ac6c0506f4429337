-- What runs used, added up as they end: by day (days since 1970, UTC), session and model. It outlives the sessions,
-- because what was spent stays spent; it holds ids and numbers only. Without a model the agent chose its own.
CREATE TABLE usage_days (
  day INTEGER NOT NULL,
  session_id TEXT NOT NULL,
  model TEXT NOT NULL DEFAULT '',
  project_id TEXT NOT NULL,
  harness TEXT NOT NULL,
  runs INTEGER NOT NULL,
  completed INTEGER NOT NULL,
  failed INTEGER NOT NULL,
  cancelled INTEGER NOT NULL,
  input_tokens INTEGER NOT NULL,
  output_tokens INTEGER NOT NULL,
  cached_input_tokens INTEGER NOT NULL,
  cost_usd REAL NOT NULL,
  turns INTEGER NOT NULL,
  tool_calls INTEGER NOT NULL,
  active_ms INTEGER NOT NULL,
  PRIMARY KEY (day, session_id, model)
) WITHOUT ROWID;

CREATE INDEX usage_by_project ON usage_days (project_id, day);
CREATE INDEX usage_by_session ON usage_days (session_id, day);

CREATE TABLE store_info (
  name TEXT PRIMARY KEY,
  value TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE projects (
  project_id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  root TEXT NOT NULL,
  default_target TEXT,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
, budget TEXT, daily_budget TEXT, auto_resume INTEGER NOT NULL DEFAULT 0, on_restart TEXT NOT NULL DEFAULT 'fail') WITHOUT ROWID;

CREATE TABLE sessions (
  session_key INTEGER PRIMARY KEY AUTOINCREMENT,
  session_id TEXT NOT NULL UNIQUE,
  project_id TEXT NOT NULL REFERENCES projects (project_id),
  name TEXT NOT NULL,
  source_kind TEXT NOT NULL,
  target TEXT NOT NULL,
  harness TEXT NOT NULL,
  model TEXT,
  -- Set when the client chose the agent itself: the target then only names it.
  direct_harness INTEGER NOT NULL DEFAULT 0,
  metadata TEXT NOT NULL DEFAULT '{}',
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  last_activity_at INTEGER NOT NULL,
  archived_at INTEGER,
  head_seq INTEGER NOT NULL DEFAULT 0,
  -- How many events of each type the log holds: totals without counting rows.
  type_counts TEXT NOT NULL DEFAULT '{}',
  run_count INTEGER NOT NULL DEFAULT 0,
  queue_length INTEGER NOT NULL DEFAULT 0,
  queue_paused INTEGER NOT NULL DEFAULT 0,
  -- The first queued run; orders ready sessions, for run ids rise with time.
  head_run_id TEXT,
  active_run_id TEXT,
  active_status TEXT,
  continuation TEXT
, queue_paused_reason TEXT, queue_paused_by TEXT, pause_on_failure INTEGER NOT NULL DEFAULT 0, delivery TEXT NOT NULL DEFAULT 'queue', trimmed_seq INTEGER NOT NULL DEFAULT 0, forked_from_session TEXT, forked_from_run TEXT, fork_continuation TEXT, fork_checkpoint TEXT, budget TEXT, parked_run_id TEXT, imported_from TEXT, exported_at INTEGER, imported_seq INTEGER NOT NULL DEFAULT 0);

CREATE INDEX sessions_by_project ON sessions (project_id, session_id);

CREATE INDEX sessions_active ON sessions (project_id, harness) WHERE active_run_id IS NOT NULL;

CREATE TABLE runs (
  run_key INTEGER PRIMARY KEY AUTOINCREMENT,
  run_id TEXT NOT NULL UNIQUE,
  session_key INTEGER NOT NULL REFERENCES sessions (session_key),
  project_id TEXT NOT NULL,
  -- Counts the runs of a session from 1: the order of its queue.
  run_no INTEGER NOT NULL,
  status TEXT NOT NULL,
  -- Fences writes: whoever drives a run must name the attempt it claimed.
  attempt INTEGER NOT NULL DEFAULT 0,
  worker_id TEXT,
  handed_over_at INTEGER,
  cancel_requested_at INTEGER,
  created_at INTEGER NOT NULL,
  started_at INTEGER,
  completed_at INTEGER,
  event_count INTEGER NOT NULL DEFAULT 0,
  first_seq INTEGER NOT NULL DEFAULT 0,
  claimed_seq INTEGER,
  last_seq INTEGER NOT NULL DEFAULT 0,
  type_counts TEXT NOT NULL DEFAULT '{}',
  input_preview TEXT NOT NULL,
  resume TEXT
, queue_order INTEGER NOT NULL DEFAULT 0, log_state INTEGER NOT NULL DEFAULT 0, parked TEXT, interrupted TEXT, spent TEXT, resumes_at INTEGER);

CREATE UNIQUE INDEX runs_by_session ON runs (session_key, run_no);

CREATE UNIQUE INDEX runs_active ON runs (session_key)
  WHERE status IN ('injecting', 'running', 'awaiting_permission');

CREATE INDEX runs_by_status ON runs (project_id, status, run_id);

CREATE TABLE run_inputs (
  run_key INTEGER PRIMARY KEY REFERENCES runs (run_key),
  max_turns INTEGER,
  fresh_context INTEGER NOT NULL DEFAULT 0,
  metadata TEXT NOT NULL DEFAULT '{}',
  prompt TEXT NOT NULL
, permissions TEXT, attachments TEXT, model TEXT, retry_of TEXT, budget TEXT, auto_resume INTEGER);

CREATE TABLE run_results (
  run_key INTEGER PRIMARY KEY REFERENCES runs (run_key),
  error TEXT,
  usage TEXT,
  tool_history TEXT NOT NULL DEFAULT '[]',
  final_output TEXT
, injected_into TEXT, continuation TEXT, checkpoint TEXT);

CREATE TABLE run_counts (
  project_id TEXT NOT NULL,
  status TEXT NOT NULL,
  runs INTEGER NOT NULL,
  PRIMARY KEY (project_id, status)
) WITHOUT ROWID;

CREATE TABLE events (
  session_key INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  run_key INTEGER,
  -- Counts the events of a run from 1: a page at any offset without stepping over rows.
  run_seq INTEGER,
  type TEXT NOT NULL,
  ts INTEGER NOT NULL,
  from_agent INTEGER NOT NULL,
  -- The event as JSON, exactly as it is served.
  data TEXT NOT NULL,
  PRIMARY KEY (session_key, seq)
) WITHOUT ROWID;

CREATE INDEX events_by_run ON events (run_key, run_seq) WHERE run_key IS NOT NULL;

CREATE INDEX events_by_type ON events (session_key, type, seq);

CREATE TABLE purges (
  session_key INTEGER PRIMARY KEY
);

CREATE TABLE permissions (
  request_id TEXT PRIMARY KEY,
  run_id TEXT NOT NULL,
  session_id TEXT NOT NULL,
  project_id TEXT NOT NULL,
  tool_use_id TEXT NOT NULL,
  tool_name TEXT NOT NULL,
  tool_input TEXT NOT NULL,
  status TEXT NOT NULL,
  decision TEXT,
  message TEXT,
  requested_at INTEGER NOT NULL,
  decided_at INTEGER
);

CREATE INDEX permissions_by_status ON permissions (status, request_id);

CREATE INDEX permissions_by_run ON permissions (run_id);

CREATE INDEX permissions_by_session ON permissions (session_id);

CREATE TABLE permission_rules (
  session_id TEXT NOT NULL,
  tool_name TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  PRIMARY KEY (session_id, tool_name)
) WITHOUT ROWID;

CREATE TABLE answers (
  scope TEXT NOT NULL,
  answer_key TEXT NOT NULL,
  body_hash TEXT NOT NULL,
  response TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  PRIMARY KEY (scope, answer_key)
);

CREATE INDEX answers_by_age ON answers (created_at);

CREATE TABLE processes (
  harness_process_id TEXT PRIMARY KEY,
  pid INTEGER NOT NULL,
  start_ticks INTEGER NOT NULL,
  mark TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE run_attachments (
  run_key INTEGER NOT NULL REFERENCES runs (run_key),
  -- From 0, as in its address.
  attachment_no INTEGER NOT NULL,
  media_type TEXT NOT NULL,
  content BLOB NOT NULL,
  PRIMARY KEY (run_key, attachment_no)
);

CREATE INDEX runs_queued ON runs (session_key, queue_order) WHERE status = 'queued';

CREATE INDEX runs_steering ON runs (session_key) WHERE status = 'steering';

CREATE INDEX sessions_archived ON sessions (archived_at) WHERE archived_at IS NOT NULL;

CREATE INDEX runs_by_end ON runs (log_state, completed_at) WHERE completed_at IS NOT NULL;

CREATE TABLE log_gaps (
  session_key INTEGER NOT NULL,
  high_seq INTEGER NOT NULL,
  low_seq INTEGER NOT NULL,
  removed INTEGER NOT NULL,
  PRIMARY KEY (session_key, high_seq)
) WITHOUT ROWID;

CREATE TABLE long_logs (
  session_key INTEGER PRIMARY KEY
);

CREATE TABLE search_entries (
  entry_key INTEGER PRIMARY KEY AUTOINCREMENT,
  session_key INTEGER NOT NULL,
  seq INTEGER NOT NULL
);

CREATE UNIQUE INDEX search_entries_by_seq ON search_entries (session_key, seq);

CREATE VIRTUAL TABLE search_index USING fts5 (
  text, place, content = '', contentless_delete = 1, tokenize = "unicode61 remove_diacritics 2"
);

CREATE TABLE search_progress (
  session_key INTEGER PRIMARY KEY,
  seq INTEGER NOT NULL
);

CREATE TABLE search_pending (
  session_key INTEGER PRIMARY KEY
);

CREATE INDEX sessions_to_copy ON sessions (forked_from_session) WHERE fork_continuation IS NOT NULL;

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

CREATE INDEX sessions_ready ON sessions (project_id, harness, head_run_id)
  WHERE head_run_id IS NOT NULL AND active_run_id IS NULL AND queue_paused = 0 AND parked_run_id IS NULL;

CREATE INDEX runs_due ON runs (resumes_at) WHERE resumes_at IS NOT NULL;

CREATE TABLE imports (
  session_key INTEGER PRIMARY KEY
);

CREATE TABLE import_runs (
  run_key INTEGER PRIMARY KEY,
  session_key INTEGER NOT NULL,
  run_no INTEGER NOT NULL,
  run_id TEXT NOT NULL,
  status TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  started_at INTEGER,
  completed_at INTEGER NOT NULL,
  input_preview TEXT NOT NULL,
  resume TEXT,
  prompt TEXT NOT NULL,
  max_turns INTEGER,
  fresh_context INTEGER NOT NULL,
  metadata TEXT NOT NULL,
  attachments TEXT,
  model TEXT,
  budget TEXT,
  retry_of TEXT,
  error TEXT,
  usage TEXT,
  tool_history TEXT NOT NULL,
  final_output TEXT,
  injected_into TEXT,
  -- Of its events, known when all of them are there.
  event_count INTEGER NOT NULL DEFAULT 0,
  first_seq INTEGER NOT NULL DEFAULT 0,
  claimed_seq INTEGER,
  last_seq INTEGER NOT NULL DEFAULT 0,
  type_counts TEXT NOT NULL DEFAULT '{}',
  log_state INTEGER NOT NULL DEFAULT 0
);

CREATE INDEX import_runs_by_session ON import_runs (session_key);

CREATE TABLE import_attachments (
  run_key INTEGER NOT NULL,
  attachment_no INTEGER NOT NULL,
  session_key INTEGER NOT NULL,
  media_type TEXT NOT NULL,
  content BLOB NOT NULL,
  PRIMARY KEY (run_key, attachment_no)
);

CREATE INDEX import_attachments_by_session ON import_attachments (session_key);

PRAGMA user_version = 9;

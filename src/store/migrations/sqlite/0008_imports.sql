-- Where a session came from that was taken in from a file. Up to imported_seq its log is that of the file: what it says
-- of conversations concerns another machine.
ALTER TABLE sessions ADD COLUMN imported_from TEXT;
ALTER TABLE sessions ADD COLUMN exported_at INTEGER;
ALTER TABLE sessions ADD COLUMN imported_seq INTEGER NOT NULL DEFAULT 0;

-- Sessions on their way in. Their events and gaps stand in the tables of all logs already, where nothing reaches them
-- without a session; their runs wait here, and become rows of runs in the transaction that makes the session.
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

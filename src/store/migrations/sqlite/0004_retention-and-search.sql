-- Everything of a log up to here was removed, by its age or its length. What is left behind it may have gaps.
ALTER TABLE sessions ADD COLUMN trimmed_seq INTEGER NOT NULL DEFAULT 0;

CREATE INDEX sessions_archived ON sessions (archived_at) WHERE archived_at IS NOT NULL;

-- What is left of the run's events: 0 all of them, 1 all but deltas that their end repeats, 2 none.
ALTER TABLE runs ADD COLUMN log_state INTEGER NOT NULL DEFAULT 0;

CREATE INDEX runs_by_end ON runs (log_state, completed_at) WHERE completed_at IS NOT NULL;

-- Where deltas were removed: so many between two seqs, so that an offset finds its seq without counting rows.
CREATE TABLE log_gaps (
  session_key INTEGER NOT NULL,
  high_seq INTEGER NOT NULL,
  low_seq INTEGER NOT NULL,
  removed INTEGER NOT NULL,
  PRIMARY KEY (session_key, high_seq)
) WITHOUT ROWID;

-- Logs that grew longer than they may be.
CREATE TABLE long_logs (
  session_key INTEGER PRIMARY KEY
);

-- Prompts and messages that the index knows. It holds words only: the text itself stays in the log.
CREATE TABLE search_entries (
  entry_key INTEGER PRIMARY KEY AUTOINCREMENT,
  session_key INTEGER NOT NULL,
  seq INTEGER NOT NULL
);

CREATE UNIQUE INDEX search_entries_by_seq ON search_entries (session_key, seq);

-- `place` has one word for the project and one for the session, so that a search within them reads little else.
CREATE VIRTUAL TABLE search_index USING fts5 (
  text, place, content = '', contentless_delete = 1, tokenize = "unicode61 remove_diacritics 2"
);

-- How far the index has read each log, and which logs have grown since.
CREATE TABLE search_progress (
  session_key INTEGER PRIMARY KEY,
  seq INTEGER NOT NULL
);

CREATE TABLE search_pending (
  session_key INTEGER PRIMARY KEY
);

-- Logs that were written before there was an index are read like new ones.
INSERT INTO search_pending (session_key) SELECT session_key FROM sessions;

-- What restores the agent's conversation as it was after the run, where the agent gives that.
ALTER TABLE run_results ADD COLUMN continuation TEXT;
ALTER TABLE run_results ADD COLUMN checkpoint TEXT;

-- Ids, because where a session was forked from may be deleted by now.
ALTER TABLE sessions ADD COLUMN forked_from_session TEXT;
ALTER TABLE sessions ADD COLUMN forked_from_run TEXT;
-- What the agent is to copy, until the session has a continuation of its own. Without a checkpoint: as it is then.
ALTER TABLE sessions ADD COLUMN fork_continuation TEXT;
ALTER TABLE sessions ADD COLUMN fork_checkpoint TEXT;

CREATE INDEX sessions_to_copy ON sessions (forked_from_session) WHERE fork_continuation IS NOT NULL;

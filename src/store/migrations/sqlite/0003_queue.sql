-- The order of a queue. A run gets the next number of its session; moving runs exchanges the numbers of those that are
-- queued. So each queued run has a higher number than every run that was claimed before it.
ALTER TABLE runs ADD COLUMN queue_order INTEGER NOT NULL DEFAULT 0;
UPDATE runs SET queue_order = run_no;
DROP INDEX runs_queued;
CREATE INDEX runs_queued ON runs (session_key, queue_order) WHERE status = 'queued';
-- Texts on their way into a turn; a server that starts looks for them.
CREATE INDEX runs_steering ON runs (session_key) WHERE status = 'steering';

ALTER TABLE sessions ADD COLUMN queue_paused_reason TEXT;
-- The run whose failure paused the queue.
ALTER TABLE sessions ADD COLUMN queue_paused_by TEXT;
ALTER TABLE sessions ADD COLUMN pause_on_failure INTEGER NOT NULL DEFAULT 0;
ALTER TABLE sessions ADD COLUMN delivery TEXT NOT NULL DEFAULT 'queue';

ALTER TABLE run_inputs ADD COLUMN model TEXT;
ALTER TABLE run_inputs ADD COLUMN retry_of TEXT;

ALTER TABLE run_results ADD COLUMN injected_into TEXT;

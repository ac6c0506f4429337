-- Budgets are JSON, as the API has them.
ALTER TABLE projects ADD COLUMN budget TEXT;
ALTER TABLE projects ADD COLUMN daily_budget TEXT;
ALTER TABLE projects ADD COLUMN auto_resume INTEGER NOT NULL DEFAULT 0;
ALTER TABLE projects ADD COLUMN on_restart TEXT NOT NULL DEFAULT 'fail';

ALTER TABLE sessions ADD COLUMN budget TEXT;
-- It is neither queued nor active, and nothing of its session runs before it.
ALTER TABLE sessions ADD COLUMN parked_run_id TEXT;
DROP INDEX sessions_ready;
CREATE INDEX sessions_ready ON sessions (project_id, harness, head_run_id)
  WHERE head_run_id IS NOT NULL AND active_run_id IS NULL AND queue_paused = 0 AND parked_run_id IS NULL;

ALTER TABLE run_inputs ADD COLUMN budget TEXT;
-- Null: as its project says.
ALTER TABLE run_inputs ADD COLUMN auto_resume INTEGER;

-- `Parking` as JSON, while the run is parked.
ALTER TABLE runs ADD COLUMN parked TEXT;
-- Why an earlier attempt, which the agent had begun, did not come to its end; the next one says so to the agent.
ALTER TABLE runs ADD COLUMN interrupted TEXT;
-- What earlier attempts used, as JSON.
ALTER TABLE runs ADD COLUMN spent TEXT;
-- When a parked run goes on by itself.
ALTER TABLE runs ADD COLUMN resumes_at INTEGER;
CREATE INDEX runs_due ON runs (resumes_at) WHERE resumes_at IS NOT NULL;

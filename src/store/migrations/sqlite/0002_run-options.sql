-- What one run brings of its own. `permissions` is its policy as JSON; `attachments` the media types of its images as
-- a JSON list, so that a run without any costs no look at the table below.
ALTER TABLE run_inputs ADD COLUMN permissions TEXT;
ALTER TABLE run_inputs ADD COLUMN attachments TEXT;

CREATE TABLE run_attachments (
  run_key INTEGER NOT NULL REFERENCES runs (run_key),
  -- From 0, as in its address.
  attachment_no INTEGER NOT NULL,
  media_type TEXT NOT NULL,
  content BLOB NOT NULL,
  PRIMARY KEY (run_key, attachment_no)
);

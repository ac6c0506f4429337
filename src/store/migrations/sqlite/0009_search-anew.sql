-- The index takes words of some scripts otherwise than before: it is made anew, in the background.

INSERT INTO search_index (search_index) VALUES ('delete-all');
DELETE FROM search_entries;
DELETE FROM search_progress;
INSERT INTO search_pending (session_key) SELECT session_key FROM sessions WHERE true ON CONFLICT DO NOTHING;

import { AppError } from '../../contract/index.js';

/** A continuation that nothing can be restored from: `why` is what stands behind a colon, without a full stop. */
export function resumeLost(why: string): AppError {
  return new AppError(
    'resume_lost',
    `The conversation of this session cannot be restored: ${why}. Start a new session, or send a run with resume "fresh".`,
  );
}

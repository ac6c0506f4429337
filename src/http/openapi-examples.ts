/** Bodies to begin with; each is what its route takes, which the contract suite checks. */
import type { RouteName } from '../contract/index.js';

const budget = { maxCostUsd: 12.5, maxTokens: 2_000_000 };

export const bodyExamples: Partial<Record<RouteName, object>> = {
  createProject: { root: '/home/me/project', name: 'Project', defaultTarget: 'reviewer' },
  updateProject: { name: 'Project', dailyBudget: budget },
  createSession: { projectId: 'rex', name: 'Release notes', aspTargetName: 'smokey' },
  updateSession: { name: 'Release notes', queue: { pauseOnFailure: true } },
  forkSession: { name: 'Another way' },
  createRun: { projectId: 'rex', prompt: 'What is 2+2?' },
  editRun: { prompt: 'What is 2+3?' },
  moveRun: { to: 'first' },
  runNow: { interrupt: true },
  retryRun: { prompt: 'What is 2+3?' },
  resumeRun: { raise: budget },
  cancelRun: { queue: 'keep' },
  interruptSession: { queue: 'pause' },
  decidePermission: { decision: 'deny', message: 'Not on this branch.' },
};

/** What requests carry. Unknown keys are ignored, wrong types are refused. */
import { z } from 'zod';
import { attachments } from './attachments.js';
import { budgetInput, restartPolicy } from './budget.js';
import { delivery, permissionDecisionKind } from './events.js';
import { limits } from './limits.js';
import { policyInput } from './permission-policy.js';
import { metadata as anyMetadata, backendKind, runStatus, sessionStatus } from './resources.js';
import { usageBy } from './usage.js';

export const name = z.string().trim().min(1).max(limits.nameCharsMax);
export const metadata = anyMetadata.refine(
  (value) => JSON.stringify(value).length <= limits.metadataBytesMax,
  {
    message: `must not be larger than ${limits.metadataBytesMax} characters of JSON`,
  },
);

/** Query values are text; a number is whole and written in decimal digits. */
function integer(min: number, max: number) {
  return z.preprocess(
    (value) => (typeof value === 'string' && /^-?\d{1,15}$/.test(value) ? Number(value) : value),
    z.int().min(min).max(max),
  );
}

const seq = integer(0, Number.MAX_SAFE_INTEGER);

const types = z
  .string()
  .transform((text) => text.split(',').flatMap((type) => (type.trim() === '' ? [] : [type.trim()])))
  .pipe(z.array(z.string().max(100)).max(limits.typesFilterMax))
  // `types=` with nothing behind it is no filter.
  .transform((list) => (list.length === 0 ? undefined : list));

const page = {
  limit: integer(1, limits.pageRowsMax).default(limits.pageRowsDefault),
  cursor: z.string().max(200).optional(),
};

export const projectId = z
  .string()
  .regex(
    /^[a-z0-9][a-z0-9._-]{0,63}$/,
    'must be up to 64 of a-z, 0-9, ".", "_", "-", starting with a letter or digit',
  );

export const projectParams = z.object({ projectId: z.string() });
export const sessionParams = z.object({ sessionId: z.string() });
export const runParams = z.object({ runId: z.string() });
export const attachmentParams = z.object({ runId: z.string(), index: z.string() });
export const permissionParams = z.object({ requestId: z.string() });

export const pageQuery = z.object(page);

export const createProjectBody = z.object({
  projectId: projectId.optional(),
  name: name.optional(),
  root: z.string().min(1).max(limits.rootCharsMax),
  defaultTarget: name.optional(),
  budget: budgetInput.optional(),
  dailyBudget: budgetInput.optional(),
  autoResume: z.boolean().optional(),
  onRestart: restartPolicy.optional(),
});

export const updateProjectBody = z.object({
  name: name.optional(),
  defaultTarget: name.nullable().optional(),
  /** Whole: what it leaves out has no bound. */
  budget: budgetInput.nullable().optional(),
  dailyBudget: budgetInput.nullable().optional(),
  autoResume: z.boolean().optional(),
  onRestart: restartPolicy.optional(),
});

export const listSessionsQuery = z.object({
  ...page,
  projectId: z.string().optional(),
  aspTargetName: z.string().optional(),
  status: sessionStatus.optional(),
  /** Part of it. */
  name: z.string().max(limits.nameCharsMax).optional(),
  /** Without it only those that are not, unless `status` asks for them. */
  archived: z.enum(['true', 'false', 'all']).optional(),
});

const queueSettings = z.object({
  pauseOnFailure: z.boolean().optional(),
  delivery: delivery.optional(),
});

const sessionFields = {
  name: name.optional(),
  aspTargetName: name.optional(),
  backendKind: backendKind.optional(),
  model: name.optional(),
  metadata: metadata.optional(),
  queue: queueSettings.optional(),
  budget: budgetInput.optional(),
};

export const createSessionBody = z.object({ projectId: z.string(), ...sessionFields });

export const updateSessionBody = z.object({
  name: name.optional(),
  metadata: metadata.optional(),
  archived: z.boolean().optional(),
  queue: queueSettings.optional(),
  /** Whole: what it leaves out has no bound. */
  budget: budgetInput.nullable().optional(),
});

export const forkSessionBody = z
  .object({ atRunId: z.string().optional(), name: name.optional(), metadata: metadata.optional() })
  .default({});

export const createRunBody = z.object({
  projectId: z.string(),
  prompt: z.string().min(1),
  session: z
    .object({
      policy: z.enum(['new', 'resume']).optional(),
      sessionId: z.string().optional(),
      ...sessionFields,
    })
    .optional(),
  maxTurns: z.int().min(1).max(limits.maxTurnsMax).optional(),
  metadata: metadata.optional(),
  attachments: attachments.optional(),
  permissions: policyInput.optional(),
  budget: budgetInput.optional(),
  /** Instead of what its project says. */
  autoResume: z.boolean().optional(),
  mode: z.literal('detached').optional(),
  delivery: delivery.optional(),
  resume: z.literal('fresh').optional(),
});

export const listRunsQuery = z.object({
  ...page,
  sessionId: z.string().optional(),
  projectId: z.string().optional(),
  status: runStatus.optional(),
});

export const waitQuery = z.object({ timeoutMs: integer(0, limits.waitMsMax).default(limits.waitMsDefault) });

export const cancelBody = z
  .object({ queue: z.enum(['keep', 'clear', 'pause']).default('keep') })
  .default({ queue: 'keep' });

export const editRunBody = z
  .object({ prompt: z.string().min(1).optional(), autoResume: z.boolean().optional() })
  .refine(({ prompt, autoResume }) => prompt !== undefined || autoResume !== undefined, {
    message: 'names "prompt" or "autoResume"',
  });

/** `raise` holds for the budget that is used up: each bound that it names gets that value. */
export const resumeRunBody = z.object({ raise: budgetInput.optional() }).default({});

export const retryRunBody = z
  .object({ prompt: z.string().min(1).optional(), model: name.optional() })
  .default({});

export const moveRunBody = z
  .object({
    to: z.enum(['first', 'last']).optional(),
    before: z.string().optional(),
    after: z.string().optional(),
  })
  .refine((place) => Object.values(place).filter((value) => value !== undefined).length === 1, {
    message: 'names one of "to", "before" and "after"',
  });

export const runNowBody = z.object({ interrupt: z.boolean().default(false) }).default({ interrupt: false });

export const importSessionQuery = z.object({ name: name.optional(), aspTargetName: name.optional() });

export const noBody = z.unknown();

const eventsQueryFields = {
  types: types.optional(),
  limit: integer(0, limits.eventsPageMax).default(limits.eventsPageDefault),
  offset: integer(0, Number.MAX_SAFE_INTEGER).default(0),
  after: seq.optional(),
  before: seq.optional(),
  order: z.enum(['asc', 'desc']).default('asc'),
};

export const runEventsQuery = z.object(eventsQueryFields);
export const sessionEventsQuery = z.object({ ...eventsQueryFields, runId: z.string().optional() });

const streamQueryFields = {
  mode: z.enum(['watch', 'attach']).default('watch'),
  after: seq.optional(),
  types: types.optional(),
  /** For browsers, whose `EventSource` sends no headers. */
  token: z.string().optional(),
};

export const runStreamQuery = z.object(streamQueryFields);
export const sessionStreamQuery = z.object({ ...streamQueryFields, runId: z.string().optional() });

export const searchQuery = z.object({
  q: z.string().min(1).max(limits.searchCharsMax),
  projectId: z.string().optional(),
  sessionId: z.string().optional(),
  limit: integer(1, limits.searchHitsMax).default(limits.searchHitsDefault),
  cursor: z
    .string()
    .regex(/^\d{1,15}$/, 'must be that of a `link` header')
    .optional(),
});

/** A date takes the 30th of February for a day of March. */
function isDay(text: string): boolean {
  const ms = Date.parse(text);
  return !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(text);
}

const day = z
  .string()
  .regex(/^\d{4}-\d\d-\d\d$/, 'must be a day, as 2026-11-23')
  .refine(isDay, { message: 'must be a day that there is' });

export const usageQuery = z.object({
  by: usageBy.default('day'),
  projectId: z.string().optional(),
  sessionId: z.string().optional(),
  /** Days in UTC; both are part of it. */
  from: day.optional(),
  to: day.optional(),
  limit: integer(1, limits.usageGroupsMax).default(limits.usageGroupsDefault),
});

export const listPermissionsQuery = z.object({ ...page, status: z.enum(['pending', 'decided']).optional() });

export const decidePermissionBody = z.object({
  decision: permissionDecisionKind,
  message: z.string().max(limits.listedTextCharsMax).optional(),
});

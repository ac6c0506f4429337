/** What an agent may do with its tools, as a target says it or a run. */
import { z } from 'zod';
import { limits } from './limits.js';

const decision = z.enum(['allow', 'ask', 'deny']);
const mode = z.enum(['bypass', 'ask', 'deny']);
const rule = { tool: z.string().min(1), pattern: z.string().min(1).optional(), decision };
const unattended = { timeoutMs: z.int().min(0).max(86_400_000), decision: z.enum(['allow', 'deny']) };

/** Strict, unlike other input: a misspelt key here would allow what somebody meant to refuse. */
export const policyInput = z.strictObject({
  mode: mode.default('ask'),
  rules: z.array(z.strictObject(rule)).max(limits.permissionRulesMax).default([]),
  unattended: z.strictObject(unattended).optional(),
});

export type PolicyInput = z.output<typeof policyInput>;

export const permissionPolicy = z.object({
  mode,
  rules: z.array(z.object(rule)),
  unattended: z.object(unattended).optional(),
});

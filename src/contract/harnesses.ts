/** What agents can do, and whether their programs are there. */
import { z } from 'zod';

export const harnessNames = ['builtin', 'claude', 'codex', 'pi', 'acp'] as const;
export const harnessName = z.enum(harnessNames);
export type HarnessName = z.infer<typeof harnessName>;

export const harnessCapabilities = z.object({
  /** A conversation can be restored in a new process from its continuation. */
  resume: z.boolean(),
  /** A conversation can be copied; `at_run` means as it was after any run of it, `latest` only as it is now. */
  fork: z.enum(['none', 'latest', 'at_run']),
  /** Text can be put into a turn that is under way. */
  steer: z.boolean(),
  /** The agent asks before it uses a tool. */
  permissions: z.boolean(),
  /** The output of a tool arrives while the tool runs. */
  partialOutput: z.boolean(),
  /** The caller may choose a model. */
  models: z.boolean(),
  /** Prompts may carry images. */
  images: z.boolean(),
  /** A bound of model turns of one run holds. */
  maxTurns: z.boolean(),
  /** What agents do that the agent starts is told apart by `parentToolUseId`. */
  subagents: z.boolean(),
  /** Usage has what the run cost. */
  cost: z.boolean(),
});
export type HarnessCapabilities = z.infer<typeof harnessCapabilities>;

/** A program that a harness drives. */
export const agentProgram = z.object({
  /** What people call it. */
  name: z.string(),
  found: z.boolean(),
  /** Of the program or its package, absolute. */
  path: z.string().optional(),
  version: z.string().optional(),
  /** `unknown`: only the agent itself can tell. */
  login: z.enum(['present', 'missing', 'not_needed', 'unknown']),
  /** What is wrong with it and what to do, in a sentence. */
  problem: z.string().optional(),
  /** For a shell. */
  installCommand: z.string().optional(),
});
export type AgentProgram = z.infer<typeof agentProgram>;

export const harnessDescription = z.object({
  name: harnessName,
  capabilities: harnessCapabilities,
  /** In the order in which they are looked for; `acp` knows several, and any other by its command. */
  programs: z.array(agentProgram),
});
export type HarnessDescription = z.infer<typeof harnessDescription>;

export const harnessList = z.object({ harnesses: z.array(harnessDescription) });
export type HarnessList = z.infer<typeof harnessList>;

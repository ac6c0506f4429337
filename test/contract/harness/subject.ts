/** What a harness under test brings: what it can do, the prompts that make its agent do what a scenario needs, and its world. */
import { it } from 'vitest';
import type { HarnessCapabilities } from '../../../src/contract/index.js';
import type { Harness, LaunchPlan } from '../../../src/core/index.js';
import type { ScriptedModel } from '../../support/scripted-model/index.js';
import type { Place } from './stage.js';

export interface HarnessSubject {
  name: string;
  capabilities: HarnessCapabilities;
  openHarness(place: Place): Harness;
  /**
   * Called for each test.
   * @param home An empty folder outside of the project, removed with the scene.
   */
  prepare?(home: string): Promise<Scene>;
  prompts: SubjectPrompts;
  promises?: SubjectPromises;
  /** Its agent breaks its protocol where its model says `garbledWord`; for agents that cannot be told to. */
  openGarbling?(place: Place): Harness;
  /** Well-formed, of no conversation. */
  unknownContinuation?: string;
  /** A model other than that of the scene: how a target names it, and how the scripted model is asked for it. */
  otherModel?: { chosen: string; called: string };
}

/** What a subject sets up beside its harness. */
export interface Scene {
  /** Of every launch. */
  launch?: Partial<LaunchPlan>;
  /** Over that, where the agent is to ask before it uses a tool. */
  asking?: Partial<LaunchPlan>;
  /** What the agent talks to, where it is a model. */
  model?: ScriptedModel;
  close?(): Promise<void>;
}

/** More than every agent can promise. */
export interface SubjectPromises {
  /** The output of a shell is reported as it was written, stdout and stderr in their order. */
  exactOutput?: boolean;
  /** The details of a shell hold its `exitCode`. */
  exitCode?: boolean;
  /** Usage counts tokens and model turns. */
  tokens?: boolean;
  /** A model that is as fast as it can be gives not one answer more than the bound of turns. */
  exactTurns?: boolean;
  /** A usage limit says when it ends. */
  resumesAt?: boolean;
  /** Why a tool was denied reaches the model of the scene. */
  denyReason?: boolean;
}

/** Scenarios whose prompt is absent are skipped. */
export interface SubjectPrompts {
  /** Answered with one word. */
  question: { prompt: string; answer: string };
  /** Quotes the question before it. */
  previousQuestion: string;
  /** Says more than one word. */
  talk: string;
  runShell(command: string): string;
  /** Asks for permission before it runs the command, in a conversation that was opened for asking. */
  runShellAsking(command: string): string;
  /** Works until it is interrupted. */
  endless: string;
  /** One call after the other, each in a model turn of its own. */
  runShellTimes?(times: number, command: string): string;
  /** The same, and then the model gives no further answer. */
  runShellTimesThenHang?(times: number, command: string): string;
  /** Answered with the name of the model. */
  nameModel?: string;
  /** Thinks before it answers. */
  think?: { prompt: string; thought: string };
  /** Has a subagent run the command in a shell. */
  delegate?(command: string): string;
  /** Costs money. */
  spend?: string;
  /** Names the types of the images that come with it. */
  describeImages?: string;
  /** Put into a turn under way, its answer is this word. */
  steer?: { prompt: string; answer: string };
  /** The model fails for good. */
  failModel?: string;
  /** The provider answers that the usage limit is reached, and when that ends. */
  reachLimit?: string;
  /** Works on, whatever it is told, with a shell that ignores polite signals. */
  deaf?(command: string): string;
  /** Says so many bytes as fast as it can. */
  flood?(bytes: number): string;
  /** Writes what is not of the agent's protocol. */
  garbage?: string;
  /** The agent's program exits with this code. */
  crash?(exitCode: number): string;
}

/** A scenario that needs something not every subject has; without it, it is skipped. */
export function itWith<T>(given: T | undefined, name: string, run: (given: T) => Promise<void>): void {
  if (given === undefined) it.skip(name, () => undefined);
  else it(name, () => run(given));
}

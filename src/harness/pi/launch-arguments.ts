/** Pi's command line: what a target and its spaces come to in Pi's own ways. */
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { LaunchPlan } from '../../core/index.js';
import type { PiOptions } from './launch-options.js';

/** Beside this file, whether it was compiled or not: Pi loads either. */
const gatePath = fileURLToPath(new URL(`./gate${extname(import.meta.url)}`, import.meta.url));

export interface SessionPaths {
  session: string;
  /** Absent when nobody instructs. */
  instructions?: string | undefined;
}

/** Pi itself never asks; without a policy, and with one that allows everything, that holds. */
export function asksBeforeTools({ permissions }: LaunchPlan): boolean {
  return permissions !== undefined && (permissions.mode !== 'bypass' || permissions.rules.length > 0);
}

export function launchArguments(launch: LaunchPlan, options: PiOptions, paths: SessionPaths): string[] {
  const { provider, model, thinking, args } = options;
  const { skills = [], commands = [], piExtensions = [] } = launch.bundle ?? {};
  return [
    ...['--mode', 'rpc', '--session', paths.session],
    ...flag('--provider', provider),
    ...flag('--model', model),
    ...flag('--thinking', thinking),
    // Ours is asked last, about what the others made of a call.
    ...piExtensions.flatMap((path) => flag('--extension', path)),
    ...flag('--extension', asksBeforeTools(launch) ? gatePath : undefined),
    ...flag('--append-system-prompt', paths.instructions),
    ...skills.flatMap(({ path }) => flag('--skill', path)),
    ...commands.flatMap(({ path }) => flag('--prompt-template', path)),
    ...args,
  ];
}

/**
 * Of the spaces and of the target. Pi keeps no system prompt with a conversation, so it gets both with every process,
 * and its model sees each once.
 */
export function instructionsOf({ bundle, primingPrompt = '' }: LaunchPlan): string {
  return [bundle?.instructions ?? '', primingPrompt].filter((text) => text !== '').join('\n\n');
}

function flag(name: string, value: string | undefined): string[] {
  return value === undefined ? [] : [name, value];
}

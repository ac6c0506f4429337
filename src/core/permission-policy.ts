/** What a target or a run says of the use of tools: the first rule that matches decides, else the mode. */
import type { PolicyInput } from '../contract/index.js';
import type { PermissionAsk, PermissionPolicy } from './ports/harness.js';
import { type RuleSubject, subjectsOf } from './rule-subjects.js';
import { commandsOf } from './shell-line.js';

export type PolicyVerdict = 'allow' | 'ask' | 'deny';

const verdictOfMode: Record<PermissionPolicy['mode'], PolicyVerdict> = {
  bypass: 'allow',
  ask: 'ask',
  deny: 'deny',
};

/** As it was checked at the edge, without keys that say nothing. */
export function policyFrom({ mode, rules, unattended }: PolicyInput): PermissionPolicy {
  return {
    mode,
    rules: rules.map(({ tool, decision, pattern }) => ({
      tool,
      decision,
      ...(pattern === undefined ? {} : { pattern }),
    })),
    ...(unattended === undefined ? {} : { unattended }),
  };
}

/** Whether a conversation that was opened under one of them asks for just what the other needs to be asked. */
export function asksAlike(one: PermissionPolicy | undefined, other: PermissionPolicy | undefined): boolean {
  // What holds while nobody is there is ours alone.
  const asked = (policy: PermissionPolicy | undefined) =>
    policy && JSON.stringify([policy.mode, policy.rules]);
  return asked(one) === asked(other);
}

/** Without a policy a person decides. `folder` is the one that the agent works in, absolute. */
export function judgeAsk(
  policy: PermissionPolicy | undefined,
  ask: PermissionAsk,
  folder: string,
): PolicyVerdict {
  if (policy === undefined) return 'ask';
  const subjects = subjectsOf(ask.toolInput, folder);
  for (const rule of policy.rules.filter(({ tool }) => isTool(tool, ask.toolName))) {
    const { pattern, decision } = rule;
    if (pattern === undefined) return decision;
    // Some agents do not say what a tool is used on. Whether this is forbidden a person must see.
    if (subjects.length === 0 && decision === 'deny') return 'ask';
    if (decision === 'allow' ? allows(pattern, subjects) : concerns(pattern, subjects)) return decision;
  }
  return verdictOfMode[policy.mode];
}

function isTool(tool: string, toolName: string): boolean {
  return tool === '*' || tool.toLowerCase() === toolName.toLowerCase();
}

/** All that the tool is used on of some kind, and nothing that comes along with it. */
function allows(pattern: string, subjects: readonly RuleSubject[]): boolean {
  return [...new Set(subjects.map(({ kind }) => kind))].some((kind) =>
    subjects
      .filter((subject) => subject.kind === kind)
      .every(
        ({ forms }) => matchesAny(pattern, forms) && (kind !== 'command' || joinsNoMore(pattern, forms)),
      ),
  );
}

/** `*` does not reach from one command of a line into the next, unless it stands for all there is. */
function joinsNoMore(pattern: string, [line = '']: readonly string[]): boolean {
  return pattern === '*' || commandsOf(line).length <= commandsOf(pattern).length;
}

/** Something of what the tool is used on; of a line with several commands also one of them. */
function concerns(pattern: string, subjects: readonly RuleSubject[]): boolean {
  return subjects.some(({ kind, forms }) =>
    matchesAny(pattern, kind === 'command' ? [...forms, ...forms.flatMap(commandsOf)] : forms),
  );
}

function matchesAny(pattern: string, forms: readonly string[]): boolean {
  return forms.some((form) => matchesPattern(pattern, form));
}

/** `*` stands for anything, also across lines. Steps through both texts once, so that no pattern is slow. */
export function matchesPattern(pattern: string, text: string): boolean {
  const [first = '', ...rest] = pattern.split('*');
  if (rest.length === 0) return pattern === text;
  if (!text.startsWith(first)) return false;
  const last = rest.pop() ?? '';
  let at = first.length;
  for (const part of rest) {
    const found = text.indexOf(part, at);
    if (found === -1) return false;
    at = found + part.length;
  }
  return text.length - last.length >= at && text.endsWith(last);
}

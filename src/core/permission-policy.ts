/** What a target or a run says of the use of tools: the first rule that matches decides, else the mode. */
import type { PolicyInput } from '../contract/index.js';
import type { PermissionAsk, PermissionPolicy } from './ports/harness.js';

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

/** Without a policy a person decides. */
export function judgeAsk(policy: PermissionPolicy | undefined, ask: PermissionAsk): PolicyVerdict {
  if (policy === undefined) return 'ask';
  const subjects = subjectsOf(ask.toolInput);
  for (const rule of policy.rules.filter(({ tool }) => isTool(tool, ask.toolName))) {
    if (rule.pattern === undefined) return rule.decision;
    // Some agents do not say what a tool is used on. Whether this is forbidden a person must see.
    if (subjects.length === 0 && rule.decision === 'deny') return 'ask';
    if (matchesAny(rule.pattern, subjects)) return rule.decision;
  }
  return verdictOfMode[policy.mode];
}

function isTool(tool: string, toolName: string): boolean {
  return tool === '*' || tool.toLowerCase() === toolName.toLowerCase();
}

function matchesAny(pattern: string, subjects: readonly string[]): boolean {
  return subjects.some((subject) => matchesPattern(pattern, subject));
}

/** Names under which agents say what a tool is used on: a command, a path, an address. */
const subjectKeys = ['command', 'cmd', 'path', 'file_path', 'filePath', 'url'];

function subjectsOf(toolInput: unknown): string[] {
  if (typeof toolInput === 'string') return [toolInput];
  if (typeof toolInput !== 'object' || toolInput === null) return [];
  const input = toolInput as Record<string, unknown>;
  return subjectKeys.map((key) => input[key]).filter((value) => typeof value === 'string');
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

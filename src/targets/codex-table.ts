/**
 * What the format lets a table for Codex say and this version cannot pass on. It is named in a warning and left out, so
 * that a file of the format still launches; a key that the format does not know is left for the adapter to refuse.
 */
import { withoutEffect } from './broken.js';
import type { ParsedFile } from './parsed-file.js';

/** `profile` names a file that only the command line of Codex layers, and `status_line` is of its terminal. */
const notPassedOn = new Set(['profile', 'status_line']);
/** Codex had a policy between two others, and has it no more. */
const formerApproval = 'on-failure';
const presentApproval = 'on-request';

export interface CodexTable {
  options: Record<string, unknown>;
  warnings: string[];
}

/** `keys` lead to the table in the file. */
export function readCodexTable(
  file: ParsedFile,
  keys: readonly string[],
  table: Readonly<Record<string, unknown>>,
): CodexTable {
  const warnings: string[] = [];
  const kept = Object.entries(table).filter(([key]) => {
    if (!notPassedOn.has(key)) return true;
    warnings.push(withoutEffect(file.placeOf([...keys, key]), [...keys, key].join('.')));
    return false;
  });
  const options = Object.fromEntries(kept);
  if (options.approval_policy === formerApproval) {
    options.approval_policy = presentApproval;
    warnings.push(formerApprovalWords(file, [...keys, 'approval_policy']));
  }
  return { options, warnings };
}

/** The same for `provisioning.approval`. */
export function readApproval(
  file: ParsedFile,
  keys: readonly string[],
  approval: string | undefined,
): { approval: string | undefined; warnings: string[] } {
  if (approval !== formerApproval) return { approval, warnings: [] };
  return { approval: presentApproval, warnings: [formerApprovalWords(file, keys)] };
}

function formerApprovalWords(file: ParsedFile, keys: readonly string[]): string {
  return `${file.placeOf(keys)}: ${keys.join('.')}: Codex has no "${formerApproval}" any more, so "${presentApproval}" is taken. Write that to say so.`;
}

/** Folders of projects as people have them: targets of several agents, spaces, and something that does not work. */
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** Writes files by their names below `folder`; `folder` again. */
export async function writeFolder(folder: string, files: Readonly<Record<string, string>>): Promise<string> {
  for (const [name, text] of Object.entries(files)) {
    const path = join(folder, name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text);
  }
  return folder;
}

function described(description: string): string {
  return `---\ndescription: ${description}\n---\n${description}.\n`;
}

/** `reviewer` has everything that a target can have; `nightly` names a space that is not there. */
export const atlas: Readonly<Record<string, string>> = {
  'asp-targets.toml': `schema = 1

[targets.reviewer]
description = "Reads every change, and writes nothing"
harness = "claude"
compose = ["space:project:house-rules", "space:project:review"]
priming_prompt = "You review changes of this project. Name the file and the line of whatever you find."
env = { REVIEW_KEY = "\${env:REVIEW_KEY}" }

[targets.reviewer.claude]
model = "claude-sonnet-5"

[targets.reviewer.mcp.tickets]
url = "https://tickets.example/mcp"

[targets.reviewer.permissions]
mode = "ask"
rules = [{ tool = "Bash", pattern = "git *", decision = "allow" }, { tool = "Write", decision = "deny" }]
unattended = { timeoutMs = 60000, decision = "deny" }

[targets.reviewer.limits]
maxTurns = 40
maxDurationMs = 1800000
maxCostUsd = 2.5

[targets.offline]
description = "The built-in agent, for trying things out"
harness = "builtin"
compose = ["space:project:house-rules"]

[targets.nightly]
description = "Runs the long checks at night"
harness = "codex"
compose = ["space:project:house-rules", "space:project:night-shift"]
`,
  'spaces/house-rules/space.toml':
    'schema = 1\nid = "house-rules"\nversion = "1.2.0"\ndescription = "How we work here"\n',
  'spaces/house-rules/AGENT.md': 'Keep commits small. Write down what was decided.\n',
  'spaces/house-rules/skills/take-notes/SKILL.md': described('Writes down what was decided'),
  'spaces/house-rules/commands/release.md': described('Prepares a release'),
  'spaces/review/space.toml': 'schema = 1\nid = "review"\ndescription = "What a good review looks at"\n',
  'spaces/review/AGENT.md': 'Look for what is missing before you look at what is there.\n',
  'spaces/review/skills/take-notes/SKILL.md': described('Notes for a review'),
  'spaces/review/agents/concurrency.md': described('Looks for races and leaks'),
  'spaces/review/mcp/mcp.json': '{"mcpServers":{"linter":{"command":"npx","args":["lint-mcp"]}}}',
};

/** A file that nobody can read further than its fourth line. */
export const unreadable: Readonly<Record<string, string>> = {
  'asp-targets.toml': 'schema = 1\n\n[targets.site]\nharness = "cloude"\n',
};

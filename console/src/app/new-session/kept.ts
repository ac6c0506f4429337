/** What this browser keeps for the next new session: the project of the last one, and a prompt that was not sent. */
import { keep, readKept } from '../../data/kept';

const projectKey = 'quarterdeck.project';
const promptKey = 'quarterdeck.newPrompt';

export function readUsedProject(): string | undefined {
  return readKept(projectKey);
}

export function keepUsedProject(projectId: string): void {
  keep(projectKey, projectId);
}

export function readPromptDraft(): string {
  return readKept(promptKey, 'tab') ?? '';
}

export function keepPromptDraft(prompt: string): void {
  keep(promptKey, prompt === '' ? undefined : prompt, 'tab');
}

/** What this browser keeps for the next new session: the project of the last one, and a prompt that was not sent. */
const projectKey = 'quarterdeck.project';
const promptKey = 'quarterdeck.newPrompt';

export function readUsedProject(): string | undefined {
  return localStorage.getItem(projectKey) ?? undefined;
}

export function keepUsedProject(projectId: string): void {
  localStorage.setItem(projectKey, projectId);
}

export function readPromptDraft(): string {
  return sessionStorage.getItem(promptKey) ?? '';
}

export function keepPromptDraft(prompt: string): void {
  if (prompt === '') sessionStorage.removeItem(promptKey);
  else sessionStorage.setItem(promptKey, prompt);
}

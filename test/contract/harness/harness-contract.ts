/**
 * What every harness promises, whatever agent is behind it: the same scenarios with the prompts that make this agent
 * do what a scenario needs. Scenarios beyond its declared capabilities are skipped, visibly.
 */
import { afterEach, beforeEach, describe } from 'vitest';
import { describeCancel } from './contract-of-cancel.js';
import { describeChoices } from './contract-of-choices.js';
import { describeEndings } from './contract-of-endings.js';
import { describeFailures } from './contract-of-failures.js';
import { describePermissions } from './contract-of-permissions.js';
import { describeResume } from './contract-of-resume.js';
import { describeSteering } from './contract-of-steering.js';
import { describeSubagents } from './contract-of-subagents.js';
import { describePage } from './contract-of-the-page.js';
import { describeTools } from './contract-of-tools.js';
import { describeTurns } from './contract-of-turns.js';
import { type Shown, Stage } from './stage.js';
import type { HarnessSubject } from './subject.js';

export function describeHarnessContract(subject: HarnessSubject): void {
  describe(`the harness contract: ${subject.name}`, () => {
    let current: Stage;
    const shown: Shown[] = [];
    beforeEach(async () => {
      current = await Stage.of(subject);
    });
    afterEach(() => {
      shown.push(...current.shown);
      return current.close();
    });
    const stage = () => current;

    describeTurns(subject, stage);
    describeChoices(subject, stage);
    describeTools(subject, stage);
    describeSubagents(subject, stage);
    describePermissions(subject, stage);
    describeSteering(subject, stage);
    describeResume(subject, stage);
    describeCancel(subject, stage);
    describeFailures(subject, stage);
    describeEndings(subject, stage);
    describePage(subject, shown);
  });
}

/**
 * What every harness promises, whatever agent is behind it: the same scenarios with the prompts that make this agent
 * do what a scenario needs. Scenarios beyond its declared capabilities are skipped, visibly.
 */
import { afterEach, beforeEach, describe } from 'vitest';
import { describeCancel } from './contract-of-cancel.js';
import { describeEndings } from './contract-of-endings.js';
import { describeTurns } from './contract-of-turns.js';
import { type HarnessSubject, Stage } from './stage.js';

export function describeHarnessContract(subject: HarnessSubject): void {
  describe(`the harness contract: ${subject.name}`, () => {
    let current: Stage;
    beforeEach(() => {
      current = new Stage(subject.openHarness);
    });
    afterEach(() => current.close());
    const stage = () => current;

    describeTurns(subject, stage);
    describeCancel(subject, stage);
    describeEndings(subject, stage);
  });
}

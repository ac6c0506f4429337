import type { HarnessName, TargetList } from '../../contract/index.js';
import type { LaunchPlan } from './harness.js';

/** Reads what a project's targets mean. Answers are cheap to ask for: implementations cache by file state. */
export interface Targets {
  /**
   * Resolves a target of the project in `root` (absolute path) to a launch plan.
   * `name` absent: the project's default (`preferred`), else the file's target `default`, else the built-in agent.
   * Throws AppError `target_not_found` naming the known ones, or `target_invalid` with file and line.
   */
  resolve(root: string, name: string | undefined, preferred?: string): Promise<LaunchPlan>;
  /**
   * What each target of the project comes to, without secrets. A target that cannot be used is among them, with its
   * error. Throws AppError `target_invalid` when the file as a whole cannot be read.
   */
  describe(root: string, preferred?: string): Promise<TargetList>;
  /**
   * The folder a project may work in, as an absolute path without symbolic links.
   * Throws AppError `validation_failed` when it is no folder.
   */
  checkRoot(root: string): Promise<string>;
  /** The plan of an agent chosen directly, without a target. */
  direct(root: string, harness: HarnessName): LaunchPlan;
}

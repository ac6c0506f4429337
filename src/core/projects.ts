import { basename } from 'node:path';
import {
  AppError,
  type Budget,
  type Project,
  type RestartPolicy,
  type TargetList,
} from '../contract/index.js';
import type { Conversations } from './conversations.js';
import type { Clock } from './ports/clock.js';
import type { AnswerRecord, Page, ProjectChange, ProjectStore } from './ports/store.js';
import type { Targets } from './ports/targets.js';

/** How the runs of a project are held. */
export interface ProjectRules {
  budget?: Budget | undefined;
  dailyBudget?: Budget | undefined;
  autoResume?: boolean | undefined;
  onRestart?: RestartPolicy | undefined;
}

export interface CreateProject extends ProjectRules {
  projectId?: string | undefined;
  name?: string | undefined;
  root: string;
  defaultTarget?: string | undefined;
}

export class Projects {
  constructor(
    private readonly store: ProjectStore,
    private readonly targets: Targets,
    private readonly conversations: Conversations,
    private readonly clock: Clock,
  ) {}

  /** Throws `validation_failed` for a root that is no folder, `target_not_found`, `project_exists`. */
  async create(request: CreateProject, record: AnswerRecord | undefined): Promise<Project> {
    const root = await this.targets.checkRoot(request.root);
    const at = this.clock.now();
    const name = request.name ?? basename(root);
    const { defaultTarget, budget, dailyBudget, autoResume, onRestart } = request;
    if (defaultTarget !== undefined) await this.targets.resolve(root, defaultTarget);
    const project: Project = {
      projectId: request.projectId ?? projectIdFrom(name),
      name,
      root,
      sessionBackend: { kind: 'asp' },
      ...(defaultTarget === undefined ? {} : { defaultTarget }),
      ...(budget === undefined ? {} : { budget }),
      ...(dailyBudget === undefined ? {} : { dailyBudget }),
      ...(autoResume === true ? { autoResume } : {}),
      ...(onRestart === 'continue' ? { onRestart } : {}),
      createdAt: at,
      updatedAt: at,
    };
    return this.store.createProject(project, record);
  }

  async get(projectId: string): Promise<Project> {
    const project = await this.store.findProject(projectId);
    if (project === undefined) throw new AppError('project_not_found', `There is no project "${projectId}".`);
    return project;
  }

  list(page: Page): Promise<Project[]> {
    return this.store.listProjects(page);
  }

  /** Throws `project_not_found`, `target_not_found`. */
  async update(projectId: string, change: ProjectChange): Promise<Project> {
    if (typeof change.defaultTarget === 'string') {
      await this.targets.resolve((await this.get(projectId)).root, change.defaultTarget);
    }
    return this.store.updateProject(projectId, change, this.clock.now());
  }

  /** Throws `project_not_found`, `target_invalid`. */
  async listTargets(projectId: string): Promise<TargetList> {
    const { root, defaultTarget } = await this.get(projectId);
    return this.targets.describe(root, defaultTarget);
  }

  /** Removes the project with its sessions and logs; its folder is never touched. */
  async delete(projectId: string): Promise<void> {
    await this.conversations.forget(await this.store.deleteProject(projectId));
  }
}

/** `My App!` becomes `my-app`. Throws `validation_failed` when nothing is left of the name. */
function projectIdFrom(name: string): string {
  const id = name
    .toLowerCase()
    .replace(/[^a-z0-9._-]+/g, '-')
    .replace(/^[^a-z0-9]+|[^a-z0-9]+$/g, '')
    .slice(0, 64);
  if (id === '') {
    throw new AppError('validation_failed', 'No project id can be made of that name: send "projectId".', {
      details: [{ path: 'projectId', message: 'is needed here' }],
    });
  }
  return id;
}

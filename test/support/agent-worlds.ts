/**
 * What makes a real agent talk to the scripted model and to nothing else: files in a folder of its own and the variables
 * that point to them. Measured with the versions of `scripts/agents.json`.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { AgentName } from './real-agents.js';

export interface AgentWorld {
  /** What the target's `env` needs. Nothing else of the agent's settings is read from the machine. */
  env: Readonly<Record<string, string>>;
  /** What an agent calls the model when it is told nothing else; Claude wants to be told. */
  model: string;
  /** Another name that it can call the model by. */
  otherModel: string;
}

const model = 'scripted-1';
const otherModel = 'scripted-2';
/** The scripted model knows no keys; agents want to have one. */
const apiKey = 'scripted-key';
/** In dollars for a million tokens; Claude Code has prices of its own. */
const cost = { input: 1, output: 1, cacheRead: 0, cacheWrite: 0 };

/**
 * @param folder An empty one, which becomes the home of the agent; the caller removes it.
 * @param modelUrl Of the scripted model, without a path.
 */
export function createAgentWorld(name: AgentName, modelUrl: string, folder: string): AgentWorld {
  const temporary = join(folder, 'tmp');
  mkdirSync(temporary, { recursive: true });
  return { model, otherModel, env: { HOME: folder, TMPDIR: temporary, ...worlds[name](modelUrl, folder) } };
}

type World = (modelUrl: string, folder: string) => Record<string, string>;

const worlds: Readonly<Record<AgentName, World>> = {
  pi(modelUrl, folder) {
    const agentDir = join(folder, 'pi');
    const provider = {
      baseUrl: `${modelUrl}/v1`,
      api: 'openai-completions',
      apiKey,
      models: [model, otherModel].map((id) => ({ id, input: ['text', 'image'], cost })),
    };
    writeJson(join(agentDir, 'models.json'), { providers: { scripted: provider } });
    // The retries of its own take 20 s of a failing model, those of its client as long as the model says.
    const retry = { maxRetries: 1, baseDelayMs: 10, provider: { maxRetries: 0 } };
    const settings = { defaultProvider: 'scripted', defaultModel: model, retry };
    writeJson(join(agentDir, 'settings.json'), settings);
    return {
      PI_CODING_AGENT_DIR: agentDir,
      PI_OFFLINE: '1',
      PI_SKIP_VERSION_CHECK: '1',
      PI_TELEMETRY: '0',
    };
  },

  claude: (modelUrl, folder) => ({
    ANTHROPIC_BASE_URL: modelUrl,
    ANTHROPIC_API_KEY: apiKey,
    CLAUDE_CONFIG_DIR: join(folder, 'claude'),
    CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
    // Ten retries of a failing model take minutes.
    CLAUDE_CODE_MAX_RETRIES: '1',
    DISABLE_AUTOUPDATER: '1',
  }),

  codex(modelUrl, folder) {
    const home = join(folder, 'codex');
    const config = `
model = "${model}"
model_provider = "scripted"
check_for_update_on_startup = false
[model_providers.scripted]
name = "Scripted"
base_url = "${modelUrl}/v1"
wire_api = "responses"
env_key = "SCRIPTED_API_KEY"
request_max_retries = 1
stream_max_retries = 1
[analytics]
enabled = false
`;
    writeText(join(home, 'config.toml'), config);
    // Not below TMPDIR: there Codex refuses to put up the helpers that its sandbox needs.
    return { CODEX_HOME: home, SCRIPTED_API_KEY: apiKey };
  },

  opencode(modelUrl, folder) {
    const facts = {
      attachment: true,
      modalities: { input: ['text', 'image'], output: ['text'] },
      cost: { input: cost.input, output: cost.output },
      // Without it opencode does not tell what a turn cost.
      limit: { context: 200_000, output: 8000 },
    };
    const config = {
      model: `scripted/${model}`,
      small_model: `scripted/${model}`,
      // Without this it offers models of its own as well.
      enabled_providers: ['scripted'],
      permission: { bash: 'ask' },
      autoupdate: false,
      provider: {
        scripted: {
          npm: '@ai-sdk/openai-compatible',
          options: { baseURL: `${modelUrl}/v1`, apiKey },
          models: { [model]: facts, [otherModel]: facts },
        },
      },
    };
    writeJson(join(folder, 'config/opencode/opencode.json'), config);
    return {
      XDG_CONFIG_HOME: join(folder, 'config'),
      XDG_DATA_HOME: join(folder, 'data'),
      XDG_STATE_HOME: join(folder, 'state'),
      XDG_CACHE_HOME: join(folder, 'cache'),
      OPENCODE_DISABLE_AUTOUPDATE: '1',
      OPENCODE_DISABLE_MODELS_FETCH: '1',
      OPENCODE_DISABLE_LSP_DOWNLOAD: '1',
    };
  },
};

function writeJson(path: string, value: object): void {
  writeText(path, JSON.stringify(value, null, 2));
}

function writeText(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

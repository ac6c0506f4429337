export type { Asked } from './asked.js';
export type { Image, ModelRequest, OfferedTool, Part, Reply, Step } from './protocol.js';
export { call, garbledWord, type Rule, say } from './rules.js';
export {
  type RequestRecord,
  type ScriptedModel,
  type ScriptedModelOptions,
  startScriptedModel,
} from './server.js';

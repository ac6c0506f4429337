export type { WholeMessage } from './message.js';
export type { ToolCall, ToolEnd } from './tool-calls.js';
export { TurnGate } from './turn-gate.js';
export { type TurnOpening, TurnReport } from './turn-report.js';

export { noticesOfLeftOut } from './left-out.js';
export type { WholeMessage } from './message.js';
export type { ToolCall, ToolEnd } from './tool-calls.js';
export { type TurnOpening, TurnReport } from './turn-report.js';

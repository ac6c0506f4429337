export type { CliParts, SettingFlag } from './cli.js';
export type { DoctorParts } from './doctor.js';
export { runCli } from './program.js';

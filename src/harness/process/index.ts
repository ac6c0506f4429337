export * from './end-processes.js';
export * from './environment.js';
export * from './lines.js';
export * from './process-tree.js';
export * from './spawn.js';
export * from './sweep.js';
export * from './text-tail.js';
export * from './waiting.js';

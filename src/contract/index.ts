export * from './errors.js';
export * from './events.js';
export * from './harnesses.js';
export * from './limits.js';
export * from './resources.js';
export * from './routes/index.js';

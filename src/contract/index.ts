export * from './attachments.js';
export * from './errors.js';
export * from './events.js';
export * from './harnesses.js';
export * from './limits.js';
export * from './permission-policy.js';
export * from './resources.js';
export * from './routes/index.js';

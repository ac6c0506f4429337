// The server as the program starts it, except that it is killed at a named step.
// Arguments: serve, then what `failAt` takes as JSON.
import { loadConfig } from '../../dist/config.js';
import { startServer } from '../../dist/server.js';

const { method, when, nth } = JSON.parse(process.argv[3]);

/** The end that nobody can prepare for, before or after the nth call of a method of the store that had to do. */
function aroundStore(store) {
  let calls = 0;
  const killAt = (moment) => {
    if (when !== moment) return;
    calls += 1;
    if (calls === nth) process.kill(process.pid, 'SIGKILL');
  };
  const failing = async (...args) => {
    killAt('before');
    const result = await store[method](...args);
    if (!Array.isArray(result) || result.length > 0) killAt('after');
    return result;
  };
  return { ...store, [method]: failing };
}

const words = (level) => (message, fields) =>
  process.stderr.write(`${level} ${message} ${fields?.error ?? ''}\n`);
const log = { info: words('info'), warn: words('warn'), error: words('error') };
const onFatal = (error) => {
  log.error('the disk failed', { error });
  process.exit(1);
};
const server = await startServer({ ...loadConfig({}), log, onFatal, aroundStore });
process.stdout.write(`quarterdeck ready ${server.url}\n`);

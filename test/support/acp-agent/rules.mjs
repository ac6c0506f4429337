/** What the test agent does with a question: the first rule that matches. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { methods, RequestError } from '@agentclientprotocol/sdk';

const floodChunkBytes = 8 * 1024;
const forever = () => new Promise(() => undefined);

/** From what matches to what the prompt results in; nothing stands for `end_turn`. */
const rules = [
  [/^Use Bash to run: (.*)$/s, (turn, command) => runShell(turn, command)],
  [/^Ask, then use Bash to run: (.*)$/s, askThenRun],
  [/^Do not stop, and use Bash to run: (.*)$/s, runDeaf],
  [/^Count slowly to (\d+)/, countSlowly],
  [/^Flood (\d+)/, flood],
  [/^Write garbage: (.*)$/, writeGarbage],
  [/^Break off with (\d+)/, (_, code) => breakOff(Number(code))],
  [/^Say nothing/, forever],
  [/^Crash with (\d+)/, (_, code) => crash(Number(code))],
  [/^Fail/, () => Promise.reject(new Error('a loud bang'))],
  [/^Refuse with (.*)$/, refuse],
  [/^Describe the image/, (turn) => say(turn, `I was given ${turn.images.join(', ') || 'none'}.`)],
  [/^Which model/, (turn) => say(turn, `${turn.model} to ${turn.mode}`)],
  [/^Delegate to run: (.*)$/s, delegate],
  [/^Stop with (\w+)/, (_, stopReason) => ({ stopReason })],
  [/^Spend (\d+)/, spend],
  [/^Think/, think],
  [/^Ask for a file/, askForFile],
  [/previous question/, (turn) => say(turn, `Your previous question was: "${turn.questions.at(-1)}"`)],
  [/What were you given/, (turn) => say(turn, JSON.stringify({ texts: turn.texts, servers: turn.servers }))],
  [/2\+2/, (turn) => say(turn, '4')],
];

export function act(turn) {
  for (const [pattern, run] of rules) {
    const match = pattern.exec(turn.question);
    if (match !== null) return run(turn, match[1]);
  }
  return say(turn, 'I answer ', 'by a few ', 'rules.');
}

function update({ client, sessionId }, fields) {
  return client.notify(methods.client.session.update, { sessionId, update: fields });
}

async function say(turn, ...texts) {
  for (const text of texts)
    await update(turn, { sessionUpdate: 'agent_message_chunk', content: { type: 'text', text } });
}

/** Whatever the turn does, it is over when it is cancelled; a shell that runs is left to itself. */
function unlessCancelled({ signal }, work) {
  if (signal.aborted) return undefined;
  return Promise.race([work, once(signal, 'abort')]);
}

async function runShell(turn, command, toolCallId = `call-${turn.questions.length}`, more = {}) {
  const rawInput = { command };
  const call = { toolCallId, title: command, kind: 'execute', rawInput, ...more };
  await update(turn, { sessionUpdate: 'tool_call', ...call, status: 'in_progress' });
  const child = spawn('/bin/sh', ['-c', `exec 2>&1\n${command}`], {
    cwd: turn.cwd,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  let output = '';
  const report = (fields) => {
    const content = [{ type: 'content', content: { type: 'text', text: output } }];
    return update(turn, { sessionUpdate: 'tool_call_update', toolCallId, content, ...fields });
  };
  child.stdout.on('data', (chunk) => {
    output += chunk;
    void report({});
  });
  const closed = once(child, 'close');
  await unlessCancelled(turn, closed);
  if (turn.signal.aborted) return;
  const [exitCode] = await closed;
  await report({ status: exitCode === 0 ? 'completed' : 'failed', rawOutput: { exitCode } });
  if (more._meta === undefined) await say(turn, `The command ended with ${exitCode}.`);
}

async function askThenRun(turn, command) {
  const toolCallId = `call-${turn.questions.length}`;
  const toolCall = { toolCallId, title: command, kind: 'execute', status: 'pending', rawInput: { command } };
  const quiet = turn.flags.includes('quietAsk');
  if (!quiet) await update(turn, { sessionUpdate: 'tool_call', ...toolCall, rawInput: { cwd: turn.cwd } });
  const { outcome } = await turn.client.request(methods.client.session.requestPermission, {
    sessionId: turn.sessionId,
    toolCall,
    options: [
      { optionId: 'z', name: 'Always', kind: 'allow_always' },
      { optionId: 'y', name: 'Yes', kind: 'allow_once' },
      { optionId: 'n', name: 'No', kind: 'reject_once' },
    ],
  });
  if (outcome.outcome === 'cancelled') return undefined;
  if (quiet) return say(turn, `Answered with ${outcome.optionId}.`);
  if (outcome.optionId !== 'n') return runShell(turn, command, toolCallId);
  await update(turn, { sessionUpdate: 'tool_call_update', toolCallId, status: 'failed' });
  return say(turn, 'It was not allowed.');
}

async function runDeaf(turn, command) {
  await runShell({ ...turn, signal: new AbortController().signal }, `trap '' TERM; ${command}`);
  return forever();
}

async function countSlowly(turn, last) {
  for (let number = 1; number <= Number(last) && !turn.signal.aborted; number += 1) {
    await say(turn, `${number} `);
    await unlessCancelled(turn, pause(20));
  }
}

async function flood(turn, bytes) {
  for (let left = Number(bytes); left > 0; left -= floodChunkBytes)
    await say(turn, 'x'.repeat(Math.min(left, floodChunkBytes)));
}

async function writeGarbage(turn, text) {
  await say(turn, 'before');
  writeSync(1, `${text}\n`);
  return forever();
}

/** Half of a message and no end of its line; synchronous, so that it is out before the process is. */
function breakOff(code) {
  writeSync(1, '{"jsonrpc":"2.0","method":"session/upd');
  return crash(code);
}

function crash(code) {
  process.stderr.write('these are my last words\n');
  process.exit(code);
}

async function spend(turn, amount) {
  const cost = { amount: Number(amount), currency: 'USD' };
  await update(turn, { sessionUpdate: 'usage_update', used: 10, size: 100, cost });
  await update(turn, { sessionUpdate: 'plan', entries: [] });
  await say(turn, 'Spent.');
}

/** With a code and data of JSON. */
function refuse(_, given) {
  const { code, data } = JSON.parse(given);
  throw new RequestError(code, 'no', data);
}

/** A tool call whose subagent speaks and runs a shell, and then the agent itself speaks. */
async function delegate(turn, command) {
  const inner = { _meta: { claudeCode: { parentToolUseId: 'task-1' } } };
  const chunk = (text, more = {}) =>
    update(turn, { sessionUpdate: 'agent_message_chunk', content: { type: 'text', text }, ...more });
  const call = (toolCallId, fields, more = {}) =>
    update(turn, { sessionUpdate: 'tool_call', toolCallId, title: toolCallId, ...fields, ...more });
  await call('task-1', { kind: 'think', name: 'Task', rawInput: { prompt: 'look' } });
  await chunk('I look', inner);
  await chunk(' inside.', inner);
  await runShell(turn, command, 'shell-1', inner);
  await update(turn, { sessionUpdate: 'tool_call_update', toolCallId: 'task-1', status: 'completed' });
  await chunk('Delegated.');
}

async function think(turn) {
  const content = { type: 'text', text: 'Hm.' };
  await update(turn, { sessionUpdate: 'agent_thought_chunk', content });
  await say(turn, 'Thought.');
}

/** Of a client that has no files to give. */
async function askForFile(turn) {
  const asking = turn.client.request(methods.client.fs.readTextFile, {
    sessionId: turn.sessionId,
    path: '/etc/hostname',
  });
  await say(
    turn,
    await asking.then(
      () => 'given',
      ({ code }) => `refused with ${code}`,
    ),
  );
}

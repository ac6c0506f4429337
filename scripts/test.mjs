/**
 * `npm test`: sets up what is missing, among it the one real agent that runs everywhere and a browser, and runs every
 * suite but those of the other real agents; `npm run test:agents` runs these. Further arguments go to the test runner instead.
 */
import { agentNames, installAgent } from './agents.mjs';
import { installBrowser } from './browser.mjs';
import { setup } from './setup.mjs';
import { runTool } from './tool.mjs';

const everywhere = 'pi';
const [choice, ...rest] = process.argv.slice(2);
const others = agentNames.filter((name) => name !== everywhere);
const filesOf = (name) => `test/agents/{,served-}${name}*.test.ts`;

setup();
installAgent(everywhere);
installBrowser();
const chosen = () => {
  if (choice === '--agents')
    return [...others.flatMap((name) => [`test/agents/${name}`, `test/agents/served-${name}`]), ...rest];
  if (choice !== undefined) return [choice, ...rest];
  return others.flatMap((name) => ['--exclude', filesOf(name)]);
};
process.exitCode = runTool('vitest/vitest.mjs', ['run', ...chosen()]);

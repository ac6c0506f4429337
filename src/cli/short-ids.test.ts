import { expect, it } from 'vitest';
import { shortenIds } from './short-ids.js';

it('shortens ids to what tells them apart', () => {
  const [one, other] = ['ses_01a21485d0bc75b8a5feed9e88c4a14f', 'ses_01a21485c704761eb4a10ce573ca66ea'];
  expect(shortenIds([one, other, one])).toEqual(['ses_01a21485d0bc', 'ses_01a21485c704', 'ses_01a21485d0bc']);
});

it('keeps more of ids that were made in the same millisecond', () => {
  const [one, other] = ['run_01a21485d0bc75b8a5fe000000000001', 'run_01a21485d0bc75b8a5ff000000000001'];
  expect(shortenIds([one, other])).toEqual(['run_01a21485d0bc75b8a5fe', 'run_01a21485d0bc75b8a5ff']);
});

it('leaves alone what is no id of ours', () => {
  expect(shortenIds([])).toEqual([]);
  expect(shortenIds(['rex', 'another-project-with-a-long-name'])).toEqual([
    'rex',
    'another-project-with-a-long-name',
  ]);
});

import { describe, expect, it } from 'vitest';
import { errorCodes } from '../contract/index.js';
import { errorStatus } from './error-status.js';

describe('the table of errors', () => {
  it('has a status of an error for every code, and no others', () => {
    expect(Object.keys(errorStatus).sort()).toEqual([...errorCodes].sort());
    for (const code of errorCodes) {
      expect([code, errorStatus[code] >= 400 && errorStatus[code] < 600]).toEqual([code, true]);
    }
  });

  it('blames the caller for what the caller can change, and nobody else', () => {
    expect(errorCodes.filter((code) => errorStatus[code] === 500)).toEqual(['internal']);
    for (const code of errorCodes.filter(
      (code) => code.endsWith('_not_found') && code !== 'target_not_found',
    )) {
      expect([code, errorStatus[code]]).toEqual([code, 404]);
    }
  });

  it('names every code once', () => {
    expect(new Set(errorCodes).size).toBe(errorCodes.length);
  });
});

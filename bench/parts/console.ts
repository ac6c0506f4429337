/** A session of 50,000 events in the console, in a browser: watched as it happens, opened, and scrolled through. */
import { chromium, type Page } from 'playwright-core';
import type { Figure, Part } from '../run/figures.js';
import { root } from '../run/paths.js';
import { withProduct } from '../run/product-server.js';

/** Of eight events each. */
const rounds = 6250;
const quickRounds = 1250;
const hangMs = 300_000;
const mib = 1024 * 1024;

const round = [
  { say: 'Again `src/lines.ts`: **nothing** is wrong here.', deltas: 2 },
  { tool: { name: 'Read', input: { path: 'README.md' } } },
  { emit: { count: 2, bytes: 60, type: 'notice' } },
];

export const consolePage: Part = async ({ quick, say }) => {
  const { findBrowser } = (await import(`${root}scripts/browser.mjs`)) as {
    findBrowser(): string | undefined;
  };
  const executablePath = findBrowser();
  if (executablePath === undefined) {
    say('console: left out, there is no Chromium');
    return [];
  }
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
  try {
    return await withProduct({}, async (product) => {
      const { sessionId } = await product.post<{ sessionId: string }>('/admin/sessions', {
        projectId: 'rex',
      });
      const url = `http://127.0.0.1:${product.port}/sessions/${sessionId}`;
      const watched = await Watched.open(await browser.newPage(), url);
      const script = [{ repeat: { times: quick ? quickRounds : rounds, steps: round } }];
      const session = { policy: 'resume', sessionId };
      await product.post('/admin/runs', { projectId: 'rex', prompt: JSON.stringify({ script }), session });
      await watched.untilCompleted();
      const { headSeq } = await product.get<{ headSeq: number }>(`/admin/sessions/${sessionId}`);
      const live = await watched.figures(headSeq);
      const opened = await Watched.open(await browser.newPage(), url);
      await opened.untilCompleted();
      const shownMs = opened.ageMs();
      const atEnd = await opened.figures(headSeq);
      await opened.scrollToTop();
      const all = await opened.figures(headSeq);
      return describe(headSeq, live, { ...atEnd, shownMs }, all);
    });
  } finally {
    await browser.close();
  }
};

interface Measured {
  scriptMsPer1000: number;
  heapBytes: number;
}

class Watched {
  private readonly openedMs = performance.now();
  private scriptMs = 0;

  private constructor(
    private readonly page: Page,
    private readonly devTools: Awaited<ReturnType<ReturnType<Page['context']>['newCDPSession']>>,
  ) {}

  static async open(page: Page, url: string): Promise<Watched> {
    const devTools = await page.context().newCDPSession(page);
    await devTools.send('Performance.enable');
    await devTools.send('HeapProfiler.enable');
    const watched = new Watched(page, devTools);
    await page.goto(url);
    await page.getByRole('textbox', { name: 'Prompt' }).waitFor();
    return watched;
  }

  ageMs(): number {
    return performance.now() - this.openedMs;
  }

  async untilCompleted(): Promise<void> {
    await this.page.getByText('completed', { exact: true }).waitFor({ timeout: hangMs });
  }

  /** Since the last time; what nobody holds any more is no part of the heap. */
  async figures(events: number): Promise<Measured> {
    const scriptMs = (await this.metric('ScriptDuration')) * 1000;
    await this.devTools.send('HeapProfiler.collectGarbage');
    const measured = {
      scriptMsPer1000: ((scriptMs - this.scriptMs) * 1000) / events,
      heapBytes: await this.metric('JSHeapUsedSize'),
    };
    this.scriptMs = scriptMs;
    return measured;
  }

  async scrollToTop(): Promise<void> {
    const step = `(feed => { feed.scrollTop = 0; return !/Reading older/.test(feed.textContent); })(document.querySelector('[role=feed]'))`;
    while (!(await this.page.evaluate<boolean>(step))) await this.page.waitForTimeout(20);
  }

  private async metric(name: string): Promise<number> {
    const { metrics } = await this.devTools.send('Performance.getMetrics');
    return metrics.find((metric) => metric.name === name)?.value ?? 0;
  }
}

function describe(
  events: number,
  live: Measured,
  opened: Measured & { shownMs: number },
  all: Measured,
): Figure[] {
  const of = `${events.toLocaleString('en')} events in the console`;
  return [
    { name: `${of}, watched: scripting per 1,000`, unit: 'ms', value: live.scriptMsPer1000 },
    { name: '– heap afterwards', unit: 'MiB', value: live.heapBytes / mib },
    { name: `${of}, opened: address to the end shown`, unit: 'ms', value: opened.shownMs },
    { name: '– heap', unit: 'MiB', value: opened.heapBytes / mib },
    { name: `${of}, scrolled through: scripting per 1,000`, unit: 'ms', value: all.scriptMsPer1000 },
    { name: '– heap afterwards', unit: 'MiB', value: all.heapBytes / mib },
  ];
}

/** The pages of `docs/`, as the server has them at `/docs/NAME`: of the version that runs, and without a network. */
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { Marked, type Tokens } from 'marked';
import type { Plugin } from 'vite';

const folder = join(import.meta.dirname, '../docs');
const styles = ['tokens.css', 'reference/docs-page.css'].map((name) =>
  join(import.meta.dirname, 'src', name),
);

export function docsPages(): Plugin {
  return {
    name: 'docs-pages',
    apply: 'build',
    generateBundle() {
      const css = styles.map((path) => readFileSync(path, 'utf8')).join('\n');
      this.emitFile({ type: 'asset', fileName: 'docs/page.css', source: css });
      const pages = readdirSync(folder)
        .filter((name) => name.endsWith('.md'))
        .map((name) => ({ name: basename(name, '.md'), text: readFileSync(join(folder, name), 'utf8') }))
        .map((page) => ({ ...page, title: /^# (.+)$/m.exec(page.text)?.[1] ?? page.name }));
      const places = pages.map(({ name, title }) => `<li><a href="/docs/${name}">${title}</a></li>`).join('');
      for (const { name, title, text } of pages) {
        const source = pageOf(title, places, render(text));
        this.emitFile({ type: 'asset', fileName: `docs/${name}.html`, source });
      }
    },
  };
}

function render(text: string): string {
  const marked = new Marked({
    renderer: {
      heading({ tokens, depth, text: words }) {
        return `<h${depth} id="${anchorOf(words)}">${this.parser.parseInline(tokens)}</h${depth}>\n`;
      },
      link({ href, tokens }: Tokens.Link) {
        const words = this.parser.parseInline(tokens);
        const address = addressOf(href);
        return address === undefined ? words : `<a href="${address}">${words}</a>`;
      },
    },
  });
  const html = marked.parse(text, { async: false });
  // What scrolls must be reached by keyboard.
  return html
    .replaceAll('<pre>', '<pre tabindex="0">')
    .replaceAll('<table>', '<div class="wide" tabindex="0"><table>')
    .replaceAll('</table>', '</table></div>');
}

/** Files of the repository that are no page here have no address. */
function addressOf(href: string): string | undefined {
  if (/^(?:https?:|#)/.test(href)) return href;
  const [, name, anchor = ''] = /^([\w-]+)\.md(#.*)?$/.exec(href) ?? [];
  return name === undefined ? undefined : `/docs/${name}${anchor}`;
}

/** As GitHub makes it of a heading, because that is what the links in these pages name. */
function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .trim()
    .replaceAll(' ', '-');
}

function pageOf(title: string, places: string, content: string): string {
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta name="color-scheme" content="light dark" />
    <title>${title} · Quarterdeck</title>
    <link rel="icon" href="/favicon.svg" type="image/svg+xml" />
    <link rel="stylesheet" href="/docs/page.css" />
    <script src="/theme.js"></script>
  </head>
  <body>
    <header><a href="/">Quarterdeck</a></header>
    <nav aria-label="Pages"><ul>${places}<li><a href="/docs">API reference</a></li></ul></nav>
    <main>${content}</main>
  </body>
</html>
`;
}

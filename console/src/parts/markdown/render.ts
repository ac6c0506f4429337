/**
 * Markdown as HTML that cannot do anything. What an agent says may come from a web page or a file: HTML in it is shown as
 * it was written, pictures of other servers are named and not fetched, and links say where they lead. What comes out is
 * checked once more, and only what is listed here is left.
 */
import dompurify from 'dompurify';
import { Marked, Renderer, type Token } from 'marked';

const allowedTags = [
  ...[
    'p',
    'br',
    'hr',
    'h2',
    'strong',
    'em',
    'del',
    'code',
    'pre',
    'blockquote',
    'a',
    'span',
    'sub',
    'sup',
    'kbd',
  ],
  ...['div', 'ul', 'ol', 'li', 'table', 'thead', 'tbody', 'tr', 'th', 'td', 'details', 'summary'],
];
/** These name no address, whatever stands in them; of all others only addresses are left. */
const plainAttributes = ['start', 'align', 'target', 'rel', 'tabindex'];
const allowedAttributes = ['href', 'title', 'class', ...plainAttributes];

function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}

const marked = new Marked({
  gfm: true,
  renderer: {
    html({ text }) {
      return escaped(text);
    },
    // One level for all: a page has one order of headings, and an answer does not know its place in it.
    heading({ tokens, depth }) {
      return `<h2 class="md-h${depth}">${this.parser.parseInline(tokens)}</h2>`;
    },
    link({ href, title, tokens }) {
      const words = this.parser.parseInline(tokens);
      const hint = escaped(title ?? href);
      return `<a href="${escaped(href)}" title="${hint}" target="_blank" rel="noopener noreferrer">${words}</a>`;
    },
    image({ href, text }) {
      const words = escaped(text === '' ? href : text);
      return `<a href="${escaped(href)}" target="_blank" rel="noopener noreferrer">[picture: ${words}]</a>`;
    },
    checkbox({ checked }) {
      return `<span class="md-task">${checked ? '☑' : '☐'}</span> `;
    },
    // What scrolls must be reached by keyboard.
    table(token) {
      return `<div class="md-table" tabindex="0">${Renderer.prototype.table.call(this, token)}</div>`;
    },
    code({ text }) {
      return `<pre tabindex="0"><code>${escaped(text)}</code></pre>`;
    },
  },
});

export function renderBlock(token: Token): string {
  return dompurify.sanitize(marked.parser([token]), {
    ALLOWED_TAGS: allowedTags,
    ALLOWED_ATTR: allowedAttributes,
    ADD_URI_SAFE_ATTR: plainAttributes,
    ALLOWED_URI_REGEXP: /^(?:https?|mailto):/i,
  });
}

/** What a tool is given: the command, the lines that it would change, or whatever else it takes. */
import { classes } from './classes';
import { FileDiff } from './diff/file-diff';
import { fileEditsOf } from './diff/file-edits';

const well =
  'max-h-72 overflow-auto rounded-md bg-sunken px-3 py-2 font-mono text-xs leading-relaxed whitespace-pre-wrap wrap-anywhere';

/** In agents' own words, the telling ones first. */
const tellingFields = ['command', 'file_path', 'path', 'pattern', 'url', 'query', 'description', 'prompt'];

/** What says most of an input, in one line. Empty where nothing does. */
export function summaryOf(input: unknown): string {
  const fields = fieldsOf(input);
  const name = tellingFields.find((field) => typeof fields[field] === 'string');
  return name === undefined ? '' : (String(fields[name]).split('\n', 1)[0]?.trim() ?? '');
}

export function ToolInput({ input }: { input: unknown }) {
  const edits = fileEditsOf(input);
  if (edits.length === 0) return <Given input={input} />;
  return edits.map((edit, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: the edits of a call keep their order.
    <FileDiff key={index} edit={edit} />
  ));
}

function Given({ input }: { input: unknown }) {
  const entries = Object.entries(fieldsOf(input)).filter(([, value]) => value !== undefined && value !== '');
  if (entries.length === 0) {
    return input === undefined || isEmpty(input) ? null : <Well>{textOf(input)}</Well>;
  }
  const [[name, value] = ['', '']] = entries;
  if (entries.length === 1 && name === 'command') return <Well>{textOf(value)}</Well>;
  return (
    <dl className="grid grid-cols-1 gap-x-4 gap-y-1.5 text-sm sm:grid-cols-[auto_1fr]">
      {entries.map(([field, given]) => (
        <div key={field} className="contents">
          <dt className="text-xs text-muted sm:pt-2">{field}</dt>
          <dd className="min-w-0">
            <Well>{textOf(given)}</Well>
          </dd>
        </div>
      ))}
    </dl>
  );
}

function Well({ children }: { children: string }) {
  return (
    <pre
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard.
      tabIndex={0}
      className={classes(well, 'text-ink')}
    >
      {children}
    </pre>
  );
}

function fieldsOf(input: unknown): Record<string, unknown> {
  return typeof input === 'object' && input !== null && !Array.isArray(input)
    ? (input as Record<string, unknown>)
    : {};
}

function isEmpty(input: unknown): boolean {
  return input === null || input === '' || (typeof input === 'object' && Object.keys(input).length === 0);
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value, null, 2);
}

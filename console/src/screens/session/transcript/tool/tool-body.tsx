import { useMemo } from 'react';
import { FileDiff } from '../../../../parts/diff/file-diff';
import { fileEditsOf } from '../../../../parts/diff/file-edits';
import { ToolInput } from '../../../../parts/tool-input';
import { Pictures } from '../message/pictures';
import type { Tool } from '../model/items';
import { outputOf, ToolOutput } from './tool-output';

/** What a tool was given and what came out; of an edit, the lines that it changed. */
export function ToolBody({ tool, live }: { tool: Tool; live: boolean }) {
  const { input, end } = tool;
  const output = outputOf(tool);
  const edits = useMemo(() => fileEditsOf(input, end?.details, output), [input, end, output]);
  const told = edits.length === 0 || end?.isError === true;
  return (
    <div className="flex flex-col gap-2 border-t border-line p-3">
      {edits.length === 0 && <ToolInput input={input} />}
      {edits.map((edit, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the edits of a call keep their order.
        <FileDiff key={index} edit={edit} />
      ))}
      {told && (
        <ToolOutput output={output} running={end === undefined && live} failed={end?.isError === true} />
      )}
      <Pictures blocks={end?.content ?? []} />
    </div>
  );
}

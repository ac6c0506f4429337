import { RotateCcw } from 'lucide-react';
import { CopyButton } from '../../../../parts/copy-button';
import { TimeAgo } from '../../../../parts/time-ago';
import { SeqLink } from '../../seq-link';
import { Pictures } from '../message/pictures';
import { Prompt } from '../message/prompt';
import type { RunFacts, RunStart } from '../model/items';
import { useTranscript } from '../transcript-context';

/** The prompt of a run, where it began. */
export function RunStartRow({ item, run }: { item: RunStart; run: RunFacts | undefined }) {
  const { session } = useTranscript();
  const { prompt, queuedAt, claimedAt, retryOf } = run ?? {};
  const at = queuedAt ?? claimedAt;
  return (
    <div className="mt-3">
      <h2 className="sr-only">Prompt</h2>
      <Prompt text={prompt?.content ?? 'The prompt is further up.'}>
        <Pictures blocks={prompt?.attachments ?? []} />
      </Prompt>
      <p className="mt-1 flex flex-wrap items-center justify-end gap-x-2 text-xs text-muted">
        {retryOf !== undefined && (
          <span className="inline-flex items-center gap-1">
            <RotateCcw size={12} aria-hidden /> once more
          </span>
        )}
        {at !== undefined && <TimeAgo at={at} />}
        {prompt !== undefined && <CopyButton size="small" text={prompt.content} label="Copy the prompt" />}
        <SeqLink sessionId={session.sessionId} seq={item.seq} />
      </p>
    </div>
  );
}

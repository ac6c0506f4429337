import { SendHorizontal } from 'lucide-react';
import type { Session } from 'quarterdeck/client';
import { type FormEvent, useRef, useState } from 'react';
import { useShortcut } from '../../../app/shortcuts';
import { useDraft } from '../../../data/drafts';
import { useSendPrompt } from '../../../data/session';
import { Button } from '../../../parts/button';
import { useToasts } from '../../../parts/toasts';
import { ArchivedNote } from './archived-note';
import { AttachButton, AttachedPictures } from './attached-pictures';
import { DeliveryChoice, type OfferedDelivery } from './delivery-choice';
import { PromptText } from './prompt-text';
import { usePictures } from './use-pictures';

/** Where the next prompt is written, and how it is delivered is chosen. */
export function PromptBox({ session }: { session: Session }) {
  return session.status === 'archived' ? (
    <ArchivedNote session={session} />
  ) : (
    <PromptForm session={session} />
  );
}

function PromptForm({ session }: { session: Session }) {
  const [draft, setDraft] = useDraft(session.sessionId);
  const [delivery, setDelivery] = useState<OfferedDelivery>(offered(session.queue.delivery));
  const pictures = usePictures();
  const text = useRef<HTMLTextAreaElement>(null);
  const toasts = useToasts();
  const send = useSendPrompt(session);
  useShortcut('p', 'Write a prompt', () => text.current?.focus());
  const busy = session.status !== 'idle';
  const ready = draft.trim() !== '' && !send.isPending && !pictures.reading;
  const submit = (event?: FormEvent) => {
    event?.preventDefault();
    if (!ready) return;
    const attachments = pictures.list.map(({ mimeType, data }) => ({
      type: 'image' as const,
      mimeType,
      data,
    }));
    const prompt = { prompt: draft, ...(attachments.length === 0 ? {} : { attachments }) };
    setDraft('');
    send.mutateAsync(busy ? { ...prompt, delivery } : prompt).then(
      (admitted) => {
        pictures.clear();
        const words = outcomeOf(admitted.delivery, delivery);
        if (words !== undefined && busy) toasts.done(words);
      },
      (error) => {
        toasts.failed(error);
        // What was written meanwhile is not overwritten. Whoever left finds the prompt when coming back.
        if (text.current === null || text.current.value === '') setDraft(prompt.prompt);
      },
    );
  };
  return (
    <form onSubmit={submit} className="mx-auto flex w-full max-w-4xl flex-col gap-2 px-3 py-3 sm:px-6">
      <PromptText
        ref={text}
        value={draft}
        onChange={setDraft}
        onSend={submit}
        onFiles={(files) => void pictures.add(files).catch(toasts.failed)}
      />
      <AttachedPictures pictures={pictures} />
      <div className="flex flex-wrap items-center gap-2">
        <AttachButton onFiles={(files) => void pictures.add(files).catch(toasts.failed)} />
        {busy ? (
          <DeliveryChoice value={delivery} onChange={setDelivery} />
        ) : (
          <p className="hidden text-xs text-muted sm:block">
            {session.queue.paused
              ? 'The queue is paused: it will wait.'
              : 'Enter sends, Shift+Enter begins a line.'}
          </p>
        )}
        <Button
          look="primary"
          type="submit"
          className="ml-auto"
          disabled={!ready}
          icon={<SendHorizontal size={16} aria-hidden />}
        >
          Send
        </Button>
      </div>
    </form>
  );
}

function offered(delivery: Session['queue']['delivery']): OfferedDelivery {
  return delivery === 'reject' ? 'queue' : delivery;
}

/** What became of it, where that may be another thing than was asked for. */
function outcomeOf(became: 'queued' | 'injected' | 'interrupted' | undefined, asked: OfferedDelivery) {
  if (became === 'injected') return 'Said into the turn';
  if (became === 'interrupted') return 'It goes first, and what was active is being cancelled';
  if (became === 'queued' && asked === 'steer') return 'Queued: the turn could not take it';
  return undefined;
}

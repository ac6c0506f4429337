import { ImageOff } from 'lucide-react';
import type { ContentBlock, MediaRef } from 'quarterdeck/client';
import { useAttachment } from '../../../../data/attachments';

/** What browsers show without running anything of it. */
const pictureTypes = new Set(['image/png', 'image/jpeg', 'image/gif', 'image/webp']);

/** The pictures among some blocks of content. */
export function Pictures({ blocks }: { blocks: readonly ContentBlock[] }) {
  const pictures = blocks.filter(({ type }) => type === 'image' || type === 'media_ref');
  if (pictures.length === 0) return null;
  return (
    <div className="mt-2 flex flex-wrap gap-2">
      {pictures.map((block, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the pictures of a message keep their order.
        <Picture key={index} block={block} />
      ))}
    </div>
  );
}

function Picture({ block }: { block: ContentBlock }) {
  if (block.type === 'media_ref') return <Attachment media={block} />;
  if (block.type !== 'image' || !pictureTypes.has(block.mimeType)) return <Missing />;
  return <Shown src={`data:${block.mimeType};base64,${block.data}`} alt="Picture" />;
}

function Attachment({ media }: { media: MediaRef }) {
  const { src, failed } = useAttachment(media.url);
  if (failed) return <Missing />;
  if (src === undefined) return <div aria-hidden className="size-40 animate-pulse rounded-md bg-sunken" />;
  return <Shown src={src} alt={media.alt ?? media.filename ?? 'Attached picture'} />;
}

function Shown({ src, alt }: { src: string; alt: string }) {
  return (
    <img src={src} alt={alt} className="max-h-80 max-w-full rounded-md border border-line object-contain" />
  );
}

function Missing() {
  return (
    <p className="flex items-center gap-2 text-sm text-muted">
      <ImageOff size={16} aria-hidden /> This picture cannot be shown
    </p>
  );
}

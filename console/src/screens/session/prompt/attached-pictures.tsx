import { Paperclip, X } from 'lucide-react';
import { useRef } from 'react';
import { IconButton } from '../../../parts/button';
import { type Pictures, pictureTypes } from './use-pictures';

export function AttachButton({ onFiles }: { onFiles: (files: readonly File[]) => void }) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <input
        ref={input}
        type="file"
        multiple
        hidden
        accept={pictureTypes.join(',')}
        onChange={(event) => {
          onFiles([...(event.target.files ?? [])]);
          event.target.value = '';
        }}
      />
      <IconButton label="Attach pictures" onClick={() => input.current?.click()}>
        <Paperclip size={16} aria-hidden />
      </IconButton>
    </>
  );
}

export function AttachedPictures({ pictures }: { pictures: Pictures }) {
  if (pictures.list.length === 0) return null;
  return (
    <ul aria-label="Attached pictures" className="flex flex-wrap gap-2">
      {pictures.list.map(({ id, name, mimeType, data }) => (
        <li key={id} className="relative">
          <img
            src={`data:${mimeType};base64,${data}`}
            alt={name}
            className="size-16 rounded-md border border-line object-cover"
          />
          <IconButton
            label={`Remove ${name}`}
            look="plain"
            size="small"
            className="absolute -top-2 -right-2 rounded-full"
            onClick={() => pictures.remove(id)}
          >
            <X size={12} aria-hidden />
          </IconButton>
        </li>
      ))}
    </ul>
  );
}

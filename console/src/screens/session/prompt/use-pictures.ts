import type { RouteBody } from 'quarterdeck/client';
import { useCallback, useState } from 'react';

type Attachment = NonNullable<RouteBody<'createRun'>['attachments']>[number];

export interface Picture {
  id: number;
  name: string;
  mimeType: Attachment['mimeType'];
  /** Base64. */
  data: string;
}

/** The bounds of the protocol: in number, and in bytes of one and of all. */
const picturesMax = 8;
const bytesMax = 5 * 1024 * 1024;
const allBytesMax = 10 * 1024 * 1024;

let lastId = 0;

/** Pictures that go with the next prompt. `add` throws what a person has to know. */
export function usePictures() {
  const [list, setList] = useState<readonly Picture[]>([]);
  const [reading, setReading] = useState(false);
  const add = useCallback(
    async (files: readonly File[]) => {
      if (files.length === 0) return;
      setReading(true);
      try {
        const read = await Promise.all(files.map(readPicture));
        const all = [...list, ...read];
        const bytes = all.reduce((sum, { data }) => sum + data.length * 0.75, 0);
        if (all.length > picturesMax) throw new Error(`A prompt takes ${picturesMax} pictures at most.`);
        if (bytes > allBytesMax) throw new Error('The pictures of a prompt may have 10 MiB together.');
        setList(all);
      } finally {
        setReading(false);
      }
    },
    [list],
  );
  const remove = useCallback(
    (id: number) => setList((now) => now.filter((picture) => picture.id !== id)),
    [],
  );
  const clear = useCallback(() => setList([]), []);
  return { list, reading, add, remove, clear };
}

export type Pictures = ReturnType<typeof usePictures>;

export const pictureTypes: readonly Attachment['mimeType'][] = [
  'image/png',
  'image/jpeg',
  'image/gif',
  'image/webp',
];

async function readPicture(file: File): Promise<Picture> {
  const mimeType = pictureTypes.find((type) => type === file.type);
  if (mimeType === undefined) throw new Error(`“${file.name}” is no PNG, JPEG, GIF or WebP picture.`);
  if (file.size > bytesMax) throw new Error(`“${file.name}” is larger than 5 MiB.`);
  lastId += 1;
  return { id: lastId, name: file.name, mimeType, data: await toBase64(file) };
}

function toBase64(file: File): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onerror = () => reject(reader.error ?? new Error(`“${file.name}” could not be read.`));
    reader.onload = () => resolve(String(reader.result).replace(/^[^,]*,/, ''));
    reader.readAsDataURL(file);
  });
}

import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { useClient } from './client';

const attachmentPath = /^\/admin\/runs\/([^/?#]+)\/attachments\/(\d+)$/;
/** Images are large: what nobody shows any more is kept for a minute. */
const keptMs = 60_000;

/**
 * An address for an `img`, of what an event names. It is read with the token, which an `img` does not send, and so is only
 * there once it was read. Addresses of other servers are never asked.
 */
export function useAttachment(url: string): { src: string | undefined; failed: boolean } {
  const client = useClient();
  const [, runId = '', index = ''] = attachmentPath.exec(url) ?? [];
  const { data, isError } = useQuery({
    queryKey: ['attachment', runId, index],
    queryFn: ({ signal }) => client.runs.attachment(decodeURIComponent(runId), index, { signal }),
    enabled: runId !== '',
    gcTime: keptMs,
  });
  const [src, setSrc] = useState<string>();
  useEffect(() => {
    if (data === undefined) return;
    const address = URL.createObjectURL(data);
    setSrc(address);
    return () => {
      URL.revokeObjectURL(address);
      setSrc(undefined);
    };
  }, [data]);
  return { src, failed: isError || runId === '' };
}

import { Link } from '@tanstack/react-router';

interface SeqLinkProps {
  sessionId: string;
  seq: number;
  tab?: 'events';
}

/** An address that leads to one event. */
export function SeqLink({ sessionId, seq, tab }: SeqLinkProps) {
  return (
    <Link
      to="/sessions/$sessionId"
      params={{ sessionId }}
      search={tab === undefined ? { seq } : { seq, tab }}
      title="A link to this event"
      className="rounded-sm font-mono tabular-nums hover:text-ink hover:underline"
    >
      #{seq}
    </Link>
  );
}

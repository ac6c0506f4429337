import { Link } from '@tanstack/react-router';

const look =
  'border-b-2 border-transparent px-1 pb-2 font-medium text-muted hover:text-ink data-[status=active]:border-accent data-[status=active]:text-ink';

/** Where agents work, and which agents there are. */
export function Tabs() {
  return (
    <nav aria-label="Projects and agents" className="flex gap-5 border-b border-line text-sm">
      <Link
        to="/projects"
        activeOptions={{ exact: true, explicitUndefined: true }}
        search={{}}
        className={look}
      >
        Projects
      </Link>
      <Link to="/projects" search={{ show: 'agents' }} className={look}>
        Agents
      </Link>
    </nav>
  );
}

/** The addresses of the console. Each screen comes in a file of its own when it is first gone to. */
import {
  createRootRoute,
  createRoute,
  createRouter,
  type ErrorComponentProps,
  Link,
} from '@tanstack/react-router';
import { Button } from '../parts/button';
import { EmptyState, ErrorNotice } from '../parts/notices';
import { Page } from '../parts/page';
import { readProjectsSearch } from '../screens/projects/search';
import { readSessionSearch } from '../screens/session/search';
import { readSessionsSearch } from '../screens/sessions/search';
import { readUsageSearch } from '../screens/usage/search';
import { isMissingPart } from './missing-parts';
import { Shell } from './shell';

const root = createRootRoute({ component: Shell, notFoundComponent: NotFound });

const overview = createRoute({ getParentRoute: () => root, path: '/' }).lazy(() =>
  import('../screens/overview/route').then((screen) => screen.route),
);
const sessions = createRoute({
  getParentRoute: () => root,
  path: '/sessions',
  validateSearch: readSessionsSearch,
}).lazy(() => import('../screens/sessions/route').then((screen) => screen.route));
const session = createRoute({
  getParentRoute: () => root,
  path: '/sessions/$sessionId',
  validateSearch: readSessionSearch,
}).lazy(() => import('../screens/session/route').then((screen) => screen.route));
const inbox = createRoute({ getParentRoute: () => root, path: '/inbox' }).lazy(() =>
  import('../screens/inbox/route').then((screen) => screen.route),
);
const projects = createRoute({
  getParentRoute: () => root,
  path: '/projects',
  validateSearch: readProjectsSearch,
}).lazy(() => import('../screens/projects/route').then((screen) => screen.route));
const project = createRoute({ getParentRoute: () => root, path: '/projects/$projectId' }).lazy(() =>
  import('../screens/projects/route').then((screen) => screen.projectRoute),
);
const usage = createRoute({
  getParentRoute: () => root,
  path: '/usage',
  validateSearch: readUsageSearch,
}).lazy(() => import('../screens/usage/route').then((screen) => screen.route));
const settings = createRoute({ getParentRoute: () => root, path: '/settings' }).lazy(() =>
  import('../screens/settings/route').then((screen) => screen.route),
);

function NotFound() {
  return (
    <Page title="Not here">
      <EmptyState title="There is no such page">
        <p>
          The address may be mistyped, or what it named was deleted.{' '}
          <Link to="/" className="text-accent underline">
            Go to the overview
          </Link>
          .
        </p>
      </EmptyState>
    </Page>
  );
}

function Broken({ error, reset }: ErrorComponentProps) {
  if (isMissingPart(error)) return <Outdated />;
  return (
    <Page title="Something broke">
      <ErrorNotice error={error} onRetry={reset} />
    </Page>
  );
}

function Outdated() {
  return (
    <Page title="Load the page again">
      <EmptyState
        title="A part of the console could not be loaded"
        action={
          <Button look="primary" onClick={() => location.reload()}>
            Load again
          </Button>
        }
      >
        <p>
          The server has another version by now, or did not answer. What you wrote and did not send is kept.
        </p>
      </EmptyState>
    </Page>
  );
}

export const router = createRouter({
  routeTree: root.addChildren([overview, sessions, session, inbox, projects, project, usage, settings]),
  defaultErrorComponent: Broken,
  scrollRestoration: true,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}

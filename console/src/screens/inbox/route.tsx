import { createLazyRoute } from '@tanstack/react-router';
import { Page } from '../../parts/page';

export const route = createLazyRoute('/inbox')({ component: Inbox });

function Inbox() {
  return <Page title="Inbox">{null}</Page>;
}

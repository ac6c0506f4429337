import { createLazyRoute } from '@tanstack/react-router';
import { Page } from '../../parts/page';

export const route = createLazyRoute('/sessions')({ component: Sessions });

function Sessions() {
  return <Page title="Sessions">{null}</Page>;
}

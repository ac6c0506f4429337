import { createLazyRoute } from '@tanstack/react-router';
import { Page } from '../../parts/page';

export const route = createLazyRoute('/')({ component: Overview });

function Overview() {
  return <Page title="Overview">{null}</Page>;
}

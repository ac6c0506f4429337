import { createLazyRoute } from '@tanstack/react-router';
import { Page } from '../../parts/page';

export const route = createLazyRoute('/settings')({ component: Settings });

function Settings() {
  return <Page title="Settings">{null}</Page>;
}

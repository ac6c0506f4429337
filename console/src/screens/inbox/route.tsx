import { createLazyRoute } from '@tanstack/react-router';
import { InboxScreen } from './inbox-screen';

export const route = createLazyRoute('/inbox')({ component: InboxScreen });

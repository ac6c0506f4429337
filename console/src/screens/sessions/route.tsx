import { createLazyRoute } from '@tanstack/react-router';
import { SessionsScreen } from './sessions-screen';

export const route = createLazyRoute('/sessions')({ component: SessionsScreen });

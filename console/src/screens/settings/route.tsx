import { createLazyRoute } from '@tanstack/react-router';
import { ShortcutList } from '../../app/shortcut-list';
import { Page } from '../../parts/page';
import { Panel } from '../../parts/panel';
import { About } from './about';
import { Access } from './access';
import { Retention } from './retention';
import { ThemeChoice } from './theme-choice';

export const route = createLazyRoute('/settings')({ component: Settings });

function Settings() {
  return (
    <Page title="Settings">
      <div className="grid items-start gap-4 lg:grid-cols-2">
        <div className="flex min-w-0 flex-col gap-4">
          <ThemeChoice />
          <Access />
          <About />
        </div>
        <div className="flex min-w-0 flex-col gap-4">
          <Retention />
          <Panel title="Keys" about="They work wherever nobody types; ? shows those of a screen.">
            <ShortcutList />
          </Panel>
        </div>
      </div>
    </Page>
  );
}

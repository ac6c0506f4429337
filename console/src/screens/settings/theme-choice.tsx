import { setTheme, type Theme, themes, useTheme } from '../../app/theme';
import { Panel } from '../../parts/panel';
import { Segments } from '../../parts/segments';

const labels: Record<Theme, string> = { system: 'As the device', light: 'Light', dark: 'Dark' };
const options = themes.map((value) => ({ value, label: labels[value] }));

export function ThemeChoice() {
  return (
    <Panel title="Theme" about="Kept in this browser.">
      <div>
        <Segments label="Theme" options={options} value={useTheme()} onChange={setTheme} />
      </div>
    </Panel>
  );
}

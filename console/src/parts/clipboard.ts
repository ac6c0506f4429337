/**
 * Puts a text on the clipboard. A page that came over plain HTTP from elsewhere than loopback has no clipboard: there the
 * text is selected and copied as by hand. Throws where the browser does neither.
 */
export async function copyText(text: string): Promise<void> {
  // Browsers leave it away, whatever its type says.
  const clipboard: Clipboard | undefined = navigator.clipboard;
  if (clipboard !== undefined) return clipboard.writeText(text);
  if (!copyBySelection(text)) throw new Error('The browser did not let it be copied.');
}

function copyBySelection(text: string): boolean {
  const focused = document.activeElement;
  const area = document.createElement('textarea');
  area.value = text;
  area.readOnly = true;
  // Not seen, and its blanks as they are.
  area.className = 'fixed top-0 opacity-0 whitespace-pre';
  // What is outside of a modal dialog cannot be selected.
  (document.querySelector('dialog[open]') ?? document.body).append(area);
  area.select();
  const copied = document.execCommand('copy');
  area.remove();
  if (focused instanceof HTMLElement) focused.focus();
  return copied;
}

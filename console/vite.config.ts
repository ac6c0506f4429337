/** Builds the console into one folder of files with hashed names, each beside its gzip and brotli form. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import tailwindcss from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';
import { docsPages } from './docs-pages.ts';

/** Smaller files do not gain by it. */
const compressedBytesMin = 1024;

/** The server sends what is compressed already, and so compresses nothing while it serves. */
function compress(): Plugin {
  let folder = '';
  return {
    name: 'compress',
    apply: 'build',
    configResolved: (config) => {
      folder = config.build.outDir;
    },
    closeBundle: () => {
      for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
        if (!entry.isFile() || !/\.(?:js|css|html|svg)$/.test(entry.name)) continue;
        const path = join(entry.parentPath, entry.name);
        const content = readFileSync(path);
        if (content.length < compressedBytesMin) continue;
        writeFileSync(`${path}.gz`, gzipSync(content, { level: 9 }));
        writeFileSync(`${path}.br`, brotliCompressSync(content));
      }
    },
  };
}

function page(name: string): string {
  return fileURLToPath(new URL(name, import.meta.url));
}

export default defineConfig({
  root: import.meta.dirname,
  plugins: [react(), tailwindcss(), docsPages(), compress()],
  resolve: {
    alias: { 'quarterdeck/client': fileURLToPath(new URL('../src/client/index.ts', import.meta.url)) },
  },
  build: {
    target: 'es2023',
    emptyOutDir: true,
    // Data URLs are no source of scripts or fonts that the policy of the page allows.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: { input: [page('index.html'), page('docs.html')] },
    // That of the API reference, which only its own page loads.
    chunkSizeWarningLimit: 2000,
  },
  // `npm run dev -w console` beside a server on its usual port.
  server: { proxy: { '/admin': 'http://127.0.0.1:18420', '/openapi.json': 'http://127.0.0.1:18420' } },
});

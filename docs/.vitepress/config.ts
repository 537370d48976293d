import { defineConfig } from 'vitepress';

const packages = [
  'geodesic',
  ...['backend', 'runtime', 'weights', 'experiments'].map((name) => `@geodesic/${name}`),
];

export default defineConfig({
  title: 'Geodesic',
  description: 'A TypeScript tensor DSL for decoder-only transformers on TensorFlow.js, with token merging',
  // The search index, which is fetched when somebody searches.
  vite: { build: { chunkSizeWarningLimit: 4000 } },
  themeConfig: {
    search: { provider: 'local' },
    outline: [2, 3],
    nav: [
      { text: 'Guide', link: '/guide' },
      { text: 'Concepts', link: '/concepts' },
      { text: 'Results', link: '/results' },
      { text: 'API', link: '/api/' },
    ],
    sidebar: [
      {
        text: 'Geodesic',
        items: [
          { text: 'Guide', link: '/guide' },
          { text: 'Concepts', link: '/concepts' },
          { text: 'The command line', link: '/command-line' },
          { text: 'Architectures', link: '/architectures' },
        ],
      },
      {
        text: 'How to write',
        items: [
          { text: 'An architecture', link: '/guide/new-architecture' },
          { text: 'A pass', link: '/guide/new-pass' },
          { text: 'A kernel', link: '/guide/new-kernel' },
        ],
      },
      {
        text: 'Findings',
        items: [
          { text: 'Results', link: '/results' },
          { text: 'Experiments', link: '/experiments' },
          { text: 'Decisions', link: '/decisions' },
        ],
      },
      {
        text: 'API reference',
        items: packages.map((name) => ({ text: name, link: `/api/${name}/` })),
      },
    ],
  },
});

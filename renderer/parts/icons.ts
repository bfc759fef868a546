/**
 * Stroke paths on a 24 × 24 grid. Those used inside the ring stay within a circle of 12 around its middle.
 */
export const ICONS = {
  check: 'M8.4 12.2l2.4 2.4 4.8-5',
  exclamation: 'M12 8v4.6M12 15.4v.2',
  question: 'M10 10.2a2 2 0 1 1 3 1.7c-.7.4-1 .8-1 1.6M12 15.9v.2',
  minus: 'M8.8 12h6.4',
  renew: 'M15.3 10.6A3.6 3.6 0 0 0 8.6 11M8.7 13.4a3.6 3.6 0 0 0 6.7-.4M15.6 8.4v2.3h-2.3M8.4 15.6v-2.3h2.3',
  'cloud-off':
    'M9.4 10.6a2.1 2.1 0 0 0 .1 4.2h4.6M11.2 9.2a2.9 2.9 0 0 1 4.2 2.2 1.8 1.8 0 0 1 .9 2.6M8.4 8.4l7.4 7.4',
  lock: 'M9.2 11.6h5.6v3.6H9.2zM10.3 11.4v-1.1a1.7 1.7 0 0 1 3.4 0v1.1',
  globe:
    'M12 7.4a4.6 4.6 0 1 0 0 9.2 4.6 4.6 0 0 0 0-9.2zM7.4 12h9.2M12 7.4c-2.4 2.6-2.4 6.6 0 9.2 2.4-2.6 2.4-6.6 0-9.2z',
  key: 'M13.9 8.3a2.6 2.6 0 1 1-2.2 4L8 16l.1-1.8M9.6 14.4l1 1',
  // free-standing
  more: 'M12 5.6v.2M12 11.9v.2M12 18.2v.2',
  chevron: 'M9 6l6 6-6 6',
  plus: 'M12 6v12M6 12h12',
  back: 'M14.5 6l-6 6 6 6',
  safe: 'M5 10.5h14v9H5zM8 10.2V8a4 4 0 0 1 8 0v2.2',
  memory: 'M7 7h10v10H7zM10 3.5V7M14 3.5V7M10 17v3.5M14 17v3.5M3.5 10H7M3.5 14H7M17 10h3.5M17 14h3.5',
  info: 'M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17zM12 11v5.2M12 7.8V8',
  warning: 'M12 4.2l8.6 15.2H3.4zM12 10v4.2M12 16.8v.2',
  external: 'M13.5 5H19v5.5M19 5l-8 8M10 6H5.5v12.5H18V14',
  clock: 'M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17zM12 7.2V12l3.2 2',
  'no-network':
    'M4 9.6a12 12 0 0 1 3.2-2.1M20 9.6A12 12 0 0 0 11 6.4M7.2 13a7.4 7.4 0 0 1 3.2-1.8M16.8 13l-1-.8M12 18v.2M4.5 4.5l15 15',
} as const;

export type IconName = keyof typeof ICONS;

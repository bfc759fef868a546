/** The Secret Service as a peer on the bus. */
export const SECRETS = {
  destination: 'org.freedesktop.secrets',
  path: '/org/freedesktop/secrets',
  interface: 'org.freedesktop.Secret.Service',
} as const;

/** KWallet's own names, by which the bus starts it. The newest first, which provides the older names too. */
export const KWALLET_NAMES = [
  'org.kde.secretservicecompat',
  'org.kde.kwalletd6',
  'org.kde.kwalletd5',
] as const;

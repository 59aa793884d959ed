import manifest from '../package.json' with { type: 'json' }

/** This package's version; supervisor and client tell each other. */
export const VERSION: string = manifest.version

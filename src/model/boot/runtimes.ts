/** Paths below which version managers and package managers keep a version, and where each has a path that stays. */
const MANAGERS: [versioned: RegExp, stable: string[]][] = [
  // nvm has such a link only if it is told to.
  [/^(.*\/\.nvm)\/versions\/node\/[^/]+\/bin\/node$/, ['$1/current/bin/node']],
  [/^(.*\/fnm)\/node-versions\/[^/]+\/installation\/bin\/node$/, ['$1/aliases/default/bin/node']],
  [/^(.*\/\.volta)\/tools\/image\/node\/[^/]+\/bin\/node$/, ['$1/bin/node']],
  [/^(.*\/\.?asdf)\/installs\/[^/]+\/[^/]+\/bin\/(node|bun)$/, ['$1/shims/$2']],
  [/^(.*\/mise)\/installs\/(node|bun)\/(\d+)\.[^/]+\/bin\/(node|bun)$/, ['$1/installs/$2/$3/bin/$4', '$1/shims/$4']],
  [/^(.*\/\.nodenv)\/versions\/[^/]+\/bin\/node$/, ['$1/shims/node']],
  [/^(.*\/\.proto)\/tools\/[^/]+\/[^/]+\/(?:bin\/)?(node|bun)$/, ['$1/shims/$2']],
  [/^(.*)\/Cellar\/([^/]+)\/[^/]+\/bin\/(node|bun)$/, ['$1/opt/$2/bin/$3', '$1/bin/$3']],
  [/^(\/snap\/[^/]+)\/\d+\/(.*)$/, ['$1/current/$2']],
  [/^\/nix\/store\/[^/]+\/bin\/(node|bun)$/, ['/run/current-system/sw/bin/$1', '/nix/var/nix/profiles/default/bin/$1']],
]

/** Folders of `PATH` that last only as long as a shell or a command. */
const PASSING = /\/fnm_multishells\/|\/bun-node|\/node_modules\/|^\/(?:tmp|run\/user)\//

/**
 * Paths under which the runtime may still be found after an upgrade, the best first. Each has to be looked at: not all exist.
 *
 * @param path `PATH`, in which there may be a link to it
 */
export function stablePaths(runtime: string, path: string): string[] {
  const name = runtime.slice(runtime.lastIndexOf('/') + 1)
  const managed = MANAGERS.flatMap(([versioned, stable]) =>
    versioned.test(runtime) ? stable.map((each) => runtime.replace(versioned, each)) : [],
  )
  const onPath = path
    .split(':')
    .filter((folder) => folder.startsWith('/') && !PASSING.test(`${folder}/`) && !/\d\.\d/.test(folder))
    .map((folder) => `${folder.replace(/\/+$/, '')}/${name}`)
  return [...new Set([...managed, ...onPath])].filter((each) => each !== runtime)
}

/** A program that starts whatever version is chosen now, and so is no link to one. */
export function isShim(path: string): boolean {
  return /\/shims\/|\/\.volta\/bin\//.test(path)
}

/** `PATH` without what ends with a shell or a command. */
export function lastingPath(path: string, runtime: string): string {
  const own = runtime.slice(0, runtime.lastIndexOf('/'))
  const folders = path.split(':').filter((folder) => folder.startsWith('/') && !PASSING.test(`${folder}/`))
  return [...new Set([...folders, own, '/usr/local/bin', '/usr/bin', '/bin'])].join(':')
}

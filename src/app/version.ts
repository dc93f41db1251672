/** Of the package: a Worker has no package.json. A test holds them equal. */
export const VERSION = '0.1.0'

import { setPriority } from 'node:os'

/** Files that mostly wait for other programs give way to those that keep a core busy, which would otherwise end long after them. */
setPriority(5)

import { METHODS, type Method } from '../config.ts'

/** What of a rule says which requests it is for. */
export interface IndexedRule {
  readonly path: string
  readonly methods?: readonly Method[]
  readonly access?: 'public' | 'authenticated'
  /** The position in the configuration: the lowest matching one decides. */
  readonly index: number
}

/** Rules by path segment: finding the one that matches takes as long as the path, however many rules there are. */
export interface RuleTree<R extends IndexedRule> {
  readonly children: Map<string, RuleTree<R>>
  readonly here: R[]
  readonly below: R[]
}

export const newTree = <R extends IndexedRule>(): RuleTree<R> => ({
  children: new Map(),
  here: [],
  below: [],
})

/** Where in the tree a pattern stands. */
export interface Place {
  readonly segments: readonly string[]
  /** `/below/*`: the place and everything below it. */
  readonly wholeSubtree: boolean
}

/** Rules have to come in the order of the configuration. */
export function insert<R extends IndexedRule>(tree: RuleTree<R>, rule: R, place: Place): void {
  let node = tree
  for (const segment of place.segments) {
    let child = node.children.get(segment)
    if (child === undefined) {
      child = newTree()
      node.children.set(segment, child)
    }
    node = child
  }
  ;(place.wholeSubtree ? node.below : node.here).push(rule)
}

/** The first rule of the configuration that matches. */
export function firstMatch<R extends IndexedRule>(
  tree: RuleTree<R>,
  segments: readonly string[],
  method: string,
): R | undefined {
  let best: R | undefined
  const consider = (rules: readonly R[]) => {
    for (const rule of rules) {
      if (best !== undefined && best.index < rule.index) return
      if (coversMethod(rule, method)) best = rule
    }
  }
  let node: RuleTree<R> | undefined = tree
  for (const segment of segments) {
    consider(node.below)
    node = node.children.get(segment)
    if (node === undefined) return best
  }
  consider(node.below)
  consider(node.here)
  return best
}

/** Methods outside the list that a rule may name: covered only by a rule without a list. */
const OTHER = 'other'
const EVERY_METHOD = [...METHODS, OTHER] as const

/** The methods that a rule is for. */
export const methodsOf = ({ methods }: Pick<IndexedRule, 'methods'>): readonly string[] =>
  methods ?? EVERY_METHOD

/**
 * Earlier rules that together take every request of a rule away from it, or `undefined` if some request reaches it. Of thousands of equal
 * rules the first is named and no other is looked at: a list of them all for each would take more memory than an isolate has.
 *
 * @param tree may hold the rule itself and later ones too
 */
export function shadowing<R extends IndexedRule>(
  tree: RuleTree<R>,
  rule: R,
  { segments, wholeSubtree }: Place,
): readonly R[] | undefined {
  const takers: R[] = []
  let left = methodsOf(rule)
  const consider = (rules: readonly R[]) => {
    for (const one of rules) {
      if (left.length === 0 || one.index >= rule.index) return
      const others = left.filter((method) => !coversMethod(one, method))
      if (others.length < left.length) takers.push(one)
      left = others
    }
  }
  let node: RuleTree<R> | undefined = tree
  for (const segment of segments) {
    consider(node.below)
    node = node.children.get(segment)
    if (node === undefined) break
  }
  if (node !== undefined) {
    consider(node.below)
    if (!wholeSubtree) consider(node.here)
  }
  return left.length === 0 ? takers : undefined
}

function coversMethod({ methods }: { readonly methods?: readonly Method[] }, method: string): boolean {
  if (methods === undefined) return true
  const covers: readonly string[] = methods
  return covers.includes(method) || (method === 'HEAD' && covers.includes('GET'))
}

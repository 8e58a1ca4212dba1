/** Elements in one expression. Text goes in as text only, so that no answer of a server becomes markup. */

type Child = Node | string;

type Properties = {
  readonly class?: string;
  readonly text?: string;
  readonly attributes?: Readonly<Record<string, string>>;
  readonly on?: Readonly<Record<string, (event: Event) => void>>;
};

export function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  properties: Properties = {},
  children: readonly Child[] = [],
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  if (properties.class !== undefined) made.className = properties.class;
  if (properties.text !== undefined) made.textContent = properties.text;
  for (const [name, value] of Object.entries(properties.attributes ?? {})) made.setAttribute(name, value);
  for (const [name, handle] of Object.entries(properties.on ?? {})) made.addEventListener(name, handle);
  made.append(...children);
  return made;
}

/** The element of the page with this id. A page without it is a mistake of ours, and says so at once. */
export function byId(id: string): HTMLElement {
  const found = document.getElementById(id);
  if (!found) throw new Error(`The page has no element #${id}.`);
  return found;
}

/** Text in which addresses that begin with https:// are links. */
export function withLinks(text: string): Child[] {
  return text.split(/(https:\/\/[^\s"'<>]*[^\s"'<>.,;:!?)])/).map((part, index) =>
    index % 2 === 1 ? element("a", { text: part, attributes: { href: part } }) : part,
  );
}

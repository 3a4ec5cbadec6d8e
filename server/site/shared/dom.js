// SPDX-License-Identifier: MIT
//
// Builds nodes for the widget and our own pages. Text only ever becomes a text node and attributes
// only ever come from our own code, so nothing a person wrote can turn into markup, and no page's
// content security policy has anything to object to.

const SVG = "http://www.w3.org/2000/svg";

function furnish(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (value !== false && value != null) node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.flat().filter((child) => child !== false && child != null));
  return node;
}

/**
 * An HTML element. `on…` attributes are event listeners; `false`, `null` and `undefined` attributes
 * and children are left out, so that callers can write `condition && h(…)`.
 */
export function h(tag, attributes, ...children) {
  return furnish(document.createElement(tag), attributes, children);
}

/** An SVG element, by the same rules. */
export function svg(tag, attributes, ...children) {
  return furnish(document.createElementNS(SVG, tag), attributes, children);
}

/** Writes `text` into `node` only when it differs: a screen reader hears rewrites as news. */
export function write(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

/** Sets or removes an attribute, touching the node only when something changes. */
export function mark(node, name, value) {
  if (value === false || value == null) node.removeAttribute(name);
  else if (node.getAttribute(name) !== String(value)) node.setAttribute(name, value);
}

// SPDX-License-Identifier: AGPL-3.0-or-later
//
// The shop's page, part by part.

import { h, svg, write } from "../shared/dom.js";
import { _, format, language } from "../shared/i18n.js";
import { languageLinks } from "../shared/page.js";
import { books } from "./books.js";
import { PALE, drawCover } from "./covers.js";
import { drawScene } from "./scene.js";

const shopName = () => _("Lantern & Leaf");
const openChat = () => window.Deskbell?.open();

function drawing(...paths) {
  return svg(
    "svg",
    { class: "drawing", viewBox: "0 0 24 24", "aria-hidden": "true" },
    paths.map((d) => svg("path", { d })),
  );
}

function money(amount) {
  const shape = { style: "currency", currency: "BDT", currencyDisplay: "narrowSymbol" };
  const whole = { minimumFractionDigits: 0 };
  return new Intl.NumberFormat(language(), { ...shape, ...whole }).format(amount);
}

function languageSwitch(languages) {
  const links = languageLinks(languages);
  return h("nav", { class: "languages", "aria-label": _("Language") }, links);
}

function basket() {
  let count = 0;
  const number = h("span", { class: "count" }, format("{n}", { n: 0 }));
  const bag = drawing("M5 8h14l1 12H4z", "M9 10V7a3 3 0 0 1 6 0v3");
  const label = h("span", { class: "label" }, _("Basket"));
  return {
    node: h("span", { class: "basket", role: "status" }, bag, label, number),
    add() {
      count += 1;
      write(number, format("{n}", { n: count }));
    },
  };
}

function banner(bag, languages) {
  const names = [_("New Books"), _("Children"), _("Gifts")];
  const links = names.map((name) => h("a", { href: "#shelf" }, name));
  links.push(h("a", { href: "#order" }, _("Orders")));
  return h(
    "header",
    { class: "banner" },
    h("a", { class: "mark", href: "#top" }, h("img", { src: "lantern.svg", alt: "" }), shopName()),
    h("nav", { class: "places", "aria-label": _("Shop") }, links),
    languageSwitch(languages),
    bag.node,
  );
}

function hero() {
  return h(
    "section",
    { class: "hero" },
    h(
      "div",
      { class: "say" },
      h("p", { class: "over" }, _("Small bookshop, long evenings")),
      h("h1", {}, _("Books that keep the light on")),
      h(
        "p",
        { class: "lead" },
        _("Stories, poems and field guides, chosen by four booksellers. Two days to your door."),
      ),
      h(
        "p",
        { class: "actions" },
        h("a", { class: "button strong", href: "#shelf" }, _("Browse the Shelf")),
        h("button", { class: "button", type: "button", onclick: openChat }, _("Ask a Bookseller")),
      ),
    ),
    drawScene(),
  );
}

function bookCard({ art, title, author, price }, add) {
  return h(
    "li",
    { class: "book" },
    h(
      "div",
      { class: PALE.has(art) ? "cover pale" : "cover", "aria-hidden": "true" },
      drawCover(art),
      h("div", { class: "cover-words" }, h("span", { class: "cover-title" }, title), author),
    ),
    h("h3", {}, title),
    h("p", { class: "author" }, author),
    h(
      "div",
      { class: "buy" },
      h("span", { class: "price" }, money(price)),
      h(
        "button",
        {
          class: "add",
          type: "button",
          onclick: add,
          "aria-label": format(_("Add {title} to basket"), { title }),
        },
        drawing("M12 6v12", "M6 12h12"),
      ),
    ),
  );
}

function shelf(bag) {
  return h(
    "section",
    { class: "shelf", id: "shelf" },
    h(
      "div",
      { class: "heading" },
      h("h2", {}, _("This week’s shelf")),
      h("p", {}, _("Eight books that we could not put down")),
    ),
    h("ul", { class: "books" }, books().map((book) => bookCard(book, bag.add))),
  );
}

function order() {
  const steps = [
    { name: _("Packed"), when: _("Monday"), state: "done" },
    { name: _("On its way"), when: _("Today"), state: "now" },
    { name: _("At your door"), when: _("Tomorrow before noon"), state: "next" },
  ];
  return h(
    "section",
    { class: "order", id: "order" },
    h(
      "div",
      {},
      h("h2", {}, format(_("Order {number}"), { number: "1234" })),
      h("p", {}, _("Monsoon Letters and one more book")),
    ),
    h(
      "ol",
      {},
      steps.map(({ name, when, state }) =>
        h(
          "li",
          { class: state, "aria-current": state === "now" && "step" },
          h("strong", {}, name),
          h("span", {}, when),
        ),
      ),
    ),
    h("button", { class: "button", type: "button", onclick: openChat }, _("Ask About This Order")),
  );
}

function promise(picture, title, text) {
  return h("div", {}, picture, h("h3", {}, title), h("p", {}, text));
}

function promises() {
  return h(
    "section",
    { class: "promises" },
    promise(
      drawing("M4 8l8-4 8 4v8l-8 4-8-4z", "M4 8l8 4 8-4", "M12 12v8"),
      _("Packed by hand"),
      _("Every parcel leaves within a day, in paper and string, never in plastic."),
    ),
    promise(
      drawing("M5 12a7 7 0 1 0 2.5-5.4", "M8 3v4h4"),
      _("Thirty days to change your mind"),
      _("Send any book back, read or unread. We pay the postage."),
    ),
    promise(
      drawing("M4 6h16v10H10l-4 4v-4H4z", "M8 11h.01", "M12 11h.01", "M16 11h.01"),
      _("People answer"),
      _("Write to us in the corner of this page. You see your place in the queue, live."),
    ),
  );
}

function footer() {
  return h(
    "footer",
    {},
    h("p", {}, _("Lantern & Leaf does not exist. It shows the Deskbell chat on a shop’s page.")),
  );
}

/** The page's parts, in order. */
export function drawPage(languages) {
  const bag = basket();
  document.title = shopName();
  const main = h("main", { id: "top" }, hero(), shelf(bag), order(), promises());
  return [banner(bag, languages), main, footer()];
}

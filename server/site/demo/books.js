// SPDX-License-Identifier: AGPL-3.0-or-later
//
// What the shop sells: books that nobody has written. `art` names a drawing in covers.js.

import { _ } from "../shared/i18n.js";

export function books() {
  return [
    { art: "compass", title: _("The Salt Cartographer"), author: _("Mira Haldane"), price: 520 },
    { art: "rain", title: _("Monsoon Letters"), author: _("Tariq Anwar"), price: 380 },
    { art: "hills", title: _("A Field Guide to Quiet"), author: _("Ines Okafor"), price: 450 },
    { art: "train", title: _("Night Trains North"), author: _("Jonas Brandt"), price: 490 },
    { art: "orchard", title: _("The Orchard Keepers"), author: _("Sumi Rahman"), price: 420 },
    { art: "weather", title: _("Small Gods of Weather"), author: _("Lena Voss"), price: 360 },
    { art: "clock", title: _("The Clockmaker’s Garden"), author: _("Theo Marsh"), price: 540 },
    { art: "river", title: _("Rivers Have No Borders"), author: _("Farhana Kabir"), price: 470 },
  ];
}

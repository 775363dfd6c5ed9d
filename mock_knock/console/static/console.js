// Everything that a page of the console does beside being shown.

import { steer } from "./calls.js";
import { goOn } from "./clock.js";
import { switchColours } from "./colours.js";
import { offerCopying } from "./copying.js";
import { demonstrate } from "./demo.js";
import { showEvents } from "./event-log.js";
import { listenToKeys } from "./keys.js";
import { listen } from "./live.js";
import { draggable } from "./time-line.js";

switchColours();
steer();
demonstrate();
offerCopying();
listenToKeys();
draggable();
showEvents();
goOn();
listen();
// Until here nobody would have heard a click.
document.documentElement.dataset.ready = "";
document.querySelector(".side [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });

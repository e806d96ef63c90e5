/** What every page runs. Each piece only adds to a page that already works without it. */

import { start as aloud } from "./aloud";
import { start as busy } from "./busy";
import { start as colour } from "./colour";
import { start as confirm } from "./confirm";
import { start as counter } from "./counter";
import { start as inplace } from "./inplace";
import { start as kept } from "./kept";
import { start as offline } from "./offline";
import { start as outbox } from "./outbox";
import { start as pictures } from "./pictures";
import { start as preview } from "./preview";
import { start as propose } from "./propose";
import { start as push } from "./push";
import { start as reorder } from "./reorder";
import { start as rows } from "./rows";
import { start as share } from "./share";
import { start as shell } from "./shell";
import { start as tongues } from "./tongues";

// Outbox takes what has no network before anything else looks at it. Confirm asks before busy marks the form as sent; busy stands before inplace, which sends it.
for (const begin of [outbox, confirm, busy, inplace, colour, counter, kept, offline, pictures, preview, propose, push, reorder, rows, share, aloud, shell, tongues]) begin();

// Without a network the pages seen last are still there; only where the connection is safe, as browsers demand.
if ("serviceWorker" in navigator && window.isSecureContext) void navigator.serviceWorker.register("/worker.js").catch(() => undefined);

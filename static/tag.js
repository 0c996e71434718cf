// The tagging page by pointer and by keys. The page does its job by forms alone; this sends the same forms and puts what the
// server draws in the place of what was there.
import { putCursor } from "./tag-cursor.js";
import { narrow, pieces, readForm, sheet } from "./tag-form.js";
import "./tag-keys.js";
import { byID } from "./tag-page.js";
import "./tag-pointer.js";
import { readText } from "./tag-text.js";

byID("tagging").dataset.script = "";
readText();
readForm();
const chosen = document.querySelector("#text mark.chosen");
if (chosen && !location.hash) {
  putCursor(pieces()[0]?.start ?? 0);
  chosen.scrollIntoView({block: narrow.matches ? "start" : "center", behavior: "instant"});
  if (byID("claim-form").dataset.new === undefined) sheet(true);
}

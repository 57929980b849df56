// What makes the citizens' pages easier where scripts run. Every page works without it.
import { fillCheck } from "./check.mjs";
import { startChooser } from "./chooser.mjs";
import { answerHere } from "./eligible.mjs";
import { sendHere } from "./send.mjs";

const chooser = document.getElementById("chooser");
if (chooser) startChooser(chooser);
const check = document.getElementById("check");
if (check) fillCheck(check);
const question = document.getElementById("eligible");
if (question) answerHere(/** @type {HTMLFormElement} */ (question));
sendHere(document);

// Offers to put the app on the phone, where the browser lets us.
import { button } from "./dom.js";
import { changed } from "./news.js";

let offer;

export function watchForOffer() {
  addEventListener("beforeinstallprompt", (event) => { event.preventDefault(); offer = event; changed(); });
  addEventListener("appinstalled", () => { offer = undefined; changed(); });
}

export const installing = () => offer && button("Install on the phone", () => offer.prompt(), "secondary");
